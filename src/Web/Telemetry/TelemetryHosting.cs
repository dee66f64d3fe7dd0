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
            telemetry.WithTracing(AddTraces);
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

    private static void AddTraces(TracerProviderBuilder traces) => traces
        // Not Microsoft.Orleans.Runtime: root spans at idle, several a second.
        .AddSource(NodeTelemetry.Name, "Microsoft.Orleans.Application")
        .AddAspNetCoreInstrumentation(options => options.Filter = IsWorthATrace)
        .AddProcessor(new PersonalDataRemoval())
        .AddOtlpExporter();

    /// <summary>Not what a machine asks every few seconds, nor files, nor a conversation without end.</summary>
    private static bool IsWorthATrace(HttpContext context) =>
        !context.Request.Path.StartsWithSegments(Monitoring.HealthPath)
        && !context.Request.Path.StartsWithSegments(Monitoring.MetricsPath)
        && !context.Request.Path.StartsWithSegments(PeerServicePath)
        && !Path.HasExtension(context.Request.Path);
}
