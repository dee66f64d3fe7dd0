using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Node.Text;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node;

/// <summary>
/// Puts a node together; reading starts here. A program opens the data folder, adds the node to its host, maps the node's gRPC services,
/// and closes the node after its host.
/// </summary>
public static class NodeHosting
{
    /// <summary>Opens the node's database and index and adds everything that works on them.</summary>
    /// <param name="builder">The program's host.</param>
    /// <param name="folder">The node's data folder, held by this process.</param>
    /// <param name="time">The node's clock; null: the system's.</param>
    /// <returns>The open files; to be disposed after the host.</returns>
    /// <exception cref="StartRefusedException">The database is missing, damaged or newer than this program.</exception>
    public static NodeFiles AddNode(this IHostApplicationBuilder builder, DataFolder folder, TimeProvider? time = null)
    {
        var services = builder.Services;
        time ??= TimeProvider.System;
        // In place of the one Orleans adds: two clocks in one node would disagree.
        services.Replace(ServiceDescriptor.Singleton(time));
        NodeBackup.RemoveRemains(folder.Folder);
        var files = NodeFiles.Open(folder, time);
        services.AddSingleton(files.Key);
        services.AddSingleton(files.Instance);
        services.AddSingleton(files.Database);
        services.AddSingleton(files.Index);
        services.AddTransient(_ => new Random());
        AddJournals(services, files);
        services.AddSingleton(provider => new JournalIntake(
            provider.GetRequiredService<IOptions<NodeOptions>>(), files.Key, time, () => DiskSpace.Of(folder.Folder)));
        services.AddSingleton<IProblemSource>(provider => provider.GetRequiredService<JournalIntake>());
        AddChapterLife(services);
        AddPeers(services);
        AddAccounts(services, new CookieNames(files.Key.Origin));
        services.AddSingleton<NodeStart>();
        services.AddHostedService<NodeLife>();
        services.AddHostedService<MemoryTrim>();
        services.AddBackgroundWatch();
        AddOperator(services);
        BoundedLogs.Add(services, time);
        // What a caller sends or breaks off is no error of this node's; its own faults RpcFailures logs, with more than gRPC knows.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server", LogLevel.Critical);
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<RpcFailures>();
            grpc.MaxReceiveMessageSize = PeerLimits.MessageBytes;
            grpc.MaxSendMessageSize = PeerLimits.MessageBytes;
            // What is not here is nothing, and needs no endpoint that nobody has said who may use.
            grpc.IgnoreUnknownServices = true;
        });
        services.RemoveAll(typeof(IServiceMethodProvider<>));
        services.AddSingleton(typeof(IServiceMethodProvider<>), typeof(StrictMethods<>));
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, CallRefusals>();
        services.AddHealthChecks().AddCheck<JournalHealthCheck>("journal", HealthStatus.Unhealthy, [SiloHosting.ReadyTag]);
        return files;
    }

    /// <summary>Maps the node's gRPC services.</summary>
    public static void MapNode(this IEndpointRouteBuilder endpoints)
    {
        // Tells since when the node runs, so it must not wait for the first who asks.
        endpoints.ServiceProvider.GetRequiredService<NodeReport>();
        endpoints.MapGrpcService<PeerServiceEndpoint>();
        endpoints.MapGrpcService<OperatorServiceEndpoint>();
        endpoints.MapGrpcService<EventServiceEndpoint>();
    }

    private static void AddJournals(IServiceCollection services, NodeFiles files)
    {
        services.AddSingleton(files.Register);
        services.AddSingleton(files.Feed);
        services.AddSingleton(files.Own);
        services.AddSingleton<JournalReader>();
        AddIntegrity(services, files);
        services.AddSingleton<ReplicaJournals>();
        services.AddSingleton(provider => new RollBackNotices(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RollBackNotices>>()));
        services.AddSingleton<IProblemSource>(provider => provider.GetRequiredService<RollBackNotices>());
        services.AddSingleton<JournalOpening>();
        services.AddSingleton<IProblemSource>(provider => provider.GetRequiredService<JournalOpening>());
        services.AddSingleton<CityNames>();
        services.AddSingleton<SearchDocuments>();
        services.AddSingleton(provider => new SetAsideRecords(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<JournalReader>(), provider.GetRequiredService<JournalFeed>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SetAsideRecords>>()));
        services.AddSingleton<IProblemSource>(provider => provider.GetRequiredService<SetAsideRecords>());
        services.AddSingleton<SetAsideReport>();
        services.AddSingleton<RenderedTexts>();
        services.AddSingleton<SearchFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<SearchFollower>());
        services.AddSingleton(provider => new EventSearch(
            provider.GetRequiredService<SearchFollower>(), provider.GetRequiredService<ChapterDirectory>(), provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddIntegrity(IServiceCollection services, NodeFiles files)
    {
        var folder = Path.GetDirectoryName(files.Database.Path)!;
        services.AddSingleton(provider => new DamageRegister(folder, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<DamageRegister>>()));
        services.AddSingleton<IProblemSource>(provider => provider.GetRequiredService<DamageRegister>());
        services.AddSingleton<DatabaseInspection>();
        services.AddSingleton<RepairedViews>();
        services.AddSingleton<JournalRepair>();
        services.AddHostedService(provider => provider.GetRequiredService<JournalRepair>());
        services.AddSingleton<Scrub>();
        services.AddHostedService(provider => provider.GetRequiredService<Scrub>());
        services.AddSingleton(provider => new DiskWatch(files.Database, () => DiskWatch.MeasureDisk(folder), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IProblemSource>(provider => provider.GetRequiredService<DiskWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<DiskWatch>());
    }

    private static void AddChapterLife(IServiceCollection services)
    {
        services.AddSingleton<Countries>();
        services.AddSingleton<Gazetteer>();
        services.AddSingleton<EventRequests>();
        services.AddSingleton<CalendarReader>();
        services.AddSingleton(provider => new CalendarFetcher(
            provider.GetRequiredService<IOptions<NodeOptions>>().Value.AllowPrivateCalendars, provider.GetRequiredService<TimeProvider>(), FetchNetwork.Real));
        services.AddSingleton<ZoneTexts>();
        services.AddSingleton<CalendarWriter>();
        services.AddSingleton(provider => new CalendarFeeds(
            provider.GetRequiredService<CalendarWriter>(), provider.GetRequiredService<ZoneTexts>(), provider.GetRequiredService<NodeLocation>()));
        services.AddSingleton(provider => new CalendarImport(
            provider.GetRequiredService<CalendarReader>(), provider.GetRequiredService<ChapterDirectory>(), provider.GetRequiredService<NodeDatabase>(),
            provider.GetRequiredService<EventDirectory>(), provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ChapterDirectory(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<JournalRegister>(), provider.GetRequiredService<JournalReader>(),
            provider.GetRequiredService<NodeKey>().Origin));
        services.AddSingleton<NodeLocation>();
        services.AddSingleton(provider => new EventDirectory(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<JournalRegister>(), provider.GetRequiredService<JournalReader>(),
            provider.GetRequiredService<ChapterDirectory>(), provider.GetRequiredService<OwnJournal>()));
    }

    private static void AddPeers(IServiceCollection services)
    {
        services.AddSingleton<RunTwice>();
        services.AddSingleton<IProblemSource>(provider => provider.GetRequiredService<RunTwice>());
        services.AddSingleton<PeerSessionParts>();
        services.AddSingleton<PeerSessions>();
        services.AddSingleton(provider => new PeerInvitations(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<ChapterDirectory>(), provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PeerDirectory(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<JournalRegister>(), provider.GetRequiredService<JournalReader>(),
            provider.GetRequiredService<ChapterBlocks>(), provider.GetRequiredService<IGrainFactory>()));
        services.AddSingleton(provider => new ChapterBlocks(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<JournalRegister>(), provider.GetRequiredService<ChapterDirectory>(),
            provider.GetRequiredService<PeerSessions>(), provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PeerLagGauges(
            () => provider.GetRequiredService<PeerSessions>().Lags(), () => provider.GetRequiredService<PeerSessions>().Silences()));
    }

    private static void AddOperator(IServiceCollection services)
    {
        services.AddSingleton(provider => new NodeProblems(provider.GetServices<IProblemSource>()));
        services.AddSingleton<ProblemGauge>();
        services.AddSingleton<NodeRestart>();
        services.AddSingleton<NodeReport>();
        services.AddSingleton<OperatorSetUp>();
        services.AddSingleton<OperatorLinks>();
        services.AddSingleton<OperatorImport>();
        services.AddSingleton<JournalVerification>();
        services.AddSingleton<NodeBackup>();
    }

    private static void AddAccounts(IServiceCollection services, CookieNames cookies)
    {
        services.AddSingleton(provider => new MemberLinks(provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AccessTokens(provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new MemberDirectory(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<MemberLinks>(), provider.GetRequiredService<TimeProvider>()));

        services.AddRoomOptions<MailOptions, MailOptionsValidator>(MailOptions.Section);
        services.AddSingleton<Mailer>();

        services.AddSingleton(cookies);
        services.AddSingleton(provider => new MailProofs(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<MemberLinks>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new MailCounts(provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Sessions(
            provider.GetRequiredService<NodeDatabase>(), provider.GetRequiredService<MemberLinks>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<MemberSignIn>();

        services.AddIdentityCore<Account>().AddUserStore<AccountStore>().AddClaimsPrincipalFactory<AccountPrincipals>().AddSignInManager();
        services.AddAuthentication(options => options.DefaultScheme = EitherScheme)
            .AddPolicyScheme(EitherScheme, EitherScheme, options => options.ForwardDefaultSelector = context =>
                context.Request.Headers.Authorization.Count > 0 ? TokenAuthentication.SchemeName : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.SchemeName, configureOptions: null)
            .AddCookie(IdentityConstants.ApplicationScheme, cookie =>
            {
                cookie.Cookie.Name = cookies.Session;
                cookie.Cookie.SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax;
                // The session decides, on the server; the cookie only must not end before it.
                cookie.ExpireTimeSpan = MemberLimits.SessionLongest;
                cookie.SlidingExpiration = false;
                cookie.LoginPath = "/sign-in";
                cookie.AccessDeniedPath = "/forbidden";
                cookie.Events.OnValidatePrincipal = MemberSignIn.ValidateAsync;
            });
        services.AddAuthorization(Policies.Add);
    }

    private const string EitherScheme = "CookieOrToken";
}
