using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OuiShare.Federation.Cli.Tests;

/// <summary>A real gRPC server on a free loopback port, with the data folder that a running node would have.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    private readonly WebApplication _server;

    private ScriptedNode(WebApplication server, ScriptedOperator script, string folder)
    {
        _server = server;
        Operator = script;
        Folder = folder;
    }

    public ScriptedOperator Operator { get; }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    public string Url => _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<ScriptedNode> StartAsync()
    {
        var script = new ScriptedOperator();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(script);
        var server = builder.Build();
        server.MapGrpcService<ScriptedOperator>();
        await server.StartAsync();

        var node = new ScriptedNode(server, script, Directory.CreateTempSubdirectory("ouishare-cli-").FullName);
        await File.WriteAllTextAsync(Path.Combine(node.Folder, "operator.token"), ScriptedOperator.Token + "\n");
        await node.WriteNodeFileAsync($$"""{"urls":["{{node.Url}}"],"pid":{{Environment.ProcessId}}}""");
        return node;
    }

    public Task WriteNodeFileAsync(string text) => File.WriteAllTextAsync(Path.Combine(Folder, "node.json"), text);

    /// <summary>Stops answering; the folder stays as a killed node leaves it.</summary>
    public Task StopAsync() => _server.StopAsync();

    /// <summary>A path in the data folder that is not yet there.</summary>
    public string NewFile(string name) => Path.Combine(Folder, name);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
