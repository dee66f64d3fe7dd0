using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Hosting;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>
/// Both protocols on one cleartext port. The trick leans on what Kestrel asks a connection, so these tests speak to a real
/// Kestrel over real sockets: an update that asks something else must fail here and not at an operator's.
/// </summary>
public sealed class OnePortTests : IAsyncLifetime
{
    private const string Http2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /// <summary>Type of HTTP/2's SETTINGS frame, with which a server answers the preface (RFC 9113 section 6.5).</summary>
    private const byte SettingsFrame = 4;

    private readonly HandTurnedTime _time = new();
    private WebApplication _app = null!;
    private readonly X509Certificate2 _certificate = MakeCertificate();
    private Uri _address = null!;
    private Uri _addressWithTls = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0;https://127.0.0.1:0");
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = _certificate);
            ConnectionLimits.Apply(kestrel);
            kestrel.UseOnePort(_time);
        });
        builder.Services.AddGrpc();
        _app = builder.Build();
        _app.UseConnectionScheme();
        _app.MapGrpcService<EchoingPeer>();
        _app.MapGet("/", (HttpContext context) => $"{context.Request.Protocol} {context.Request.Scheme}");
        await _app.StartAsync();
        _address = new Uri(_app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)));
        _addressWithTls = new Uri(_app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    [Theory]
    [InlineData("1.1", "HTTP/1.1 http")]
    [InlineData("2.0", "HTTP/2 http")]
    public async Task A_page_is_served_over_both_protocols(string version, string expected)
    {
        using var client = new HttpClient
        {
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        Assert.Equal(expected, await client.GetStringAsync(_address));
    }

    [Theory]
    [InlineData("1.1", "HTTP/1.1 https")]
    [InlineData("2.0", "HTTP/2 https")]
    public async Task With_TLS_a_page_is_served_over_the_protocol_that_ALPN_chose(string version, string expected)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate!.Thumbprint == _certificate.Thumbprint,
        };
        using var client = new HttpClient(handler)
        {
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        Assert.Equal(expected, await client.GetStringAsync(_addressWithTls));
    }

    [Fact]
    public async Task A_gRPC_conversation_goes_both_ways_without_TLS()
    {
        using var channel = GrpcChannel.ForAddress(_address);
        using var call = new PeerService.PeerServiceClient(channel).Sync();

        for (var sent = 1; sent <= 3; sent++)
        {
            await call.RequestStream.WriteAsync(new SyncMessage { Heartbeat = new Heartbeat { SentAtUnixMs = sent } });

            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            Assert.Equal(sent, call.ResponseStream.Current.Heartbeat.SentAtUnixMs);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task A_preface_that_arrives_byte_by_byte_is_still_HTTP_2()
    {
        await using var connection = await ConnectAsync();

        foreach (var character in Encoding.ASCII.GetBytes(Http2Preface))
            await connection.WriteAsync(new[] { character });
        // An empty SETTINGS frame completes the client's side of the preface.
        await connection.WriteAsync(new byte[] { 0, 0, 0, SettingsFrame, 0, 0, 0, 0, 0 });

        var header = new byte[9];
        await connection.ReadExactlyAsync(header);
        Assert.Equal(SettingsFrame, header[3]);
    }

    [Theory]
    [InlineData("PRI * HTTP/3.0\r\n\r\n", "505")]
    [InlineData("PRINT / HTTP/1.1\r\n\r\n", "400")]
    [InlineData("\u0016\u0003\u0001\u0002\r\n\r\n", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    public async Task Bytes_that_are_neither_protocol_are_refused_and_the_connection_ends(string sent, string status)
    {
        await using var connection = await ConnectAsync();

        await connection.WriteAsync(Encoding.Latin1.GetBytes(sent));

        var answer = await ReadToEndAsync(connection);
        Assert.StartsWith("HTTP/1.1 " + status, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRI *")]
    public async Task A_connection_that_ends_within_the_preface_harms_nobody(string sent)
    {
        await using (var connection = await ConnectAsync())
            await connection.WriteAsync(Encoding.ASCII.GetBytes(sent));

        using var client = new HttpClient();
        Assert.Equal("HTTP/1.1 http", await client.GetStringAsync(_address));
    }

    [Theory]
    [InlineData("")]
    [InlineData("PRI * HT")]
    public async Task A_connection_that_keeps_its_first_bytes_back_is_cut_at_the_limit(string sent)
    {
        await using var connection = await ConnectAsync();
        await connection.WriteAsync(Encoding.ASCII.GetBytes(sent));
        await _time.TimerStarted;

        _time.Ring();

        Assert.Equal("", await ReadToEndAsync(connection));
        Assert.Equal(ConnectionLimits.Preface, _time.DueTime);
    }

    [Fact]
    public async Task A_client_cannot_claim_https_on_a_connection_without_TLS()
    {
        // Written by hand, because no client library sends ":scheme: https" without TLS. HPACK's static table (RFC 7541 appendix A)
        // has :method GET as 2, :path / as 4, :scheme https as 7; 0x41 begins a literal :authority.
        byte[] headers = [0x82, 0x84, 0x87, 0x41, 1, (byte)'x'];
        const byte headersFrame = 1, endOfStreamAndHeaders = 5;
        await using var connection = await ConnectAsync();

        await connection.WriteAsync(Encoding.ASCII.GetBytes(Http2Preface));
        await connection.WriteAsync(new byte[] { 0, 0, 0, SettingsFrame, 0, 0, 0, 0, 0 });
        await connection.WriteAsync(new byte[] { 0, 0, (byte)headers.Length, headersFrame, endOfStreamAndHeaders, 0, 0, 0, 1 });
        await connection.WriteAsync(headers);

        Assert.Equal("HTTP/2 http", await ReadFirstDataFrameAsync(connection));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("P", null)]
    [InlineData("PRI * HTTP/2.", null)]
    [InlineData("PRI * HTTP/2.0", true)]
    [InlineData(Http2Preface, true)]
    [InlineData("GET / HTTP/1.1", false)]
    [InlineData("POST / HTTP/1.1", false)]
    [InlineData("PRI * HTTP/1.1", false)]
    public void The_first_bytes_tell_as_soon_as_they_can(string received, bool? isHttp2)
    {
        var bytes = Encoding.ASCII.GetBytes(received);

        Assert.Equal(isHttp2, OnePort.IsHttp2(new ReadOnlySequence<byte>(bytes)));
    }

    private async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, _address.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<string> ReadFirstDataFrameAsync(NetworkStream connection)
    {
        const byte dataFrame = 0;
        var header = new byte[9];
        while (true)
        {
            await connection.ReadExactlyAsync(header);
            var content = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
            await connection.ReadExactlyAsync(content);
            if (header[3] == dataFrame)
                return Encoding.ASCII.GetString(content);
        }
    }

    /// <summary>What the node sent until it closed or reset the connection.</summary>
    private static async Task<string> ReadToEndAsync(NetworkStream connection)
    {
        using var received = new MemoryStream();
        try
        {
            await connection.CopyToAsync(received);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // An aborted connection is reset; what came before counts.
        }

        return Encoding.Latin1.GetString(received.ToArray());
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private sealed class EchoingPeer : PeerService.PeerServiceBase
    {
        public override async Task Sync(
            IAsyncStreamReader<SyncMessage> requestStream, IServerStreamWriter<SyncMessage> responseStream, ServerCallContext context)
        {
            await foreach (var message in requestStream.ReadAllAsync(context.CancellationToken))
                await responseStream.WriteAsync(message);
        }
    }
}
