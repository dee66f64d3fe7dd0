using System.Net;
using System.Net.Sockets;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>The two steps by which fetching reaches the network; tests stand in for DNS and for strangers' machines.</summary>
/// <param name="Resolve">The addresses of a host name. Throws <see cref="SocketException"/> when there are none.</param>
/// <param name="Connect">An open connection to one address. Throws <see cref="SocketException"/> when nobody answers.</param>
internal sealed record FetchNetwork(
    Func<string, CancellationToken, Task<IPAddress[]>> Resolve,
    Func<IPEndPoint, CancellationToken, Task<Stream>> Connect)
{
    /// <summary>The system's resolver and TCP.</summary>
    public static FetchNetwork Real { get; } = new(Dns.GetHostAddressesAsync, ConnectAsync);

    private static async Task<Stream> ConnectAsync(IPEndPoint endPoint, CancellationToken cancel)
    {
        Socket? socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancel);
            var connection = new NetworkStream(socket, ownsSocket: true);
            socket = null;
            return connection;
        }
        finally
        {
            socket?.Dispose();
        }
    }
}
