using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>A node that is put back to an older state, which its peers have left behind.</summary>
public sealed class RestoreTests(ITestOutputHelper output)
{
    private const int Lost = 5;

    [Fact]
    public async Task A_restored_node_takes_its_own_entries_back_before_it_publishes()
    {
        await using var network = new TestNetwork(output);
        var (a, b, backup, ids) = await LoseEntriesAsync(network);

        await RestoreAsync(a, backup);
        ids.Add(await a.PublishAsync("After the restore"));
        await TestNetwork.UntilEqualAsync((await b.StatusAsync()).AllEntries, a, b);

        var own = (await a.JournalsAsync()).Where(journal => journal.Origin == a.Origin).ToList();
        Assert.Equal([0u], own.Select(journal => journal.Epoch));
        await AssertAllAreThereAsync(a, b, ids);
    }

    /// <summary>Nobody can say how far the journal had come, so going on in it might use positions twice: a fork, which no node forgives.</summary>
    [Fact]
    public async Task A_restored_node_that_cannot_ask_goes_on_in_a_new_epoch_and_both_meet_again()
    {
        await using var network = new TestNetwork(output);
        var (a, b, backup, ids) = await LoseEntriesAsync(network);
        await b.KillAsync();

        await RestoreAsync(a, backup);
        ids.Add(await a.PublishAsync("Meanwhile"));
        await b.StartAsync();
        await Wait.UntilAsync(
            "the lost entries are back", async () => await a.HasEventAsync(a, ids[Lost]) ? null : "they are not", Waits.Convergence);
        ids.Add(await a.PublishAsync("Together again"));
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, a, b);

        var own = (await a.JournalsAsync()).Where(journal => journal.Origin == a.Origin).ToList();
        Assert.Equal([0u, 1u], own.Select(journal => journal.Epoch));
        await AssertAllAreThereAsync(a, b, ids);
    }

    /// <summary>A backup, and entries after it that the peer has.</summary>
    private static async Task<(NodeProcess A, NodeProcess B, byte[] Backup, List<string> Ids)> LoseEntriesAsync(TestNetwork network)
    {
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        var ids = new List<string>(await a.PublishAsync("Kept", Lost));
        var backup = await a.BackUpAsync();
        ids.AddRange(await a.PublishAsync("After the backup", Lost));
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).OwnEntries + (await b.StatusAsync()).OwnEntries, a, b);
        return (a, b, backup, ids);
    }

    private static async Task RestoreAsync(NodeProcess node, byte[] backup)
    {
        var before = await node.StatusAsync();
        var answer = await node.RestoreAsync(backup);
        Assert.Equal(node.Origin, answer.Origin);
        await Wait.UntilAsync(
            $"{node.Name} has restarted and may publish",
            async () => await node.StatusAsync() is { IsJournalOpen: true } status && status.StartedAt != before.StartedAt ? null : "it has not",
            Waits.Start);
    }

    private static async Task AssertAllAreThereAsync(NodeProcess a, NodeProcess b, IEnumerable<string> ids)
    {
        await TestNetwork.AssertEqualAndVerifiedAsync(a, b);
        Assert.All(await b.JournalsAsync(), journal => Assert.Equal("", journal.Quarantine));
        foreach (var id in ids)
        {
            Assert.True(await a.HasEventAsync(a, id));
            Assert.True(await b.HasEventAsync(a, id));
        }
    }
}
