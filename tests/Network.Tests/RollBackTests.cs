using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// A machine that is put back to an older state, as a virtual machine from its snapshot: no mark says so, and the node writes on old data before
/// a peer that holds more can tell it.
/// </summary>
public sealed class RollBackTests(ITestOutputHelper output)
{
    private const int Newest = 12;
    private const int OnOldData = 2;

    [Fact]
    public async Task A_chapter_gets_its_own_newest_events_back_after_its_machine_was_rolled_back()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        var ids = await WriteOnOldDataAsync(a, b);

        await b.StartAsync();
        await UntilAllAreThereAsync(a, [a, b], ids);

        await AssertSettledAsync(a, b);
        await AssertToldAsync(a, b);
        ids.Add(await a.PublishAsync("Together again"));
        await UntilAllAreThereAsync(a, [a, b], ids);
        await AssertSettledAsync(a, b);
    }

    /// <summary>A third chapter got what was written on old data before anybody knew: it holds a version that its origin gives up.</summary>
    [Fact]
    public async Task A_third_chapter_that_copied_what_was_written_on_old_data_ends_with_the_same()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia", "Cannes");
        var (a, b, c) = (nodes[0], nodes[1], nodes[2]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        await TestNetwork.JoinAsync(inviting: c, joining: a);
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, a, b, c);
        await c.StopAsync();
        var ids = await WriteOnOldDataAsync(a, b);
        await c.StartAsync();
        await Wait.UntilAsync("Cannes holds what was written on old data", async () => await c.HasEventAsync(a, ids[^1]) ? null : "it does not", Waits.Convergence);

        await b.StartAsync();
        await UntilAllAreThereAsync(a, [a, b, c], ids);

        await AssertSettledAsync(a, b, c);
    }

    /// <summary>The peer has what is published now and stops; the node is killed and loses the log that held it; it writes while the peer is away.</summary>
    private static async Task<List<string>> WriteOnOldDataAsync(NodeProcess a, NodeProcess b)
    {
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, a, b);
        // A stop empties the write-ahead log into the file, so that the log holds what comes after it and nothing else.
        await a.StopAsync();
        await a.StartAsync();
        var ids = new List<string>(await a.PublishAsync("Lost", Newest));
        await Wait.UntilAsync("the peer has them", async () => await b.HasEventAsync(a, ids[^1]) ? null : "it has not", Waits.Convergence);
        await b.StopAsync();
        await a.KillAsync();
        File.Delete(Path.Combine(a.Folder, "node.db-wal"));
        File.Delete(Path.Combine(a.Folder, "node.db-shm"));
        await a.StartAsync();
        Assert.False(await a.HasEventAsync(a, ids[0]));
        ids.AddRange(await a.PublishAsync("On old data", OnOldData));
        return ids;
    }

    private static Task<TimeSpan> UntilAllAreThereAsync(NodeProcess origin, NodeProcess[] nodes, List<string> ids) => Wait.UntilAsync(
        $"all nodes have all {ids.Count} events",
        async () =>
        {
            foreach (var node in nodes)
            {
                foreach (var id in ids)
                {
                    if (!await node.HasEventAsync(origin, id))
                        return $"{node.Name} lacks event {ids.IndexOf(id)}";
                }
            }

            return null;
        },
        Waits.Convergence);

    /// <summary>Equal roots, nothing left out, and nobody blamed.</summary>
    private static async Task AssertSettledAsync(params NodeProcess[] nodes)
    {
        await TestNetwork.UntilEqualAsync((await nodes[0].StatusAsync()).AllEntries, nodes);
        await TestNetwork.AssertEqualAndVerifiedAsync(nodes);
        Assert.All(await nodes[0].JournalsAsync(), journal => Assert.Equal("", journal.Quarantine));
        foreach (var (node, peer) in nodes.SelectMany(node => nodes.Where(peer => peer != node), (node, peer) => (node, peer)))
        {
            if (await node.FindPeerAsync(peer) is null)
                continue;
            await Wait.UntilAsync(
                $"{node.Name} finds nothing wrong with {peer.Name}",
                async () => await node.FindPeerAsync(peer) is { State: PeerState.UpToDate, IsEqual: true, LastError: "", Advice: "" }
                    ? null
                    : $"{await node.FindPeerAsync(peer)}",
                Waits.Convergence);
        }
    }

    /// <summary>The admin reads what happened, until she says that she has.</summary>
    private static async Task AssertToldAsync(NodeProcess a, NodeProcess b)
    {
        var told = Assert.Single((await a.StatusAsync()).Problems);
        Assert.Contains("older data", told, StringComparison.Ordinal);
        Assert.Contains($"{Newest} of its entries were taken back", told, StringComparison.Ordinal);
        Assert.Contains($"{OnOldData} that it had written meanwhile were written again", told, StringComparison.Ordinal);
        Assert.Contains(a.Lines.All, line => line.Contains("taken back", StringComparison.Ordinal));
        Assert.Empty((await b.StatusAsync()).Problems);

        // It outlives a restart.
        await a.StopAsync();
        await a.StartAsync();
        Assert.Single((await a.StatusAsync()).Problems, problem => problem.Contains("older data", StringComparison.Ordinal));
    }
}
