using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Grpc.Core;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// Why a call did not reach a node: what stands at its address, or between, told from what .NET's HTTP client and gRPC give. Most of it is one
/// wrong line in somebody's web server, so each says which.
/// </summary>
internal static partial class PeerCallErrors
{
    /// <summary>HTTP/2's INTERNAL_ERROR.</summary>
    private const long InternalError = 0x2;

    /// <summary>HTTP/2's HTTP_1_1_REQUIRED.</summary>
    private const long Http11Required = 0xd;

    /// <summary>Bytes of a message stream that nginx lets pass by default, one megabyte, less what framing adds.</summary>
    private const long SmallestBodyLimit = 1_000_000;

    /// <summary>
    /// How OpenSSL says TLS alert 120 (RFC 7301, section 3.2): the server speaks TLS, and not the HTTP/2 that was offered. .NET passes on nothing
    /// but its text.
    /// </summary>
    private static readonly string[] NoCommonProtocol = ["no application protocol", "reason(1120)"];

    /// <summary>Why a connection that this node opened broke.</summary>
    /// <param name="e">What gRPC threw.</param>
    /// <param name="certificate">Why the other end's certificate was refused; null: it was not.</param>
    /// <param name="sentBytes">How much this node sent before.</param>
    public static PeerError Of(RpcException e, PeerError? certificate, long sentBytes)
    {
        if (certificate is not null)
            return certificate;
        var causes = CausesOf(e).ToList();
        if (causes.Exists(cause => NoCommonProtocol.Any(alert => cause.Message.Contains(alert, StringComparison.OrdinalIgnoreCase))))
            return NoHttp2();
        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket && OfSocket(socket) is { } ofSocket)
            return ofSocket;
        if (causes.OfType<HttpProtocolException>().FirstOrDefault() is { } protocol && OfHttp2(protocol, sentBytes) is { } ofHttp2)
            return ofHttp2;
        if (causes.OfType<HttpRequestException>().FirstOrDefault() is { } request && OfRequest(request) is { } ofRequest)
            return ofRequest;
        if (causes.OfType<OperationCanceledException>().Any() && e.StatusCode != StatusCode.Cancelled)
            return TimedOut();
        return OfAnswer(e) ?? PeerEnds.ErrorOf(e);
    }

    /// <summary>Why a certificate is refused.</summary>
    public static PeerError OfCertificate(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var isOutOfTime = chain?.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)) == true;
        var names = certificate is X509Certificate2 known ? known.GetNameInfo(X509NameType.DnsName, forIssuer: false) : "";
        if (isOutOfTime && certificate is X509Certificate2 late)
            return new PeerError(PeerErrorReason.CertificateExpired, $"Its certificate is valid from {late.NotBefore.ToUniversalTime():u} to {late.NotAfter.ToUniversalTime():u}: it must be renewed, or a clock is wrong.");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return new PeerError(PeerErrorReason.CertificateOfOther, $"Its certificate is for {(names.Length > 0 ? names : "another name")}, not for its address: the web server must use the certificate of this name.");
        return new PeerError(PeerErrorReason.CertificateUntrusted, "Its certificate is signed by nobody that this machine trusts: the web server must use one of a public authority, with its whole chain.");
    }

    private static PeerError? OfSocket(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => new PeerError(PeerErrorReason.NameUnknown, "The name in its address does not exist, or this machine cannot look names up."),
        SocketError.ConnectionRefused => new PeerError(PeerErrorReason.ConnectionRefused, "The machine at its address answers, and nothing listens there: the node does not run, or runs at another port."),
        SocketError.TimedOut => TimedOut(),
        SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown =>
            new PeerError(PeerErrorReason.NoNetwork, "This machine has no way to its address: the network of one of the two is down."),
        _ => null,
    };

    private static PeerError? OfRequest(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new PeerError(PeerErrorReason.NameUnknown, "The name in its address does not exist, or this machine cannot look names up."),
        HttpRequestError.SecureConnectionError => new PeerError(PeerErrorReason.NoTls, "No secure connection can be made with its address: it does not speak TLS there, although the address begins with https."),
        HttpRequestError.VersionNegotiationError => NoHttp2(),
        HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse => NoHttp2(),
        _ => null,
    };

    // The codes of RFC 9113, section 7, that a proxy ends a stream with; a node ends one with a goodbye. nginx resets a stream with the same code
    // when its body grows too long and when the node behind it dies; only how much was sent tells the two apart.
    private static PeerError? OfHttp2(HttpProtocolException e, long sentBytes) => e.ErrorCode switch
    {
        Http11Required => NoHttp2(),
        InternalError when sentBytes >= SmallestBodyLimit => new PeerError(
            PeerErrorReason.BodyLimit, $"A web server before the node ended the exchange after {sentBytes / 1_000_000.0:0.0} MB. An exchange is one endless body: nginx needs \"client_max_body_size 0;\"."),
        InternalError => new PeerError(PeerErrorReason.ConnectionBroke, "What stands between broke the exchange off (HTTP/2 INTERNAL_ERROR)."),
        _ => null,
    };

    // What came was an HTTP answer, and no gRPC: its status or its type tells who gave it. gRPC only has it in a sentence.
    private static PeerError? OfAnswer(RpcException e)
    {
        var detail = e.Status.Detail;
        if (detail.Contains("downgraded to HTTP/1", StringComparison.OrdinalIgnoreCase))
            return NoHttp2();
        if (HttpStatus().Match(detail) is { Success: true } match)
            return OfStatus(int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture));
        return detail.Contains("content-type", StringComparison.OrdinalIgnoreCase)
            ? new PeerError(PeerErrorReason.NotANode, "A web page answers at its address, and no node: the address is wrong, or a network's sign-in page stands between.")
            : null;
    }

    private static PeerError OfStatus(int status) => status switch
    {
        (int)HttpStatusCode.RequestEntityTooLarge => new PeerError(
            PeerErrorReason.BodyLimit, "A web server before the node ends bodies beyond a limit (413). An exchange is one endless body: nginx needs \"client_max_body_size 0;\"."),
        (int)HttpStatusCode.BadGateway or (int)HttpStatusCode.ServiceUnavailable or (int)HttpStatusCode.GatewayTimeout =>
            new PeerError(PeerErrorReason.NodeBehindProxyDown, $"A web server answers at its address ({status}), and the node behind it does not."),
        (int)HttpStatusCode.HttpVersionNotSupported or (int)HttpStatusCode.UpgradeRequired => NoHttp2(),
        _ => new PeerError(PeerErrorReason.NotANode, $"What answers at its address is no node (HTTP {status}): the address is wrong, or a web server does not pass calls of peers on."),
    };

    private static PeerError NoHttp2() => new(
        PeerErrorReason.NoHttp2, "What answers at its address speaks no HTTP/2. A web server before the node must pass it on: nginx needs \"http2 on;\" and \"grpc_pass\".");

    private static PeerError TimedOut() => new(
        PeerErrorReason.TimedOut, $"Nothing answered within {PeerLimits.ConnectTime.TotalSeconds} s: the machine is off, or a firewall stands before it.");

    private static IEnumerable<Exception> CausesOf(RpcException e)
    {
        for (var cause = e.Status.DebugException ?? e.InnerException; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    [GeneratedRegex("HTTP status code: ([0-9]{3})")]
    private static partial Regex HttpStatus();
}
