using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Chapters that import real calendars while one of them is away.</summary>
public sealed class CalendarTests(ITestOutputHelper output)
{
    /// <summary>How many nodes take part; twenty for all calendars. Eight are what a small machine carries beside the other tests.</summary>
    private const string NodesVariable = "OUISHARE_NETWORK_NODES";

    /// <summary>The seed of a run that is to be repeated.</summary>
    private const string SeedVariable = "OUISHARE_NETWORK_SEED";

    private const int NodesInContinuousIntegration = 8;
    private const int PeersOfANode = 3;

    /// <summary>What all twenty calendars hold, by their importers' count: a series is one event.</summary>
    private const ulong EventsOfAllCalendars = 2_313;

    /// <summary>
    /// Every node imports one calendar and has three peers that chance chose, so most journals arrive over relays. One node was unplugged
    /// (killed) before the others import, and comes back with its own calendar when they have finished.
    /// </summary>
    [Fact]
    public async Task Every_node_ends_with_all_events_though_one_was_away_during_the_import()
    {
        var seed = Setting(SeedVariable) ?? Environment.ProcessId;
        var random = new Random(seed);
        var calendars = Calendars(Setting(NodesVariable) ?? NodesInContinuousIntegration);
        output.WriteLine($"{calendars.Count} nodes; to repeat this run set {SeedVariable}={seed}");
        var watch = Stopwatch.StartNew();
        await using var network = new TestNetwork(output);

        var nodes = new List<NodeProcess>();
        // A few at a time: a start is mostly computing, and all at once would each take longer than a start may.
        foreach (var few in calendars.Chunk(4))
            nodes.AddRange(await network.StartAsync(few.Select(calendar => Path.GetFileNameWithoutExtension(calendar)!)));
        await JoinAsync(nodes, random);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s: started and joined");

        var unplugged = nodes[random.Next(nodes.Count)];
        var others = nodes.Where(node => node != unplugged).ToList();
        await unplugged.KillAsync();
        var created = await ImportAsync(others);
        await unplugged.StartAsync();
        created += await ImportAsync([unplugged]);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s: {created} events imported, {unplugged.Name} was unplugged");

        var entries = 0UL;
        foreach (var node in nodes)
            entries += (await node.StatusAsync()).OwnEntries;
        var convergence = await TestNetwork.UntilEqualAsync(entries, nodes);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s: equal {convergence.TotalSeconds:0.00} s after the last import");

        foreach (var node in nodes)
            Assert.Equal(created, (await node.StatusAsync()).Events);
        if (nodes.Count == Calendars(int.MaxValue).Count)
            Assert.Equal(EventsOfAllCalendars, created);
        await TestNetwork.AssertEqualAndVerifiedAsync(nodes);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0.0} s: verified");
    }

    private static List<string> Calendars(int atMost) =>
        [.. Directory.EnumerateFiles(Programs.Calendars, "*.ics").Order(StringComparer.Ordinal).Take(atMost)];

    private static int? Setting(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>A ring, so that all can reach each other, and peers by chance until each has three or no two are left that want one more.</summary>
    private static async Task JoinAsync(List<NodeProcess> nodes, Random random)
    {
        var order = nodes.ToArray();
        random.Shuffle(order);
        var links = order.Select((node, i) => (node, Next: order[(i + 1) % order.Length])).ToList();
        foreach (var node in order)
        {
            var candidates = order.Where(other => other != node && Peers(other) < PeersOfANode && !AreLinked(node, other)).ToArray();
            if (Peers(node) < PeersOfANode && candidates.Length > 0)
                links.Add((node, candidates[random.Next(candidates.Length)]));
        }

        foreach (var (node, next) in links)
            await TestNetwork.JoinAsync(inviting: next, joining: node);

        int Peers(NodeProcess node) => links.Count(link => link.node == node || link.Next == node);

        bool AreLinked(NodeProcess one, NodeProcess other) => links.Contains((one, other)) || links.Contains((other, one));
    }

    private static async Task<ulong> ImportAsync(IReadOnlyCollection<NodeProcess> nodes)
    {
        var reports = await Task.WhenAll(nodes.Select(node => node.ImportAsync(Path.Combine(Programs.Calendars, $"{node.Name}.ics"))));
        Assert.All(reports, report => Assert.Equal("", string.Join(" ", report.Problems.Select(problem => problem.Message))));
        return reports.Aggregate(0UL, (sum, report) => sum + report.Created);
    }
}
