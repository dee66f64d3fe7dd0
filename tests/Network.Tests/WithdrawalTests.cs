using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>What remains of an event that was taken back.</summary>
public sealed class WithdrawalTests(ITestOutputHelper output)
{
    /// <summary>One word in small letters, so that an index of words would hold it too.</summary>
    private const string Canary = "zwitscherlingwort";

    /// <summary>
    /// Looks for the words in the bytes of the files, since a row that SQLite no longer shows may still stand in a free page or in the
    /// write-ahead log. The chapter that wrote the event keeps its text as a private draft, so its own database is not looked at.
    /// </summary>
    [Fact]
    public async Task The_text_of_a_withdrawn_event_is_in_no_file_of_any_other_node_and_its_header_stays()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia", "Cannes");
        var (a, b, c) = (nodes[0], nodes[1], nodes[2]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        await TestNetwork.JoinAsync(inviting: b, joining: c);
        var id = await a.PublishAsync($"An evening with a {Canary}", $"Come and meet the {Canary}.");
        await UntilAsync(c, a, id, isThere: true);
        await UntilAsync(b, a, id, isThere: true);
        Assert.NotEmpty(b.FilesWith(Canary));
        Assert.NotEmpty(c.FilesWith(Canary));
        var before = await c.HeldOfAsync(a);

        await a.Events.WithdrawEventAsync(new WithdrawEventRequest { Id = id });
        await UntilAsync(c, a, id, isThere: false);
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, nodes);

        Assert.Equal(before + 1, await c.HeldOfAsync(a));
        foreach (var node in nodes)
            Assert.Equal(0u, (await node.Events.SearchEventsAsync(new SearchEventsRequest { Text = Canary, When = When.Any })).Total);
        await TestNetwork.AssertEqualAndVerifiedAsync(nodes);
        foreach (var node in nodes)
            await UntilGoneAsync(node, isAuthor: node == a);
        await Task.WhenAll(nodes.Select(node => node.StopAsync()));
        foreach (var node in nodes)
            Assert.Empty(Remains(node, isAuthor: node == a));
    }

    /// <summary>
    /// A second withdrawal right after a first one may have to wait for its turn, in which the node is killed. Whether it comes to that is
    /// chance; in the end nothing may remain.
    /// </summary>
    [Fact]
    public async Task A_node_that_is_killed_right_after_a_withdrawal_arrived_erases_the_text_when_it_starts_again()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: a, joining: b);
        var ids = await a.PublishAsync($"Evenings with a {Canary}", 3);
        await UntilAsync(b, a, ids[^1], isThere: true);
        Assert.NotEmpty(b.FilesWith(Canary));

        foreach (var id in ids)
            await a.Events.WithdrawEventAsync(new WithdrawEventRequest { Id = id });
        await Wait.UntilAsync("the last withdrawal is there", async () => await b.HasEventAsync(a, ids[^1]) ? "it is not" : null, Waits.Soon);
        await b.KillAsync();
        await b.StartAsync();

        await UntilGoneAsync(b, isAuthor: false);
    }

    private static Task<TimeSpan> UntilGoneAsync(NodeProcess node, bool isAuthor) => Wait.UntilAsync(
        $"no file of {node.Name} holds the text",
        () => Task.FromResult(Remains(node, isAuthor) is { Count: > 0 } files ? string.Join(", ", files) : null),
        Waits.Soon);

    private static IReadOnlyList<string> Remains(NodeProcess node, bool isAuthor) =>
        [.. node.FilesWith(Canary).Where(path => !isAuthor || Path.GetFileName(path).StartsWith("views.db", StringComparison.Ordinal))];

    private static Task<TimeSpan> UntilAsync(NodeProcess node, NodeProcess origin, string id, bool isThere) => Wait.UntilAsync(
        $"{node.Name} {(isThere ? "has" : "no longer has")} the event and its search has read that",
        async () => await node.HasEventAsync(origin, id) == isThere && (await node.StatusAsync()).SearchLagEntries == 0 ? null : "it is not so",
        Waits.Soon);
}
