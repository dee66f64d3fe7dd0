using System.Net;
using System.Net.Sockets;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Stands on the loopback between a node and whoever calls it, passes on what both say, and keeps all of it.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _over = new();
    private readonly MemoryStream _heard = new();
    private readonly int _target;
    private readonly Task _serving;
    private readonly List<Task> _connections = [];

    public RecordingProxy(string target)
    {
        _target = new Uri(target).Port;
        var port = Ports.TakeFree();
        Address = $"http://127.0.0.1:{port}";
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Where it is called in the node's place.</summary>
    public string Address { get; }

    /// <summary>What both sides said on all connections, one after the other.</summary>
    public byte[] Heard()
    {
        lock (_heard)
            return _heard.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        await Task.WhenAll([_serving, .. _connections]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
            _connections.Add(ConnectAsync(await _listener.AcceptTcpClientAsync(_over.Token)));
    }

    private async Task ConnectAsync(TcpClient caller)
    {
        using (caller)
        using (var node = new TcpClient())
        {
            await node.ConnectAsync(IPAddress.Loopback, _target, _over.Token);
            await Task.WhenAny(PassOnAsync(caller.GetStream(), node.GetStream()), PassOnAsync(node.GetStream(), caller.GetStream()));
        }
    }

    private async Task PassOnAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 << 10];
        while (await from.ReadAsync(buffer, _over.Token) is var count and > 0)
        {
            lock (_heard)
                _heard.Write(buffer, 0, count);
            await to.WriteAsync(buffer.AsMemory(0, count), _over.Token);
        }
    }
}
