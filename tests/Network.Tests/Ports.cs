using System.Net;
using System.Net.Sockets;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Ports of the loopback interface for nodes that must keep theirs when they are started again.</summary>
/// <remarks>
/// They lie below the range from which the system takes ports for outgoing connections (32768 to 60999 on Linux): in that range the
/// port of a node that is down could be given to another's call, which would then connect to itself.
/// </remarks>
internal static class Ports
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _next = Environment.ProcessId * 97 % Count;

    /// <summary>A port on which nobody listens now. Not given out twice by this process.</summary>
    public static int TakeFree()
    {
        for (var i = 0; i < Count; i++)
        {
            var port = First + (Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException("No port is free.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
