using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OuiShare.Federation.Web.Hosting;
using OuiShare.Federation.Web.Telemetry;

namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>
/// Search words and the secrets of feeds and one-time links stand in addresses, so addresses must not stand in traces, nor in logs
/// whatever level an operator sets. A canary is asked for, in path, query and header, and looked for in all that comes out.
/// </summary>
public sealed class PersonalDataTests : IAsyncLifetime
{
    private const string Canary = "canary7f3a";

    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ConcurrentQueue<string> _log = new();
    private WebApplication _app = null!;
    private int _port;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("Logging:LogLevel:Default", "Trace")]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddQuietLogs(() => true);
        builder.Logging.AddProvider(new KeptLog(_log));
        builder.Services.AddOpenTelemetry().WithTracing(traces =>
            traces.AddNodeTraces().AddProcessor(new SimpleActivityExportProcessor(new KeptSpans(_spans))));
        _app = builder.Build();
        _app.UseForwardedHeaders();
        _app.MapGet("/calendars/{secret}.ics", (string secret) => secret.Length);
        _app.MapGet("/broken/{secret}", string (string secret) => throw new InvalidOperationException($"No {secret}."));
        await _app.StartAsync();
        _port = new Uri(_app.Urls.Single()).Port;
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("/calendars/" + Canary + ".ics?q=" + Canary, "/calendars/{secret}.ics")]
    [InlineData("/broken/" + Canary + "?q=" + Canary, "/broken/{secret}")]
    [InlineData("/mistyped/" + Canary, "(no route)")]
    public async Task A_span_names_the_route_and_never_the_address(string address, string route)
    {
        await AskAsync(address);

        // Listeners are the process's: spans of nodes that other tests run arrive here too.
        var span = Assert.Single(_spans, span => span.GetTagItem("server.port") is int port && port == _port);
        Assert.Equal(route, span.GetTagItem("url.path"));
        var told = string.Join(" ", span.TagObjects.Select(tag => tag.Value)) + span.DisplayName + span.StatusDescription
            + string.Join(" ", span.Events.SelectMany(e => e.Tags).Select(tag => tag.Value));
        Assert.DoesNotContain(Canary, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/calendars/" + Canary + ".ics?q=" + Canary)]
    [InlineData("/mistyped/" + Canary)]
    public async Task No_level_of_logging_tells_the_address(string address)
    {
        await AskAsync(address);

        Assert.DoesNotContain(_log, line => line.Contains(Canary, StringComparison.Ordinal));
    }

    /// <summary>Asks, and waits until the node has ended what it does for the request.</summary>
    private async Task AskAsync(string address)
    {
        using (var client = new HttpClient())
        {
            client.DefaultRequestHeaders.UserAgent.ParseAdd(Canary);
            using var answer = await client.GetAsync(new Uri(new Uri(_app.Urls.Single()), address));
        }

        await _app.StopAsync();
    }

    private sealed class KeptSpans(ConcurrentQueue<Activity> kept) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
                kept.Enqueue(span);
            return ExportResult.Success;
        }
    }

    private sealed class KeptLog(ConcurrentQueue<string> kept) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Category(categoryName, kept);

        public void Dispose()
        {
        }

        private sealed class Category(string name, ConcurrentQueue<string> kept) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                kept.Enqueue($"{name}[{eventId.Id}] {formatter(state, exception)}");
        }
    }
}
