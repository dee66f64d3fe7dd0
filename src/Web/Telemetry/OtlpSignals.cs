using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Telemetry;

/// <summary>Which signals the environment sends to an OpenTelemetry collector.</summary>
internal readonly record struct OtlpSignals(bool Traces, bool Metrics, bool Logs)
{
    /// <summary>Reads <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its variants for one signal, as the OpenTelemetry specification names them.</summary>
    /// <exception cref="StartRefusedException">One of them is no address.</exception>
    public static OtlpSignals Read(IConfiguration configuration)
    {
        var all = IsSet("OTEL_EXPORTER_OTLP_ENDPOINT");
        return new(
            Traces: all || IsSet("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
            Metrics: all || IsSet("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"),
            Logs: all || IsSet("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"));

        bool IsSet(string variable)
        {
            if (configuration[variable] is not { } endpoint || string.IsNullOrWhiteSpace(endpoint))
                return false;
            // The exporter would pass over it in silence and send to its default.
            return Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
                ? true
                : throw new StartRefusedException(
                    $"{variable} is \"{endpoint}\", which is no address of a collector; it looks like http://localhost:4317.", ExitCodes.BadSetting);
        }
    }
}
