using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OuiShare.Federation.Web.Hosting;
using NodeTelemetry = OuiShare.Federation.Node.Hosting.Telemetry;

namespace OuiShare.Federation.Web.Telemetry;

/// <summary>Who listens to what the node tells of itself.</summary>
/// <remarks>
/// Metrics are always kept, for the scrape endpoint. Traces, logs and pushed metrics leave the node only when the usual
/// environment variables name a collector (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, or one for each signal). Which traces are kept is
/// the SDK's choice, by default all; <c>OTEL_TRACES_SAMPLER</c> and <c>OTEL_TRACES_SAMPLER_ARG</c> change it.
/// </remarks>
internal static class TelemetryHosting
{
    private const string ServiceName = "ouishare-node";

    /// <summary>The conversation with a peer stays open for weeks; as one span it would say nothing. Its work is traced by itself.</summary>
    private const string PeerServicePath = "/ouishare.federation.v1.PeerService";

    /// <summary>
    /// What of Orleans' some hundred instruments an operator reads: calls, their time, activations. The rest would be most of the scrape.
    /// </summary>
    private static readonly string[] OrleansInstruments =
        ["orleans-app-requests-latency-bucket", "orleans-app-requests-timedout", "orleans-catalog-activations", "orleans-messaging-rejected"];

    /// <summary>How the names of static files end. A calendar feed is not one of them.</summary>
    private static readonly string[] FileEndings = [".css", ".js", ".svg", ".png", ".ico", ".woff2", ".webmanifest"];

    /// <summary>Adds metrics, and exporters when the environment names a collector.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var exporters = OtlpSignals.Read(builder.Configuration);
        var telemetry = builder.Services.AddOpenTelemetry();
        telemetry.ConfigureResource(resource =>
        {
            // The environment's OTEL_SERVICE_NAME tells nodes apart; it is read before this.
            if (builder.Configuration["OTEL_SERVICE_NAME"] is null)
                resource.AddService(ServiceName, serviceVersion: ProgramVersion.Text);
        });
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(NodeTelemetry.Name, "Microsoft.Orleans", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel");
            metrics.AddView(instrument => instrument.Meter.Name == "Microsoft.Orleans" && !OrleansInstruments.Contains(instrument.Name)
                ? MetricStreamConfiguration.Drop
                : null);
            metrics.AddPrometheusExporter();
            if (exporters.Metrics)
                metrics.AddOtlpExporter();
        });
        if (exporters.Traces)
            telemetry.WithTracing(traces => traces.AddNodeTraces().AddOtlpExporter());
        if (exporters.Logs)
        {
            builder.Logging.AddOpenTelemetry(logs =>
            {
                // Scopes carry request paths, and paths may be secret.
                logs.IncludeScopes = false;
                logs.IncludeFormattedMessage = true;
                logs.AddOtlpExporter();
            });
        }
    }

    /// <summary>What is traced, and that nothing personal is in it. Exporters come after.</summary>
    public static TracerProviderBuilder AddNodeTraces(this TracerProviderBuilder traces) => traces
        // Not Microsoft.Orleans.Runtime: root spans at idle, several a second.
        .AddSource(NodeTelemetry.Name, "Microsoft.Orleans.Application")
        .AddAspNetCoreInstrumentation(options => options.Filter = context => IsWorthATrace(context.Request.Path))
        .AddProcessor(new GrainHousekeeping())
        .AddProcessor(new PersonalDataRemoval());

    /// <summary>Not what a machine asks every few seconds, nor files, nor a conversation without end.</summary>
    private static bool IsWorthATrace(PathString path) =>
        !path.StartsWithSegments(Monitoring.HealthPath)
        && !path.StartsWithSegments(Monitoring.MetricsPath)
        && !path.StartsWithSegments(PeerServicePath)
        && !FileEndings.Any(ending => path.Value!.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
