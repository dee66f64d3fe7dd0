using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>What nodes tell a collector and whoever scrapes them, by the usual environment variables.</summary>
public sealed class TracingTests(ITestOutputHelper output)
{
    private const string Own = "OuiShare.Federation";

    [Fact]
    public async Task One_trace_leads_from_the_publishing_of_an_event_to_the_search_of_the_last_node_of_a_chain()
    {
        await using var collector = new OtlpReceiver();
        await using var network = new TestNetwork(output);
        var nodes = await Task.WhenAll(((string[])["Arles", "Bastia", "Cannes"]).Select(name => network.StartAsync(name, collector.Environment(name))));
        var (a, b, c) = (nodes[0], nodes[1], nodes[2]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        await TestNetwork.JoinAsync(inviting: b, joining: c);
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, nodes);

        await a.PublishAsync("A drink that is traced");

        await Wait.UntilAsync("the trace of the publishing is whole", () => Task.FromResult(LackingOf(collector.Spans)), Waits.Soon);
        // By now each session has reported to its grain again and again, and nobody asked for it.
        Assert.DoesNotContain(collector.Spans, span => span.Name.Contains("IPeerGrain/Report", StringComparison.Ordinal));
        Assert.DoesNotContain(collector.Spans, span => span.ParentId == "" && span.Source.StartsWith("Microsoft.Orleans", StringComparison.Ordinal));
        await Wait.UntilAsync(
            "metrics and logs have been exported too",
            () => Task.FromResult(collector.Received.Select(export => export.Signal).Distinct().Count() == 3 ? null : "one is missing"),
            Waits.Soon);
        await AssertFiguresAsync(a, "ouishare_entries_appended", "ouishare_append_duration");
        await AssertFiguresAsync(c, "ouishare_entries_received", "ouishare_propagation_duration", "ouishare_peer_lag_entries", "ouishare_peer_lag_time", "ouishare_peer_silence", "ouishare_sync_sessions");
    }

    private static string? LackingOf(IReadOnlyList<OtlpSpan> spans)
    {
        if (spans.FirstOrDefault(span => span is { Service: "Arles", Source: Own, Name: "event publish" }) is not { } publish)
            return "nothing was published";
        var trace = spans.Where(span => span.TraceId == publish.TraceId).ToList();
        (string Service, string Name)[] way =
        [
            ("Arles", "journal append"), ("Arles", "search apply"),
            ("Bastia", "journal receive"), ("Bastia", "journal store"), ("Bastia", "search apply"),
            ("Cannes", "journal receive"), ("Cannes", "journal store"), ("Cannes", "search apply"),
        ];
        var missing = way.Where(step => !trace.Any(span => span.Source == Own && (span.Service, span.Name) == step)).ToList();
        var orphans = trace.Where(span => span.Source == Own && !trace.Any(other => other.SpanId == span.ParentId)).ToList();
        return missing.Count > 0 ? $"the trace lacks {string.Join(", ", missing)}"
            : orphans.Count > 0 ? $"nobody exported what caused {string.Join(", ", orphans)}"
            : null;
    }

    private static async Task AssertFiguresAsync(NodeProcess node, params IEnumerable<string> names)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(node.Folder, "operator.token"))).Trim());
        await client.GetAsync(new Uri(node.Address + "/search?q=drink"));
        var figures = await client.GetStringAsync(new Uri(node.Address + "/metrics"));
        Assert.All(names.Append("ouishare_search_duration"), name => Assert.Contains(name, figures, StringComparison.Ordinal));
    }
}
