using System.Net.Sockets;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Connection;

/// <summary>Calls to one node. Opening it sends nothing; the first call connects.</summary>
internal sealed class NodeSession : IDisposable
{
    private readonly TimeProvider _time;
    private readonly GrpcChannel _channel;
    private readonly Metadata _headers;
    private long? _heard;

    /// <summary>Prepares calls to <paramref name="address"/>.</summary>
    /// <param name="address">The node.</param>
    /// <param name="time">For deadlines.</param>
    /// <param name="keepAlive">How long a silent connection is waited for; null: <see cref="Limits.KeepAlive"/>.</param>
    public NodeSession(NodeAddress address, TimeProvider time, TimeSpan? keepAlive = null)
    {
        Address = address;
        _time = time;
        _headers = new Metadata { { "authorization", "Bearer " + address.Token } };
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = Limits.ConnectTimeout,
            ConnectCallback = ConnectAsync,
            // A proxy from the environment would be told the token of a node on this machine.
            UseProxy = address.Url.Scheme == Uri.UriSchemeHttps && !address.Url.IsLoopback && address.Place is not NodePlace.Folder,
            AllowAutoRedirect = false,
            KeepAlivePingDelay = keepAlive ?? Limits.KeepAlive,
            KeepAlivePingTimeout = keepAlive ?? Limits.KeepAlive,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        };
        if (address.Certificates is { } known)
        {
            // No certificate names the loopback address. The folder says which one the node shows, and only the node's user can write there.
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is not null && known.Contains(Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData())));
        }

        _channel = GrpcChannel.ForAddress(address.Url, new GrpcChannelOptions { DisposeHttpClient = true, HttpHandler = handler });
        Client = new OperatorService.OperatorServiceClient(_channel);
    }

    /// <summary>Which node.</summary>
    public NodeAddress Address { get; }

    /// <summary>The operator's calls.</summary>
    public OperatorService.OperatorServiceClient Client { get; }

    /// <summary>How long nothing has come from the node, since it took the connection or since its last byte; null: it took none.</summary>
    public TimeSpan? Silence => _heard is { } heard ? TimeProvider.System.GetElapsedTime(heard) : null;

    /// <summary>Options of a call that asks and is answered: with the token and a deadline, <see cref="Limits.CallTimeout"/> unless told.</summary>
    public CallOptions Call(CancellationToken cancellation, TimeSpan? timeout = null) =>
        new(_headers, (_time.GetUtcNow() + (timeout ?? Limits.CallTimeout)).UtcDateTime, cancellation);

    /// <summary>Options of a stream: with the token, without a deadline.</summary>
    public CallOptions Stream(CancellationToken cancellation) => new(_headers, cancellationToken: cancellation);

    /// <summary>Hangs up.</summary>
    public void Dispose() => _channel.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        Heard();
        return new HeardStream(new NetworkStream(socket, ownsSocket: true), Heard);
    }

    // The system's clock: these are times of real sockets.
    private void Heard() => _heard = TimeProvider.System.GetTimestamp();
}
