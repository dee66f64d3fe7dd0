using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Hosting;

namespace OuiShare.Federation.Web.Telemetry;

/// <summary>What machines ask of the node: is it alive, is it ready, and its figures.</summary>
internal static class Monitoring
{
    /// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can serve and store.</summary>
    public const string HealthPath = "/health";

    /// <summary>Figures in Prometheus' text format; for who sends a token.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>Answers to <see cref="MetricsPath"/>, and to strangers as if it did not exist.</summary>
    public static void UseMetrics(this WebApplication app) => app.UseOpenTelemetryPrometheusScrapingEndpoint(
        context => context.Request.Path == MetricsPath && MonitorToken.IsIn(context));

    /// <summary>Maps both questions after health. Anybody may ask; who sends a token is told details.</summary>
    public static void MapHealth(this WebApplication app)
    {
        Map("live", _ => false);
        Map("ready", check => check.Tags.Contains(SiloHosting.ReadyTag));

        void Map(string question, Func<HealthCheckRegistration, bool> asked) => app
            .MapHealthChecks($"{HealthPath}/{question}", new HealthCheckOptions { Predicate = asked, ResponseWriter = WriteAsync })
            .RequireAuthorization(Policies.Anyone)
            .DisableHttpMetrics();
    }

    /// <summary>{"status":"healthy","checks":[{"name":"silo","status":"healthy","words":"The silo is active."}]}</summary>
    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", Word(report.Status));
        if (report.Entries.Count > 0 && MonitorToken.IsIn(context))
        {
            json.WriteStartArray("checks");
            foreach (var (name, check) in report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("status", Word(check.Status));
                json.WriteString("words", check.Description ?? "");
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();
}
