using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node;

/// <summary>What a node does between its start and its stop: opens its journal, keeps up with its peers, stops when its disk fails.</summary>
internal sealed partial class NodeLife(
    NodeDatabase database,
    NodeStart start,
    PeerSessions sessions,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<NodeLife> logger) : BackgroundService, IHostedLifecycleService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WaitForStartAsync(stoppingToken);
            await RunStartAsync(stoppingToken);
            var reason = await database.Broken.Task.WaitAsync(stoppingToken);
            LogBroken(reason);
            // The log may go elsewhere; whoever starts the node reads this.
            await Console.Error.WriteLineAsync($"The node stops because its database may not be written any more: {reason}");
            Environment.ExitCode = ExitCodes.DiskFailed;
            lifetime.StopApplication();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>
    /// Says goodbye to all peers before anything else stops: the server waits for open conversations until its limit, and then cuts them.
    /// </summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => sessions.DisposeAsync().AsTask();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A full disk ends no node: it answers what it can, and starts to write as soon as there is room. Nor does a machine that is so busy that a
    // grain does not answer in time.
    private async Task RunStartAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await start.RunAsync(cancellationToken);
                return;
            }
            catch (Exception e) when (e is StorageUnavailableException or TimeoutException)
            {
                if (database.IsBroken)
                    return;
                LogNotStarted(e.Message);
                await Task.Delay(PeerLimits.ReopenPause, time, cancellationToken);
            }
        }
    }

    private Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStarted.Register(started.SetResult);
        return started.Task.WaitAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The node could not finish its start and tries again: {Reason}")]
    private partial void LogNotStarted(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The node stops because its database may not be written any more: {Reason}")]
    private partial void LogBroken(string reason);
}

/// <summary>The steps of a node's start, once it answers.</summary>
internal sealed class NodeStart(
    IServer server, NodeLocation location, ChapterDirectory chapters, MemberLinks links, JournalOpening opening, NodeDatabase database, IGrainFactory grains)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        location.Bind(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        foreach (var peer in database.Read(PeerTable.List))
            await grains.GetGrain<IPeerGrain>(peer.Origin.ToString()).Start(cancellationToken);
        await opening.RunAsync(cancellationToken);
        if (!chapters.IsSetUp)
        {
            var link = await links.SetUpAsync(cancellationToken);
            // On the terminal and not in the log: whoever opens it becomes the admin.
            await Console.Out.WriteLineAsync($"\nOpen this link in a browser, once, to set the chapter up:\n  {location.Link($"/set-up/{link.Secret}")}\n");
        }
    }
}
