using System.Net;
using System.Net.Sockets;

namespace OuiShare.Federation.Benchmarks;

/// <summary>Hands on what two nodes say to each other, and counts its bytes, without those of TCP and IP.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port: 0);
    private readonly CancellationTokenSource _stopping = new();
    private long _bytes;

    /// <summary>Listens on a free port for callers of a node.</summary>
    public Relay(Uri node)
    {
        _listener.Start();
        _ = AcceptAsync(node);
    }

    /// <summary>The address that callers use in place of the node's.</summary>
    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Bytes handed on until now, both ways together.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public void Dispose()
    {
        _stopping.Cancel();
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync(Uri node)
    {
        try
        {
            while (true)
                _ = JoinAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), node);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task JoinAsync(TcpClient caller, Uri node)
    {
        using var from = caller;
        using var to = new TcpClient { NoDelay = true };
        from.NoDelay = true;
        await to.ConnectAsync(node.Host, node.Port, _stopping.Token);
        await Task.WhenAny(CopyAsync(from.GetStream(), to.GetStream()), CopyAsync(to.GetStream(), from.GetStream()));
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            while (await from.ReadAsync(buffer, _stopping.Token) is > 0 and var count)
            {
                Interlocked.Add(ref _bytes, count);
                await to.WriteAsync(buffer.AsMemory(0, count), _stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One side hung up, or the relay was stopped.
        }
    }
}
