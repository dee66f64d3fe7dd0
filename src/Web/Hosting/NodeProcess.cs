using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Web.Feeds;
using OuiShare.Federation.Web.Pages;
using OuiShare.Federation.Web.Telemetry;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>The life of a node's process: settings, folder, rooms, silo, pages, and back.</summary>
internal static partial class NodeProcess
{
    /// <summary>Runs the node until it is asked to stop (SIGINT, SIGTERM, or its parent's end); starts it anew after a restore.</summary>
    /// <exception cref="StartRefusedException">The node cannot start as it is set up.</exception>
    public static async Task RunAsync(CommandLine.Run command)
    {
        using var stop = new StopRequests();
        RuntimeFloor.Check();
        FolderPrivacy.HideNewFiles();
        while (!stop.Asked.IsCancellationRequested && await RunOnceAsync(command, stop.Asked))
        {
            // A backup waits to be put in place.
        }
    }

    /// <returns>True when the node is to be started again.</returns>
    private static async Task<bool> RunOnceAsync(CommandLine.Run command, CancellationToken stop)
    {
        var builder = WebHosting.CreateBuilder(command);
        var options = builder.Configuration.ReadNodeOptions();
        using var folder = DataFolder.Open(options.Data, options.MustExist);

        var hasStarted = false;
        builder.AddQuietLogs(() => hasStarted);
        await using var files = Compose(builder, options, folder);
        await using var app = builder.Build();
        if (command.StopsWithParent)
            ParentWatch.Start(app.Lifetime);
        using var asked = stop.Register(app.Lifetime.StopApplication);

        try
        {
            Map(app);
            await app.StartAsync(stop);
            hasStarted = true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // No failure, but whoever looks for the node shall know why it is not there.
            await Console.Error.WriteLineAsync("The node was asked to stop before it had started, and did.");
            return false;
        }
        catch (SqliteException e)
        {
            // What keeps something in memory reads it as it is made.
            throw StorageRefusal.From(e, folder.Folder);
        }
        finally
        {
            // A silo that runs while Kestrel found its port taken must be stopped before it is disposed, or complains at length. One
            // that does not run yet complains of being stopped, and would hide why the start failed.
            if (!hasStarted && app.Services.GetRequiredService<ISiloStatusOracle>().CurrentStatus == SiloStatus.Active)
                await app.StopAsync(CancellationToken.None);
        }

        folder.PublishAddress([.. app.Urls], await OwnCertificates.ReadAsync(app.Urls, app.Services.GetRequiredService<TimeProvider>()));
        LogRunning(app.Logger, folder.Folder, string.Join(" and ", app.Urls));
        if (folder.OpenToOthers > 0)
            LogClosed(app.Logger, folder.Folder, folder.OpenToOthers);
        await app.WaitForShutdownAsync(CancellationToken.None);
        LogStopped(app.Logger, folder.Folder);
        return app.Services.GetRequiredService<NodeRestart>().IsRequested;
    }

    /// <summary>Adds everything a node consists of.</summary>
    /// <returns>The open files; to be disposed after the host.</returns>
    internal static NodeFiles Compose(WebApplicationBuilder builder, NodeOptions options, DataFolder folder)
    {
        builder.AddWeb(options, folder);
        builder.AddTelemetry();
        builder.UseOrleans(silo => silo.UseOneSilo());
        var files = builder.AddNode(folder);
        builder.Services.AddRazorPages();
        builder.Services.AddMemberPages();
        builder.Services.AddWords();
        builder.Services.AddPublicPages();
        builder.Services.AddFeeds();
        return files;
    }

    /// <summary>Puts everything that a request passes through, or may ask for, into the program.</summary>
    /// <exception cref="StartRefusedException">The environment sets what no room reads.</exception>
    internal static void Map(WebApplication app)
    {
        app.RefuseUnknownSettings();
        // Nobody asks for the gauges; they measure from the moment they exist.
        app.Services.GetRequiredService<PeerLagGauges>();
        app.Services.GetRequiredService<ProblemGauge>();

        app.UseWeb();
        app.UseMetrics();
        app.UseWords();
        app.UseHostNames();
        app.UseAuthorization();
        app.MapHealth();
        app.MapNode();
        app.MapStaticAssets().RequireAuthorization(Policies.Anyone);
        app.MapFeeds();
        app.MapRazorPages().WithStaticAssets();
        app.MapNothing();
    }

    [LoggerMessage(LogLevel.Information, "The node in {Folder} answers at {Urls}. Ctrl-C stops it.")]
    private static partial void LogRunning(ILogger logger, string folder, string urls);

    [LoggerMessage(LogLevel.Information, "The node in {Folder} has stopped.")]
    private static partial void LogStopped(ILogger logger, string folder);

    [LoggerMessage(LogLevel.Warning, "Other users of this machine could read {Count} files and folders of {Folder}; now only the node's own user can.")]
    private static partial void LogClosed(ILogger logger, string folder, int count);
}
