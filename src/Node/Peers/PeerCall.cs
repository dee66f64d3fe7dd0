using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>A call to a peer's address, which remembers why a certificate was refused: no exception says it in a form to rely on.</summary>
internal sealed class PeerCall : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly AsyncDuplexStreamingCall<SyncMessage, SyncMessage> _call;
    private PeerError? _certificate;

    /// <summary>Begins to connect.</summary>
    /// <exception cref="UriFormatException">The address is none.</exception>
    /// <exception cref="InvalidOperationException">Its scheme is neither http nor https.</exception>
    public PeerCall(string address, CancellationToken cancellationToken)
    {
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = PeerLimits.MessageBytes,
            MaxSendMessageSize = PeerLimits.MessageBytes,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = PeerLimits.ConnectTime,
                EnableMultipleHttp2Connections = true,
                InitialHttp2StreamWindowSize = 1 << 20,
                UseProxy = false,
                AllowAutoRedirect = false,
                SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsTrusted },
            },
        });
        _call = new PeerService.PeerServiceClient(_channel).Sync(cancellationToken: cancellationToken);
        Stream = new CallerStream(_call, (e, sentBytes) => PeerCallErrors.Of(e, _certificate, sentBytes));
    }

    /// <summary>Its stream.</summary>
    public IPeerStream Stream { get; }

    public void Dispose()
    {
        _call.Dispose();
        _channel.Dispose();
    }

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        _certificate = PeerCallErrors.OfCertificate(certificate, chain, errors);
        return false;
    }
}
