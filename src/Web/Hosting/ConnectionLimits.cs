using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>What one connection or request may take from the node.</summary>
internal static class ConnectionLimits
{
    /// <summary>How long a connection may keep its first bytes back, by which we tell HTTP/2 from HTTP/1.1.</summary>
    /// <remarks>A browser opens connections ahead of need; one that we close while idle it opens again unseen.</remarks>
    public static readonly TimeSpan Preface = TimeSpan.FromSeconds(10);

    /// <summary>How long the headers of an HTTP/1.1 request may take; half of Kestrel's own value.</summary>
    public static readonly TimeSpan Headers = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection without a request stays open; browsers give up after about as long.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(65);

    /// <summary>Bytes of a request body: a page's form with a long description in 24 languages. A route that takes more says so.</summary>
    public const long RequestBodyBytes = 2 * 1024 * 1024;

    /// <summary>Connections at a time; peers need one each. An idle one costs about 10 KiB, one that has begun an exchange and ended it 60 KiB until the next collection.</summary>
    public const long Connections = 10_000;

    /// <summary>Requests at a time on one HTTP/2 connection; Kestrel's own value, and enough for any page.</summary>
    public const int StreamsPerConnection = 100;

    /// <summary>Bytes of all headers of a request.</summary>
    public const int HeadersBytes = 16 * 1024;

    /// <summary>Bytes of a request line: a search with many facets fits.</summary>
    public const int RequestLineBytes = 4 * 1024;

    /// <summary>
    /// Bytes a peer may send us before we have read them, for each stream: one part of a journal, so that a peer far away is
    /// not slowed to a window a round trip.
    /// </summary>
    public const int Http2StreamWindowBytes = 1024 * 1024;

    /// <summary>The same for all streams of a connection.</summary>
    public const int Http2ConnectionWindowBytes = 2 * 1024 * 1024;

    /// <summary>The slowest body we wait for: 240 bytes a second after 5 s, Kestrel's own values.</summary>
    /// <remarks>
    /// A gRPC stream is exempt: Grpc.AspNetCore lifts this rate and <see cref="RequestBodyBytes"/> from every call whose request
    /// is a stream, so that an idle Sync stays open.
    /// </remarks>
    public static readonly MinDataRate RequestBody = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    /// <summary>The slowest reader we serve.</summary>
    /// <remarks>
    /// HTTP/2 has no setting for a single stream, and needs none: the clock runs only while bytes wait for the socket. A
    /// Sync that is idle, or whose peer leaves its window full because its disk is busy, stayed open (tried for 25 s with a grace of
    /// 5 s). The longer grace is for a machine that sleeps for a moment.
    /// </remarks>
    public static readonly MinDataRate Response = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(30));

    /// <summary>Sets all of the above.</summary>
    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.RequestHeadersTimeout = Headers;
        limits.KeepAliveTimeout = KeepAlive;
        limits.MaxRequestBodySize = RequestBodyBytes;
        limits.MaxConcurrentConnections = Connections;
        limits.MaxRequestHeadersTotalSize = HeadersBytes;
        limits.MaxRequestLineSize = RequestLineBytes;
        limits.MinRequestBodyDataRate = RequestBody;
        limits.MinResponseDataRate = Response;
        limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        limits.Http2.InitialStreamWindowSize = Http2StreamWindowBytes;
        limits.Http2.InitialConnectionWindowSize = Http2ConnectionWindowBytes;
    }
}
