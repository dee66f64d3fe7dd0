using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>A node's only silo: grains in this process, and no socket but Kestrel's.</summary>
public static class SiloHosting
{
    /// <summary>Tag of the health checks that decide whether the node is ready to serve (<c>/health/ready</c>).</summary>
    public const string ReadyTag = "ready";

    /// <summary>
    /// The silo's name for itself. No socket has this port: twenty nodes on one machine all use it.
    /// </summary>
    private const int NominalSiloPort = 11111;

    /// <summary>How long a call to a grain may take. Orleans waits 30 s; a page that took 10 s has lost its reader.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(10);

    /// <summary>Makes this process the node's only silo. Nothing outside the process can reach it.</summary>
    public static ISiloBuilder UseOneSilo(this ISiloBuilder silo)
    {
        silo.UseLocalhostClustering(siloPort: NominalSiloPort, gatewayPort: 0);
        silo.AddActivityPropagation();
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = CallLimit;
            // A caller that gave up is told to the grain, so that work nobody waits for ends; and a caller whose token fires goes on
            // only when the grain has said that it stopped, so that "cancelled" never means "perhaps still writing".
            options.CancelRequestOnTimeout = true;
            options.WaitForCancellationAcknowledgement = true;
        });
        silo.ConfigureServices(services =>
        {
            ReplaceListeners(services);
            services.AddHealthChecks().AddCheck<SiloHealthCheck>("silo", HealthStatus.Unhealthy, [ReadyTag]);
        });
        silo.ConfigureLogging(AddQuietLevels);
        return silo;
    }

    /// <summary>Silences what Orleans says of itself in a healthy node of one silo.</summary>
    private static void AddQuietLevels(ILoggingBuilder logging)
    {
        logging.AddFilter("Orleans", LogLevel.Warning);
        logging.AddFilter("Microsoft.Orleans", LogLevel.Warning);
        // 100150: "ticks late" whenever the machine was busy or asleep.
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        // The same in other words: a step took long, the thread pool stood still, a stage of the stop was slow. Nobody can act on it, and a start that
        // is refused on such a machine must still be one sentence.
        logging.AddFilter("Orleans.Runtime.Scheduler.WorkItemGroup", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.MembershipService.LocalSiloHealthMonitor", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.SiloLifecycleSubject", LogLevel.Error);
        // 100405: "started a development cluster", which is what one silo is.
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        logging.AddFilter("Orleans.Silo", LogLevel.Error);
        // A silo that died in a cluster floods the log with every retry.
        logging.AddFilter("Polly", LogLevel.Error);
    }

    private static void ReplaceListeners(IServiceCollection services)
    {
        foreach (var listener in services.Where(s => s.IsKeyedService && s.ServiceType == typeof(IConnectionListenerFactory)).ToList())
            services.Replace(ServiceDescriptor.KeyedSingleton<IConnectionListenerFactory>(listener.ServiceKey, (_, _) => new NeverListens()));
    }
}
