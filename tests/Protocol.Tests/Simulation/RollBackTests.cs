namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>
/// Networks whose nodes lose data: a disk is put back to a state of before, several times to the same one, while peers that hold more are
/// away; the node writes on old data, others copy that, and the peers return in any order.
/// </summary>
public sealed class RollBackTests
{
    /// <summary>
    /// 500 small networks. For more: <c>FEDERATION_SEEDS=5000 dotnet test tests/Protocol.Tests --filter After_any_roll_back</c>; one alone:
    /// <c>FEDERATION_SEED=17</c> before the same command. A failure names every seed that failed.
    /// </summary>
    [Fact]
    public void After_any_roll_back_every_node_ends_equal_and_nothing_is_lost_that_anybody_held()
    {
        var one = Number("FEDERATION_SEED");
        var seeds = one is { } seed ? [seed] : Enumerable.Range(1, Math.Max(500, Number("FEDERATION_SEEDS") ?? 0));
        var problems = seeds.Select(each => (Seed: each, Problem: Run(each))).Where(run => run.Problem is not null).ToList();
        Assert.True(
            problems.Count == 0,
            $"{string.Join('\n', problems.Select(run => $"Seed {run.Seed}: {run.Problem}"))}\nReplay: FEDERATION_SEED=<seed> dotnet test tests/Protocol.Tests --filter After_any_roll_back");
    }

    /// <summary>The case that was seen first: the peer that has all is away, and comes back.</summary>
    [Fact]
    public void A_chapter_takes_back_what_it_signed_and_writes_again_what_it_wrote_on_old_data()
    {
        var network = new SimNetwork(seed: 61, nodes: 2, [(0, 1)]);
        var (a, b) = (network.Nodes[0], network.Nodes[1]);
        network.Append(node: 0, entries: 3);
        var old = a.Snapshot();
        network.Append(node: 0, entries: 12);
        network.SettleForks();
        var root = a.Head(a.Own)!.Range.Root();
        network.Links.Single().Break();

        a.RollBack(old);
        network.Append(node: 0, entries: 2);
        var forked = a.Entries(a.Own).Skip(3).ToList();
        network.RestartAll();
        network.SettleForks();

        var first = new JournalId(a.Key.Origin, 0);
        foreach (var node in network.Nodes)
        {
            Assert.Equal((15UL, root), (node.Held(first), node.Head(first)!.Range.Root()));
            // The record that opens the epoch, and the two.
            Assert.Equal(3UL, node.Held(new JournalId(a.Key.Origin, 1)));
            Assert.Equal(forked.Select(entry => entry.RecordId), node.Entries(new JournalId(a.Key.Origin, 1)).Skip(1).Select(entry => entry.RecordId));
            Assert.Empty(node.Forks.Left);
        }

        Assert.True(a.Forks.IsOpen);
        Assert.All(network.Links.SelectMany(link => link.Ends), end => Assert.True(end.Conversation.IsEqual));
        Assert.Equal(b.Frontier, a.Frontier);
    }

    private static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : null;

    private static string? Run(int seed)
    {
        var random = new Random(seed);
        // Everybody is everybody's peer: a version that its origin does not know reaches the origin from whoever holds it, and from nobody else.
        var nodes = 2 + (seed % 4);
        var network = new SimNetwork(seed, nodes, Enumerable.Range(0, nodes).SelectMany(a => Enumerable.Range(a + 1, nodes - a - 1).Select(b => (a, b))));
        var snapshots = network.Nodes.Select(node => new List<SimSnapshot> { node.Snapshot() }).ToList();
        var lost = new HashSet<Hash>();
        for (var round = 0; round < 25; round++)
        {
            network.ConnectAll();
            network.Append();
            network.Run(random.Next(60 * network.Nodes.Count));
            switch (random.Next(6))
            {
                case 0:
                    var node = random.Next(network.Nodes.Count);
                    if (network.Gone().Any(entry => !lost.Contains(entry.LeafHash)))
                        return $"Something was lost before round {round}, and no disk had lost it.";
                    network.RollBack(node, snapshots[node][random.Next(snapshots[node].Count)]);
                    // What only this disk held, nobody can give back.
                    lost.UnionWith(network.Gone().Select(entry => entry.LeafHash));
                    network.Append(node, random.Next(1, 5));
                    break;
                case 1:
                    network.Fault();
                    break;
                case 2:
                    var kept = random.Next(network.Nodes.Count);
                    snapshots[kept].Add(network.Nodes[kept].Snapshot());
                    break;
            }
        }

        network.StartAll();
        network.SettleForks();
        return Check(network, lost);
    }

    private static string? Check(SimNetwork network, HashSet<Hash> lost)
    {
        if (!network.IsConverged)
            return "The nodes' frontiers differ: " + string.Join("; ", network.Nodes.Select(Describe));
        foreach (var node in network.Nodes)
        {
            if (node.Forks.Left.Count > 0)
                return $"Node {node.Number} follows {node.Forks.Left.Count} journals no more.";
            if (!node.Forks.IsOpen)
                return $"Node {node.Number} may not write its own journal.";
            if (network.Truth.MissingFrom(node.AllEntries).FirstOrDefault(entry => !lost.Contains(entry.LeafHash)) is { } missing)
                return $"Node {node.Number} lacks what stood at {missing.Position} of {missing.Journal}.";
        }

        return network.Links.SelectMany(link => link.Ends).FirstOrDefault(end => !end.Conversation.IsEqual) is { } unequal
            ? $"Node {unequal.Node.Number} thinks that a peer holds something else."
            : null;
    }

    private static string Describe(SimNode node) => $"{node.Number}: " + string.Join(", ", node.Heads.OrderBy(head => head.Journal)
        .Select(head => $"{head.Journal.Origin.Short[..4]}/{head.Journal.Epoch} {head.Size} {head.Range.Root().ToString()[..6]}{(node.Forks.Left.ContainsKey(head.Journal) ? " left" : "")}"));
}
