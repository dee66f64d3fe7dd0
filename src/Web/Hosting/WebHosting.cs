using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>How the node answers HTTP: settings, Kestrel, and what every request passes through.</summary>
internal static class WebHosting
{
    /// <summary>How long requests may take to end when the node stops; open streams are ended by the node itself.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long browsers remember that this node speaks https.</summary>
    private static readonly TimeSpan HttpsMemory = TimeSpan.FromDays(180);

    /// <summary>The page that says what went wrong; to programs it answers with a problem.</summary>
    private const string ErrorPath = "/error";

    /// <summary>A builder with settings from, in rising order: appsettings.json, the environment, the command line.</summary>
    public static WebApplicationBuilder CreateBuilder(CommandLine.Run command)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Pages and static files are this program's, also when a test runs it.
            ApplicationName = typeof(WebHosting).Assembly.GetName().Name,
            // The folder of the program, not the folder it was called from: settings and static files lie beside it.
            ContentRootPath = AppContext.BaseDirectory,
            // A file watcher for each node would use up the machine's inotify instances (128 by default) with many nodes.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        var environment = EnvironmentSettings.Read(Environment.GetEnvironmentVariables());
        builder.Configuration.AddInMemoryCollection(environment);
        builder.Configuration.AddInMemoryCollection(command.Settings);
        builder.Services.AddSingleton(new EnvironmentKeys([.. environment.Keys]));
        return builder;
    }

    /// <summary>The node's options, bound and checked before anything is opened.</summary>
    /// <exception cref="StartRefusedException">A setting is unknown or has the wrong form.</exception>
    /// <exception cref="OptionsValidationException">A setting is out of its range.</exception>
    public static NodeOptions ReadNodeOptions(this IConfiguration configuration)
    {
        var options = new NodeOptions();
        RoomOptions.Bind(options, configuration, NodeOptions.Section);
        var checkedOptions = new NodeOptionsValidator().Validate(Options.DefaultName, options);
        return checkedOptions.Failed
            ? throw new OptionsValidationException(Options.DefaultName, typeof(NodeOptions), checkedOptions.Failures)
            : options;
    }

    /// <summary>Kestrel on the node's addresses, with limits, compression, cookies' keys and trust in a proxy on this machine.</summary>
    public static void AddWeb(this WebApplicationBuilder builder, NodeOptions options, DataFolder folder)
    {
        // As an instance: the container would close it before the node's last write.
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton(MonitorToken.Read(options, folder));
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddRoomOptions<NodeOptions, NodeOptionsValidator>(NodeOptions.Section);
        builder.WebHost.UseUrls(options.Urls);
        builder.WebHost.UseKestrelHttpsConfiguration();
        // Built, but not published, the static files still lie in the source folder; a manifest says where.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(ConnectionLimits.Apply);
        builder.Services.AddOptions<KestrelServerOptions>()
            .Configure<TimeProvider>((kestrel, time) => kestrel.UseOnePort(time));

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            // The framework trusts loopback proxies by default and nobody else, and one hop. Host is not among them: links
            // are made from PublicUrl, never from what a request says.
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        });
        builder.Services.AddHsts(hsts => hsts.MaxAge = HttpsMemory);
        builder.Services.AddDataProtection().SetApplicationName("ouishare").PersistKeysTo(folder);
        builder.Services.AddCompression();
        builder.Services.AddAuthentication();
        builder.Services.AddNodeCookies();
        // Accents, Greek and Cyrillic stay readable in the HTML; what matters to HTML is encoded all the same.
        builder.Services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        builder.Services.AddProblemDetails();
    }

    /// <summary>Refuses what the environment sets and no room reads. After all rooms were added.</summary>
    /// <exception cref="StartRefusedException">There is no such section.</exception>
    public static void RefuseUnknownSettings(this WebApplication app) => EnvironmentSettings.RefuseUnknownSections(
        app.Services.GetRequiredService<EnvironmentKeys>().Keys,
        app.Services.GetServices<SettingsSection>());

    /// <summary>What every request passes through, from the outside in. Before routing.</summary>
    public static void UseWeb(this WebApplication app)
    {
        app.UseConnectionScheme();
        app.UseForwardedHeaders();
        app.UseNodeCookies();
        app.UseRelativeRedirects();
        app.UseExceptionHandler(ErrorPath);
        app.UseStatusCodePagesWithReExecute(ErrorPath + "/{0}");
        app.UseBodyLimits();
        app.Use(static (context, next) =>
        {
            // Programs that speak gRPC have their own words for "nothing here".
            if (context.IsGrpc() && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            return next(context);
        });
        app.UseHsts();
        app.UseSecurityHeaders();
        app.UseCompression();
        app.UseAuthentication();
        app.UseNoCompressionForMembers();
    }

    private static bool IsGrpc(this HttpContext context) =>
        context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>
    /// Answers 404 where there is nothing. Without it a stranger who mistypes an address would be asked to sign in, since
    /// whatever does not say who may use it is for members alone.
    /// </summary>
    public static void MapNothing(this WebApplication app) => app.MapFallback("{*path}", context =>
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }).RequireAuthorization(Policies.Anyone);
}

/// <summary>The configuration keys that the environment sets.</summary>
internal sealed record EnvironmentKeys(IReadOnlyList<string> Keys);
