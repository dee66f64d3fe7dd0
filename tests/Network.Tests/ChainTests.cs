using System.Diagnostics;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Three nodes of which the outer two know only the middle one.</summary>
public sealed class ChainTests(ITestOutputHelper output)
{
    private const int Kills = 4;
    private const int EventsOfAnEnd = 60;
    private const int EventsOfTheMiddle = 20;

    /// <summary>
    /// The middle node is killed at moments when entries pass through it, which is when it could store half of something, acknowledge what is
    /// lost, or hand on what it then forgets. The ends go on publishing while it is down. What was acknowledged, by the killed node too,
    /// must be everywhere in the end.
    /// </summary>
    [Fact]
    public async Task Entries_arrive_whole_though_the_node_between_is_killed_again_and_again()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia", "Cannes");
        var (a, b, c) = (nodes[0], nodes[1], nodes[2]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        await TestNetwork.JoinAsync(inviting: b, joining: c);
        var watch = Stopwatch.StartNew();
        var published = new List<(NodeProcess Origin, string Id)>();

        for (var kill = 0; kill < Kills; kill++)
        {
            var before = await c.HeldOfAsync(a);
            Note(b, await b.PublishAsync($"Middle {kill}", EventsOfTheMiddle));
            var (fromA, fromC) = (a.PublishAsync($"First {kill}", EventsOfAnEnd), c.PublishAsync($"Last {kill}", EventsOfAnEnd));
            await Wait.UntilAsync(
                "entries of the first reach the last",
                async () => await c.HeldOfAsync(a) is var held && held > before ? null : $"it still holds {held}",
                Waits.Soon);
            await b.KillAsync();
            Note(a, await fromA);
            Note(c, await fromC);
            await b.StartAsync();
        }

        var entries = (await a.StatusAsync()).OwnEntries + (await b.StatusAsync()).OwnEntries + (await c.StatusAsync()).OwnEntries;
        network.Print($"{published.Count} events and {Kills} kills took {watch.Elapsed.TotalSeconds:0.0} s");
        var convergence = await TestNetwork.UntilEqualAsync(entries, nodes);
        network.Print($"Equal {convergence.TotalSeconds:0.00} s after the last start");

        await TestNetwork.AssertEqualAndVerifiedAsync(nodes);
        foreach (var node in nodes)
        {
            foreach (var (origin, id) in published)
                Assert.True(await node.HasEventAsync(origin, id), $"{node.Name} lacks the event {id}, which {origin.Name} acknowledged.");
        }

        void Note(NodeProcess origin, IReadOnlyList<string> ids) => published.AddRange(ids.Select(id => (origin, id)));
    }
}
