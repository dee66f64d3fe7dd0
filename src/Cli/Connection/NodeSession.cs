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

    /// <summary>Prepares calls to <paramref name="address"/>.</summary>
    public NodeSession(NodeAddress address, TimeProvider time)
    {
        Address = address;
        _time = time;
        _headers = new Metadata { { "authorization", "Bearer " + address.Token } };
        _channel = GrpcChannel.ForAddress(address.Url, new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = Limits.ConnectTimeout,
                // A proxy from the environment would be told the token of a node on this machine.
                UseProxy = address.Url.Scheme == Uri.UriSchemeHttps && !address.Url.IsLoopback,
                AllowAutoRedirect = false,
                KeepAlivePingDelay = Limits.KeepAlive,
                KeepAlivePingTimeout = Limits.KeepAlive,
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            },
        });
        Client = new OperatorService.OperatorServiceClient(_channel);
    }

    /// <summary>Which node.</summary>
    public NodeAddress Address { get; }

    /// <summary>The operator's calls.</summary>
    public OperatorService.OperatorServiceClient Client { get; }

    /// <summary>Options of a call that asks and is answered: with the token and a deadline, <see cref="Limits.CallTimeout"/> unless told.</summary>
    public CallOptions Call(CancellationToken cancellation, TimeSpan? timeout = null) =>
        new(_headers, (_time.GetUtcNow() + (timeout ?? Limits.CallTimeout)).UtcDateTime, cancellation);

    /// <summary>Options of a stream: with the token, without a deadline.</summary>
    public CallOptions Stream(CancellationToken cancellation) => new(_headers, cancellationToken: cancellation);

    /// <summary>Hangs up.</summary>
    public void Dispose() => _channel.Dispose();
}
