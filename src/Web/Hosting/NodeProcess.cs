using OuiShare.Federation.Node;
using OuiShare.Federation.Node.Hosting;
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
        while (await RunOnceAsync(command))
        {
            // A backup waits to be put in place.
        }
    }

    private static async Task<bool> RunOnceAsync(CommandLine.Run command)
    {
        var builder = WebHosting.CreateBuilder(command);
        var options = builder.Configuration.ReadNodeOptions();
        PendingRestore.Apply(options.Data, TimeProvider.System);
        using var folder = DataFolder.Open(options.Data, options.MustExist);

        var hasStarted = false;
        builder.AddQuietLogs(() => hasStarted);
        builder.AddWeb(options, folder);
        builder.AddTelemetry();
        builder.UseOrleans(silo => silo.UseOneSilo());
        await using var files = builder.AddNode(folder);
        builder.Services.AddRazorPages();
        builder.Services.AddMemberPages();
        builder.Services.AddWords();
        builder.Services.AddPublicPages();
        builder.Services.AddFeeds();

        await using var app = builder.Build();
        app.RefuseUnknownSettings();
        // Nobody asks for the gauges; they measure from the moment they exist.
        app.Services.GetRequiredService<PeerLagGauges>();
        if (command.StopsWithParent)
            ParentWatch.Start(app.Lifetime);

        app.UseWeb();
        app.UseMetrics();
        app.UseWords();
        app.UseAuthorization();
        app.MapHealth();
        app.MapNode();
        app.MapStaticAssets().AllowAnonymous();
        app.MapFeeds();
        app.MapRazorPages().WithStaticAssets();
        app.MapNothing();

        try
        {
            await app.StartAsync();
            hasStarted = true;
        }
        finally
        {
            // A silo that runs while Kestrel found its port taken must be stopped before it is disposed, or complains at length.
            if (!hasStarted)
                await app.StopAsync();
        }

        folder.PublishAddress([.. app.Urls]);
        LogRunning(app.Logger, folder.Folder, string.Join(" and ", app.Urls));
        await app.WaitForShutdownAsync();
        return app.Services.GetRequiredService<NodeRestart>().IsRequested;
    }

    [LoggerMessage(LogLevel.Information, "The node in {Folder} answers at {Urls}. Ctrl-C stops it.")]
    private static partial void LogRunning(ILogger logger, string folder, string urls);
}
