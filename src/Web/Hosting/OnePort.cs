using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Pages over HTTP/1.1 and gRPC over HTTP/2 on one port, also without TLS.</summary>
/// <remarks>
/// <para>
/// With TLS, ALPN says which of the two a connection speaks. Without it Kestrel takes every connection for HTTP/1.1
/// (aspnetcore issue 56984). But an HTTP/2 client that was told to expect HTTP/2 begins with a fixed preface (RFC 9113 section
/// 3.4), and no HTTP/1.1 request begins like it. So we look at the first bytes without taking them, and where they are the
/// preface tell Kestrel what TLS would have told it.
/// </para>
/// <para>
/// Kestrel asks for two features: <see cref="ITlsConnectionFeature"/> (is there TLS?) and
/// <see cref="ITlsApplicationProtocolFeature"/> (what did ALPN say?). It then expects <c>:scheme</c> to be "https", which
/// <see cref="KestrelServerOptions.AllowAlternateSchemes"/> relaxes; <see cref="UseConnectionScheme"/> puts the scheme right again,
/// since a client may now claim either. A connection with TLS passes here too, before its handshake: its first byte is 0x16.
/// </para>
/// </remarks>
internal static class OnePort
{
    /// <summary>The part of the preface that decides: its first line without the line end.</summary>
    private static readonly byte[] Preface = "PRI * HTTP/2.0"u8.ToArray();

    /// <summary>Lets every endpoint of Kestrel take both protocols.</summary>
    public static void UseOnePort(this KestrelServerOptions kestrel, TimeProvider time)
    {
        kestrel.AllowAlternateSchemes = true;
        // Protocols stay at their default, which is both; setting them would only add a warning that HTTP/2 needs TLS.
        kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => connection => ReceiveAsync(connection, next, time)));
    }

    /// <summary>Makes the request's scheme that of the connection, whatever the client claimed in <c>:scheme</c>.</summary>
    /// <remarks>Before the forwarded headers, by which a trusted proxy says what its own client used.</remarks>
    public static IApplicationBuilder UseConnectionScheme(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var hasTls = context.Features.Get<ITlsConnectionFeature>() is not (null or ClearTextHttp2);
        context.Request.Scheme = hasTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        return next(context);
    });

    /// <summary>Whether the bytes are the HTTP/2 preface; null while there are too few to tell.</summary>
    public static bool? IsHttp2(ReadOnlySequence<byte> received)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var count = (int)Math.Min(received.Length, Preface.Length);
        received.Slice(0, count).CopyTo(first);
        if (!first[..count].SequenceEqual(Preface.AsSpan(0, count)))
            return false;
        return count == Preface.Length ? true : null;
    }

    private static async Task ReceiveAsync(ConnectionContext connection, ConnectionDelegate next, TimeProvider time)
    {
        bool isHttp2;
        // Not linked to ConnectionClosed, which also fires when a client has sent its request and closed its side.
        using (var limit = new CancellationTokenSource(ConnectionLimits.Preface, time))
        {
            try
            {
                isHttp2 = await PeekAsync(connection, limit.Token);
            }
            catch (OperationCanceledException)
            {
                // Nothing was asked, so nothing is answered.
                connection.Abort(new ConnectionAbortedException("The connection kept its first bytes back."));
                return;
            }
            catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
            {
                // The client went, or the node stops.
                return;
            }
        }

        if (isHttp2)
        {
            var feature = new ClearTextHttp2();
            connection.Features.Set<ITlsConnectionFeature>(feature);
            connection.Features.Set<ITlsApplicationProtocolFeature>(feature);
        }

        await next(connection);
    }

    /// <summary>Reads until the first bytes tell, and leaves all of them to be read again.</summary>
    private static async Task<bool> PeekAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var answer = IsHttp2(read.Buffer);
            // A connection that ends within the preface gets HTTP/1.1's answer to half a request line.
            if (answer is null && read.IsCompleted)
                answer = false;

            // Examined to the end: wait for more bytes. Examined nothing: hand over what is there at once.
            input.AdvanceTo(consumed: read.Buffer.Start, examined: answer is null ? read.Buffer.End : read.Buffer.Start);
            if (answer is { } isHttp2)
                return isHttp2;
        }
    }

    /// <summary>Says "ALPN chose HTTP/2" on a connection that has no TLS.</summary>
    private sealed class ClearTextHttp2 : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

        public X509Certificate2? ClientCertificate { get; set; }

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult<X509Certificate2?>(null);
    }
}
