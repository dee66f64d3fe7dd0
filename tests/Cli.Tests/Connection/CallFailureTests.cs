using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OuiShare.Federation.Cli.Tests.Connection;

/// <summary>What a person is told when a call fails.</summary>
public sealed class CallFailureTests
{
    [Fact]
    public async Task A_wrong_token_gives_exit_code_4()
    {
        await using var node = await ScriptedNode.StartAsync();
        await File.WriteAllTextAsync(node.NewFile("operator.token"), "0000");

        var run = await Run.ScriptAsync(node, "status", "--json");

        Assert.Equal(ExitCode.NotAuthorised, run.ExitCode);
        Assert.Equal("UNAUTHENTICATED", run.Json.GetProperty("error").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_node_that_does_not_know_the_command_is_older()
    {
        await using var node = await ScriptedNode.StartAsync();

        var run = await Run.ScriptAsync(node, "status");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Contains("probably older than this tool", run.Error);
    }

    [Fact]
    public async Task A_refusal_without_details_gives_its_sentence()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => throw new RpcException(new Status(StatusCode.FailedPrecondition, "The node is closing."));

        var run = await Run.ScriptAsync(node, "status");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("The node is closing.\n", run.Error);
    }

    [Fact]
    public async Task A_name_that_no_machine_has_is_told()
    {
        await using var node = await ScriptedNode.StartAsync();

        var run = await Run.InAsync(
            Run.Script(), default, "status", "--url", "https://no-such-machine.invalid", "--token-file", node.NewFile("operator.token"));

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Equal("No machine called no-such-machine.invalid was found. Check --url.\n", run.Error);
    }

    [Theory]
    [InlineData(HttpProtocols.Http1, "http")]
    [InlineData(HttpProtocols.Http2, "http")]
    [InlineData(HttpProtocols.Http2, "https")]
    public async Task Something_that_is_no_node_is_told(HttpProtocols protocols, string scheme)
    {
        await using var node = await ScriptedNode.StartAsync();
        await using var server = await StartWebServerAsync(protocols);
        var port = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

        var run = await Run.InAsync(
            Run.Script(), default, "status", "--url", $"{scheme}://127.0.0.1:{port}", "--token-file", node.NewFile("operator.token"));

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.StartsWith("Something answers at ", run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    private static async Task<WebApplication> StartWebServerAsync(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var server = builder.Build();
        server.MapFallback(() => Results.Text("<p>Welcome to nginx!</p>", "text/html"));
        await server.StartAsync();
        return server;
    }
}
