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

    [Theory]
    [InlineData(401, "UNAUTHENTICATED")]
    [InlineData(403, "FORBIDDEN")]
    public async Task A_node_that_refuses_the_token_in_HTTPs_own_words_is_still_a_node(int status, string reason)
    {
        await using var node = await ScriptedNode.StartAsync();
        await using var server = await StartWebServerAsync(HttpProtocols.Http2, status);

        var run = await Run.InAsync(
            Run.Script(), default, "status", "--json", "--url", AddressOf(server), "--token-file", node.NewFile("operator.token"));

        Assert.Equal(ExitCode.NotAuthorised, run.ExitCode);
        Assert.Equal(reason, run.Json.GetProperty("error").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_value_that_breaks_a_rule_is_told_once()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => throw ScriptedOperator.Refusal(Google.Rpc.Code.InvalidArgument, "INVALID_ARGUMENT", "No such city.", ("place", "No such city."));

        var run = await Run.ScriptAsync(node, "status");

        Assert.Equal("No such city.\n", run.Error);
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

        var run = await Run.InAsync(
            Run.Script(), default, "status", "--url", AddressOf(server).Replace("http:", scheme + ":", StringComparison.Ordinal), "--token-file", node.NewFile("operator.token"));

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.StartsWith("Something answers at ", run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    private static string AddressOf(WebApplication server) =>
        server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static async Task<WebApplication> StartWebServerAsync(HttpProtocols protocols, int status = 200)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var server = builder.Build();
        server.MapFallback(() => Results.Text("<p>Welcome to nginx!</p>", "text/html", statusCode: status));
        await server.StartAsync();
        return server;
    }
}
