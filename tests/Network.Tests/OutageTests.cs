using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Peers that go away, come back, or come for the first time.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_peer_that_returns_is_sent_what_it_missed_and_nothing_else()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: a, joining: b);
        await a.PublishAsync("Before", 20);
        await TestNetwork.UntilEqualAsync(await OwnEntriesAsync(nodes), nodes);
        await b.StopAsync();

        await a.PublishAsync("Missed", 15);
        await b.StartAsync();
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, nodes);

        await Wait.UntilAsync(
            "the returned peer counts the 15 entries it missed",
            async () => await b.FindPeerAsync(a) is { ReceivedEntries: 15, RejectedEntries: 0 } ? null : $"{await b.FindPeerAsync(a)}",
            Waits.Soon);
        await TestNetwork.AssertEqualAndVerifiedAsync(nodes);
    }

    /// <summary>The relay is not trusted: what it hands on carries the signature of a node that cannot be asked any more.</summary>
    [Fact]
    public async Task A_new_peer_gets_the_whole_history_of_a_chapter_that_is_gone_for_good()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia", "Cannes");
        var (a, relay, late) = (nodes[0], nodes[1], nodes[2]);
        await TestNetwork.JoinAsync(inviting: a, joining: relay);
        var ids = await a.PublishAsync("History", 25);
        await TestNetwork.UntilEqualAsync(await OwnEntriesAsync([a, relay]), a, relay);
        await a.KillAsync();
        Directory.Delete(a.Folder, recursive: true);

        await TestNetwork.JoinAsync(inviting: relay, joining: late);
        var took = await TestNetwork.UntilEqualAsync(await OwnEntriesAsync([relay, late]) + 25, relay, late);

        network.Print($"The history came {took.TotalSeconds:0.00} s after the join");
        await TestNetwork.AssertEqualAndVerifiedAsync(relay, late);
        foreach (var id in ids)
            Assert.True(await late.HasEventAsync(a, id));
        var carried = (await late.Operator.ListJournalsAsync(new ListJournalsRequest())).Journals.Single(journal => journal.Origin == a.Origin);
        Assert.Equal(relay.Origin, carried.CarriedBy);
        Assert.Equal(a.Name, carried.ChapterName);
    }

    [Fact]
    public async Task An_admin_reads_in_words_that_a_peer_is_down_and_it_recovers_by_itself()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: a, joining: b);
        await b.KillAsync();

        var learned = await Wait.UntilAsync(
            "the admin reads that the peer is unreachable, why, and what to do",
            async () => await a.FindPeerAsync(b) is { State: PeerState.Unreachable, LastError.Length: > 0, Advice.Length: > 0 }
                ? null
                : $"{await a.FindPeerAsync(b)}",
            Waits.AdminLearns);
        network.Print($"The admin could read it after {learned.TotalSeconds:0.00} s: {(await a.FindPeerAsync(b))!.LastError}");
        Assert.Contains((await a.StatusAsync()).Problems, problem => problem.StartsWith($"{b.Name}: ", StringComparison.Ordinal));

        await b.StartAsync();
        var id = await a.PublishAsync("After the outage");
        var recovered = await Wait.UntilAsync(
            "the peer is connected, the error is gone, and what was published has arrived",
            async () => await a.FindPeerAsync(b) is { State: PeerState.UpToDate, LastError: "", Advice: "" } && await b.HasEventAsync(a, id)
                ? null
                : $"{await a.FindPeerAsync(b)}",
            Waits.Convergence);
        network.Print($"It recovered {recovered.TotalSeconds:0.00} s after it was ready");
        Assert.Empty((await a.StatusAsync()).Problems);
    }

    private static async Task<ulong> OwnEntriesAsync(IEnumerable<NodeProcess> nodes)
    {
        var states = await Task.WhenAll(nodes.Select(node => node.StatusAsync()));
        return states.Aggregate(0UL, (sum, state) => sum + state.OwnEntries);
    }
}
