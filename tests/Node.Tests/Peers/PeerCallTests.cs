using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>
/// What stands in the place of a node, or before it: each is met by a real call over a real connection, and told in words that say what to
/// change. The servers answer as nginx was seen to.
/// </summary>
public sealed class PeerCallTests(TestNode node) : IClassFixture<TestNode>
{
    private static readonly string[] OwnName = ["127.0.0.1"];

    [Theory]
    [InlineData(413, "text/html", PeerErrorReason.BodyLimit)]
    [InlineData(502, "text/html", PeerErrorReason.NodeBehindProxyDown)]
    [InlineData(504, "text/html", PeerErrorReason.NodeBehindProxyDown)]
    [InlineData(404, "text/html", PeerErrorReason.NotANode)]
    [InlineData(302, "text/html", PeerErrorReason.NotANode)]
    [InlineData(200, "text/html", PeerErrorReason.NotANode)]
    public async Task A_web_server_that_answers_in_a_nodes_place_is_told_by_its_answer(int status, string type, PeerErrorReason reason)
    {
        await using var server = await ServeAsync(HttpProtocols.Http2, certificate: null, context =>
        {
            (context.Response.StatusCode, context.Response.ContentType) = (status, type);
            return context.Response.WriteAsync("<html>");
        });

        Assert.Equal(reason, (await CallAsync(server.Urls.Single())).Reason);
    }

    [Fact]
    public async Task A_body_limit_that_ends_a_running_exchange_is_told_apart_from_a_broken_line()
    {
        await using var server = await ServeAsync(HttpProtocols.Http2, certificate: null, async context =>
        {
            await context.Request.Body.ReadExactlyAsync(new byte[1], context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        });

        Assert.Equal(PeerErrorReason.BodyLimit, (await CallAsync(server.Urls.Single())).Reason);
    }

    /// <summary>As nginx 1.22 was seen to do in the middle of an exchange, when it has answered already: it can send no status any more.</summary>
    [Theory]
    [InlineData(1_100_000, PeerErrorReason.BodyLimit)]
    [InlineData(100_000, PeerErrorReason.ConnectionBroke)]
    public async Task A_running_exchange_that_is_reset_is_told_by_how_much_was_sent(int bytes, PeerErrorReason reason)
    {
        await using var server = await ServeAsync(HttpProtocols.Http2, certificate: null, async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.StartAsync();
            await context.Request.Body.ReadExactlyAsync(new byte[bytes]);
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResetFeature>()!.Reset(2);
        });
        using var call = new PeerCall(server.Urls.Single(), CancellationToken.None);

        for (var sent = 0; sent <= bytes; sent += 60_000)
            await call.Stream.SendAsync(new SyncMessage { Entries = new Entries { Origin = Google.Protobuf.ByteString.CopyFrom(new byte[60_000]) } }, CancellationToken.None);
        var failed = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => call.Stream.Incoming.MoveNext(CancellationToken.None));

        Assert.Equal(reason, call.Stream.ErrorOf(failed).Reason);
    }

    [Fact]
    public async Task A_peer_that_could_not_read_what_this_node_sent_is_believed()
    {
        await using var server = await ServeAsync(HttpProtocols.Http2, certificate: null, context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = $"{(int)Grpc.Core.StatusCode.InvalidArgument}";
            return Task.CompletedTask;
        });

        Assert.Equal(PeerErrorReason.SaysWeBrokeRules, (await CallAsync(server.Urls.Single())).Reason);
    }

    [Fact]
    public async Task A_peer_whose_bytes_are_no_message_broke_the_rules()
    {
        await using var server = await ServeAsync(HttpProtocols.Http2, certificate: null, async context =>
        {
            context.Response.ContentType = "application/grpc";
            // A frame of two bytes: field 1 announces 127 bytes and brings none.
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x0A, 0x7F }, context.RequestAborted);
        });

        Assert.Equal(PeerErrorReason.BrokeRules, (await CallAsync(server.Urls.Single())).Reason);
    }

    /// <summary>As nginx does with "proxy_pass": it collects the call's body, which never ends, before it calls the node.</summary>
    [Fact]
    public async Task A_proxy_that_collects_the_call_is_told_apart_from_a_node_that_is_slow_to_prove_itself()
    {
        await using var server = await ServeAsync(HttpProtocols.Http2, certificate: null, context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted));

        Assert.Equal(PeerErrorReason.HeldBack, (await CallAsync(server.Urls.Single(), isPatient: false)).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_without_http_2_is_said_to_be_one(bool hasTls)
    {
        using var certificate = hasTls ? Certificate("127.0.0.1", validFor: 10) : null;
        await using var server = await ServeAsync(HttpProtocols.Http1, certificate, context => context.Response.WriteAsync("<html>"));

        Assert.Equal(PeerErrorReason.NoHttp2, (await CallAsync(server.Urls.Single())).Reason);
    }

    [Theory]
    [InlineData("127.0.0.1", -1, PeerErrorReason.CertificateExpired)]
    [InlineData("other.example", 10, PeerErrorReason.CertificateOfOther)]
    [InlineData("127.0.0.1", 10, PeerErrorReason.CertificateUntrusted)]
    public async Task A_certificate_that_is_no_good_is_said_to_be_so_and_why(string name, int validFor, PeerErrorReason reason)
    {
        using var certificate = Certificate(name, validFor);
        await using var server = await ServeAsync(HttpProtocols.Http2, certificate, context => context.Response.WriteAsync("<html>"));

        Assert.Equal(reason, (await CallAsync(server.Urls.Single())).Reason);
    }

    [Fact]
    public async Task A_plain_server_at_an_https_address_speaks_no_tls()
    {
        await using var server = await ServeAsync(HttpProtocols.Http1, certificate: null, context => context.Response.WriteAsync("<html>"));

        Assert.Equal(PeerErrorReason.NoTls, (await CallAsync(server.Urls.Single().Replace("http:", "https:", StringComparison.Ordinal))).Reason);
    }

    [Fact]
    public async Task Nothing_that_listens_is_told_apart_from_a_name_that_does_not_exist()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();

        Assert.Equal(PeerErrorReason.ConnectionRefused, (await CallAsync($"http://127.0.0.1:{port}")).Reason);
        Assert.Equal(PeerErrorReason.NameUnknown, (await CallAsync("http://nobody.invalid")).Reason);
    }

    // As the node calls: one round, and what the admin reads of it.
    private async Task<PeerError> CallAsync(string address, bool isPatient = true)
    {
        using var key = NodeKey.FromSeed(RandomNumberGenerator.GetBytes(NodeKey.SeedSize));
        await ScriptedPeer.AdmitAsync(node, key.Origin, address);
        var grain = node.Grains.GetGrain<IPeerGrain>(key.Origin.ToString());
        await grain.CallNow();
        await Watching.UntilAsync("the end of the call", async () =>
        {
            if (!isPatient)
                node.Time.Advance(Limits.TickInterval);
            return (await grain.Status())!.LastError is not null;
        });
        var error = (await grain.Status())!.LastError!;
        await grain.Remove();
        return error;
    }

    private static async Task<WebApplication> ServeAsync(HttpProtocols protocols, X509Certificate2? certificate, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = protocols;
            if (certificate is not null)
                endpoint.UseHttps(certificate);
        }));
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return server;
    }

    private static X509Certificate2 Certificate(string name, int validFor)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (OwnName.Contains(name))
            names.AddIpAddress(IPAddress.Parse(name));
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-100), now.AddDays(validFor));
    }
}
