using System.Net;
using Microsoft.AspNetCore.Connections;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>A listener that opens no socket and never accepts a connection.</summary>
/// <remarks>
/// Orleans wants a listener for its silo port, which has no authentication. A node of one silo has nobody to accept there, so
/// the safest port is one that does not exist (notes on reliability, row 69).
/// </remarks>
internal sealed class NeverListens : IConnectionListenerFactory, IConnectionListener
{
    private readonly TaskCompletionSource<ConnectionContext?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The address that was asked for; the silo's name for itself, and nothing else.</summary>
    public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.Loopback, port: 0);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        EndPoint = endpoint;
        return new(this);
    }

    /// <summary>Waits until the listener is closed, and then answers null: no more connections.</summary>
    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        new(_closed.Task.WaitAsync(cancellationToken));

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _closed.TrySetResult(null);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);
}
