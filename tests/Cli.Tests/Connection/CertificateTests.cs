using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OuiShare.Federation.Cli.Tests.Connection;

/// <summary>
/// A node that does https itself has a certificate for its public name, and is called under the loopback address. The folder says which
/// certificate it shows.
/// </summary>
public sealed class CertificateTests
{
    [Fact]
    public async Task A_node_with_a_certificate_for_its_public_name_is_known_by_what_its_folder_says()
    {
        using var certificate = Make();
        await using var folder = await ScriptedNode.StartAsync();
        await using var server = await StartAsync(certificate, folder.Operator);
        folder.Operator.Status = _ => Samples.Status();
        await folder.WriteNodeFileAsync($$"""{"urls":["{{AddressOf(server)}}"],"pid":1,"certificates":["{{HashOf(certificate)}}"]}""");

        var run = await Run.ScriptAsync(folder, "status");

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Done, run.ExitCode);
    }

    [Fact]
    public async Task The_token_is_not_sent_to_a_program_that_took_the_nodes_port()
    {
        using var certificate = Make();
        using var other = Make();
        await using var folder = await ScriptedNode.StartAsync();
        await using var server = await StartAsync(other, folder.Operator);
        await folder.WriteNodeFileAsync($$"""{"urls":["{{AddressOf(server)}}"],"pid":1,"certificates":["{{HashOf(certificate)}}"]}""");

        var run = await Run.ScriptAsync(folder, "status");

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Contains("shows another certificate than the node of this folder", run.Error);
        Assert.Empty(folder.Operator.Requests);
    }

    [Fact]
    public async Task A_certificate_that_no_folder_vouches_for_must_bear_the_name()
    {
        using var certificate = Make();
        await using var folder = await ScriptedNode.StartAsync();
        await using var server = await StartAsync(certificate, folder.Operator);

        var run = await Run.InAsync(Run.Script(), default, "status", "--url", AddressOf(server), "--token-file", folder.NewFile("operator.token"));

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Contains("is not one this machine trusts", run.Error);
    }

    private static string HashOf(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=paris.example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("paris.example");
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private static async Task<WebApplication> StartAsync(X509Certificate2 certificate, ScriptedOperator script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(script);
        var server = builder.Build();
        server.MapGrpcService<ScriptedOperator>();
        await server.StartAsync();
        return server;
    }

    private static string AddressOf(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
}
