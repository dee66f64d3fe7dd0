using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// An OpenTelemetry collector on the loopback: takes what nodes export by OTLP over HTTP (opentelemetry.io/docs/specs/otlp), keeps the bytes
/// of all of it, and reads the spans.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Signal, byte[] Bytes)> _received = [];
    private readonly string _address = $"http://127.0.0.1:{Ports.TakeFree()}";
    private readonly Task _serving;

    public OtlpReceiver()
    {
        _listener.Prefixes.Add(_address + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Everything that came, with the signal it came as: "traces", "metrics" or "logs".</summary>
    public IReadOnlyCollection<(string Signal, byte[] Bytes)> Received => _received;

    /// <summary>All spans that came.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. _received.Where(export => export.Signal == "traces").SelectMany(export => OtlpSpan.ReadAll(export.Bytes))];

    /// <summary>The environment of a node that exports to here, soon, under a name.</summary>
    public Dictionary<string, string> Environment(string service) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_SERVICE_NAME"] = service,
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var context = await _listener.GetContextAsync();
            using var bytes = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(bytes);
            _received.Enqueue((Path.GetFileName(context.Request.Url!.AbsolutePath), bytes.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
            context.Response.Close();
        }
    }
}

/// <summary>A span as it was exported.</summary>
/// <param name="Service">Whose it is: the node's OTEL_SERVICE_NAME.</param>
/// <param name="Source">Who made it, such as "OuiShare.Federation".</param>
/// <param name="TraceId">Hexadecimal.</param>
/// <param name="SpanId">Hexadecimal.</param>
/// <param name="ParentId">Hexadecimal; empty: the root of its trace.</param>
/// <param name="Name">What was done.</param>
internal sealed record OtlpSpan(string Service, string Source, string TraceId, string SpanId, string ParentId, string Name)
{
    // Field numbers of opentelemetry/proto/{collector/trace,trace,common,resource}/v1. Every message on the way is a field 1 or 2.
    private const int Resource = 1, ScopeSpans = 2, Scope = 1, Span = 2, Attribute = 1, Key = 1, Value = 2, StringValue = 1, ScopeName = 1;
    private const int SpanTrace = 1, SpanItself = 2, SpanParent = 4, SpanName = 5;

    /// <summary>The spans of one ExportTraceServiceRequest.</summary>
    public static IEnumerable<OtlpSpan> ReadAll(byte[] request)
    {
        foreach (var resourceSpans in Fields(request, 1))
        {
            var service = Fields(resourceSpans, Resource).SelectMany(resource => Fields(resource, Attribute))
                .Where(attribute => Text(attribute, Key) == "service.name").SelectMany(attribute => Fields(attribute, Value))
                .Select(value => Text(value, StringValue)).FirstOrDefault("");
            foreach (var scopeSpans in Fields(resourceSpans, ScopeSpans))
            {
                var source = Fields(scopeSpans, Scope).Select(scope => Text(scope, ScopeName)).FirstOrDefault("");
                foreach (var span in Fields(scopeSpans, Span))
                    yield return new OtlpSpan(service, source, Hex(span, SpanTrace), Hex(span, SpanItself), Hex(span, SpanParent), Text(span, SpanName));
            }
        }
    }

    private static string Text(byte[] message, int field) => System.Text.Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault([]));

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault([]));

    /// <summary>The values of a field that holds bytes, text or a message.</summary>
    private static List<byte[]> Fields(byte[] message, int field)
    {
        var values = new List<byte[]>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                values.Add(input.ReadBytes().ToByteArray());
            else
                input.SkipLastField();
        }

        return values;
    }
}
