namespace OuiShare.Federation.Web.Telemetry;

/// <summary>Which signals the environment sends to an OpenTelemetry collector.</summary>
internal readonly record struct OtlpSignals(bool Traces, bool Metrics, bool Logs)
{
    /// <summary>Reads <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its variants for one signal, as the OpenTelemetry specification names them.</summary>
    public static OtlpSignals Read(IConfiguration configuration)
    {
        var all = IsSet("OTEL_EXPORTER_OTLP_ENDPOINT");
        return new(
            Traces: all || IsSet("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            Metrics: all || IsSet("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"),
            Logs: all || IsSet("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"));

        bool IsSet(string variable) => !string.IsNullOrWhiteSpace(configuration[variable]);
    }
}
