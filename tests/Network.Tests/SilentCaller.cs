using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// A connection of HTTP/2 with one exchange that says nothing: written out in bytes, since 2,000 of them by .NET's own client would be measured too.
/// </summary>
internal sealed class SilentCaller : IDisposable
{
    // Frames, their types and flags: RFC 9113, section 6.
    private const int FrameHeaderBytes = 9;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndOfHeaders = 4;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Connects, begins the exchange, and waits until the node has answered it in any way.</summary>
    public async Task CallAsync(Uri node)
    {
        await _socket.ConnectAsync(IPAddress.Loopback, node.Port);
        byte[] headers =
        [
            .. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":authority", node.Authority),
            .. Field(":path", "/ouishare.federation.v1.PeerService/Sync"), .. Field("content-type", "application/grpc"), .. Field("te", "trailers"),
        ];
        await _socket.SendAsync((byte[])[.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, flags: 0, stream: 0, []), .. Frame(Headers, EndOfHeaders, stream: 1, headers)]);
        await using var stream = new NetworkStream(_socket);
        var frame = new byte[FrameHeaderBytes];
        do
        {
            // A busy machine may be slower than the node is patient, which then closes: an answer too.
            if (await stream.ReadAtLeastAsync(frame, FrameHeaderBytes, throwOnEndOfStream: false) < FrameHeaderBytes)
                return;
            await stream.ReadExactlyAsync(new byte[(frame[0] << 16) | (frame[1] << 8) | frame[2]]);
        }
        while (frame[3] != Headers);
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Length in three bytes, type, flags, stream in four, and what it carries.</summary>
    private static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> content)
    {
        var frame = new byte[FrameHeaderBytes + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, content.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        content.CopyTo(frame.AsSpan(FrameHeaderBytes));
        return frame;
    }

    /// <summary>A header as itself, not compressed: RFC 7541, section 6.2.2. Name and value are shorter than 127 bytes.</summary>
    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
