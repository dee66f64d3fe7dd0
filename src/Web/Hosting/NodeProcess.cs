using OuiShare.Federation.Node;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Web.Pages;
using OuiShare.Federation.Web.Telemetry;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>The life of a node's process: settings, folder, rooms, silo, pages, and back.</summary>
internal static partial class NodeProcess
{
    /// <summary>Runs the node until it is asked to stop (SIGINT, SIGTERM, or its parent's end).</summary>
    /// <exception cref="StartRefusedException">The node cannot start as it is set up.</exception>
    public static async Task RunAsync(CommandLine.Run command)
    {
        var builder = WebHosting.CreateBuilder(command);
        var options = builder.Configuration.ReadNodeOptions();
        using var folder = DataFolder.Open(options.Data, options.MustExist);

        var hasStarted = false;
        builder.AddQuietLogs(() => hasStarted);
        builder.AddWeb(options, folder);
        builder.AddTelemetry();
        builder.UseOrleans(silo => silo.UseOneSilo());
        await using var files = builder.AddNode(folder);
        builder.Services.AddRazorPages();
        builder.Services.AddWords();
        builder.Services.AddPublicPages();

        await using var app = builder.Build();
        app.RefuseUnknownSettings();
        if (command.StopsWithParent)
            ParentWatch.Start(app.Lifetime);

        app.UseWeb();
        app.UseMetrics();
        app.UseWords();
        app.UseAuthorization();
        app.MapHealth();
        app.MapNode();
        app.MapStaticAssets();
        app.MapRazorPages().WithStaticAssets();

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
    }

    [LoggerMessage(LogLevel.Information, "The node in {Folder} answers at {Urls}. Ctrl-C stops it.")]
    private static partial void LogRunning(ILogger logger, string folder, string urls);
}
