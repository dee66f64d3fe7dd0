using System.Text;
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
        Assert.NotEmpty(FilesWithCanary(b));
        Assert.NotEmpty(FilesWithCanary(c));
        var before = await c.HeldOfAsync(a);

        await a.Events.WithdrawEventAsync(new WithdrawEventRequest { Id = id });
        await UntilAsync(c, a, id, isThere: false);
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, nodes);

        Assert.Equal(before + 1, await c.HeldOfAsync(a));
        foreach (var node in nodes)
            Assert.Equal(0u, (await node.Events.SearchEventsAsync(new SearchEventsRequest { Text = Canary, When = When.Any })).Total);
        await TestNetwork.AssertEqualAndVerifiedAsync(nodes);
        await Task.WhenAll(nodes.Select(node => node.StopAsync()));
        Assert.Empty(FilesWithCanary(b));
        Assert.Empty(FilesWithCanary(c));
        Assert.DoesNotContain(FilesWithCanary(a), path => Path.GetFileName(path).StartsWith("views.db", StringComparison.Ordinal));
    }

    private static Task<TimeSpan> UntilAsync(NodeProcess node, NodeProcess origin, string id, bool isThere) => Wait.UntilAsync(
        $"{node.Name} {(isThere ? "has" : "no longer has")} the event and its search has read that",
        async () => await node.HasEventAsync(origin, id) == isThere && (await node.StatusAsync()).SearchLagEntries == 0 ? null : "it is not so",
        Waits.Soon);

    private static List<string> FilesWithCanary(NodeProcess node)
    {
        var canary = Encoding.UTF8.GetBytes(Canary);
        // The lock is empty, and while the node runs nobody else may open it.
        return [.. Directory.EnumerateFiles(node.Folder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "node.lock").Where(path => ReadAll(path).AsSpan().IndexOf(canary) >= 0)];
    }

    /// <summary>The node may have the file open for writing.</summary>
    private static byte[] ReadAll(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray();
    }
}
