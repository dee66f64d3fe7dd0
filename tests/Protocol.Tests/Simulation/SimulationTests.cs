using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>
/// Whole networks of conversations in one thread. What a node stores is compared with what the origin wrote, entry by entry
/// (<see cref="SimTruth"/>), and onto the exact size (<see cref="SimNode.TryStore"/>), so replicas are prefixes at every step.
/// </summary>
public sealed class SimulationTests
{
    /// <summary>
    /// Six networks of 3 to 50 nodes. For more before a release: <c>FEDERATION_SEEDS=1000 dotnet test tests/Protocol.Tests
    /// --filter After_any_outage</c>. A seed that fails replays alone.
    /// </summary>
    public static TheoryData<int, int> Seeds
    {
        get
        {
            var seeds = new TheoryData<int, int> { { 1, 20 }, { 2, 20 }, { 3, 35 }, { 4, 50 }, { 5, 8 }, { 6, 3 } };
            _ = int.TryParse(Environment.GetEnvironmentVariable("FEDERATION_SEEDS"), out var more);
            for (var seed = 1001; seed <= 1000 + more; seed++)
                seeds.Add(seed, 3 + seed % 23);
            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void After_any_outage_every_node_holds_everything(int seed, int nodes)
    {
        var network = new SimNetwork(seed, nodes);
        for (var round = 0; round < 60; round++)
        {
            network.ConnectAll();
            network.Append();
            network.Run(40 * nodes);
            network.Fault();
        }

        network.StartAll();
        network.ConnectAll();
        network.Settle();

        Assert.True(network.IsConverged, $"seed {seed}: frontiers differ.");
        Assert.All(network.Nodes, node => Assert.Equal(network.Truth.Total, node.EntriesStored));
        // A claim that outlives its fetch, or its conversation, keeps a journal from everybody else for a while.
        Assert.All(network.Nodes, node => Assert.Equal(0, node.Plan.Count));
        Assert.All(network.Links.SelectMany(link => link.Ends), end =>
        {
            Assert.Null(end.HangUp);
            Assert.True(end.Conversation.IsEqual, $"seed {seed}: {end.Node.Number} thinks its peer is behind or ahead.");
            Assert.Null(end.Conversation.LackingSince);
            Assert.DoesNotContain(end.Seen, effect => effect is Effect.Reject);
        });
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Without_faults_an_entry_reaches_each_node_once(int seed)
    {
        var network = new SimNetwork(seed, nodes: 30);
        network.ConnectAll();
        for (var round = 0; round < 40; round++)
        {
            network.Append();
            network.Run(300);
        }

        network.Settle();

        Assert.True(network.IsConverged, $"seed {seed}: frontiers differ.");
        Assert.All(network.Nodes, node => Assert.Equal(0, node.Stale));
        var carried = network.Links.SelectMany(link => link.Ends).SelectMany(end => end.Sent)
            .Sum(message => message.MessageCase == SyncMessage.MessageOneofCase.Entries ? (long)message.Entries.Entries_.Count : 0);
        Assert.Equal(network.Truth.Total * (network.Nodes.Count - 1), carried);
    }

    [Fact]
    public void A_chain_carries_what_its_first_node_writes_to_its_last()
    {
        var network = new SimNetwork(seed: 21, nodes: 6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)]);
        network.ConnectAll();
        network.Settle();

        network.Append(node: 0, entries: 300);
        network.Settle();

        Assert.Equal(300UL, network.Nodes[5].Held(new JournalId(network.Nodes[0].Key.Origin, 0)));
    }

    [Fact]
    public void Equal_nodes_that_meet_again_say_only_their_digests()
    {
        var network = new SimNetwork(seed: 22, nodes: 2, [(0, 1)]);
        network.Append(node: 0, entries: 20);
        network.ConnectAll();
        network.Settle();
        network.Links.Single().Break();

        var again = network.Connect(0, 1);
        network.Settle();

        Assert.All(again.Ends, end => Assert.Contains(new Effect.FrontierHeard(IsEqual: true), end.Seen));
        Assert.All(again.Ends, end => Assert.All(end.Sent, message => Assert.Empty(message.Checkpoints?.Journals ?? [])));
    }

    [Fact]
    public void An_idle_minute_costs_less_than_300_bytes_for_a_pair()
    {
        // A gRPC message has a prefix of 5 bytes, an HTTP/2 frame a header of 9.
        const int framing = 5 + 9;
        var network = new SimNetwork(seed: 23, nodes: 2, [(0, 1)]);
        network.Append(node: 0, entries: 20);
        network.ConnectAll();
        network.Settle();
        var before = network.Links.Single().Ends.Sum(end => end.Sent.Sum(message => message.CalculateSize() + framing));

        for (var second = 0; second < 60; second++)
        {
            network.Pass(TimeSpan.FromSeconds(1));
            while (network.Links.Single().IsBusy)
                network.Run(1);
        }

        var after = network.Links.Single().Ends.Sum(end => end.Sent.Sum(message => message.CalculateSize() + framing));
        Assert.InRange(after - before, 1, 300);
    }
}
