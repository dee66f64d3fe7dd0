using Grpc.Core;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>A data folder that was copied, with both copies run; and a key beside a database that is not its own.</summary>
public sealed class RunTwiceTests(ITestOutputHelper output)
{
    private const int DamagedData = 65;

    [Fact]
    public async Task Two_processes_with_one_key_are_both_told_and_publish_no_more_and_nothing_is_lost()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        var ids = new List<string>(await a.PublishAsync("Before", 3));
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, a, b);
        await a.StopAsync();
        var copy = network.Add("Copy");
        Copy(a.Folder, copy.Folder);
        await a.StartAsync();
        ids.AddRange(await a.PublishAsync("At home", 2));
        await Wait.UntilAsync("Bastia has them", async () => await b.HasEventAsync(a, ids[^1]) ? null : "it has not", Waits.Convergence);

        // Not waited for until it is ready: it may be told first, and is not ready then.
        copy.Launch();

        await UntilToldAsync(a);
        await UntilToldAsync(copy);
        foreach (var node in (NodeProcess[])[a, copy])
            Assert.Contains("run twice", (await Assert.ThrowsAsync<RpcException>(() => node.PublishAsync("Too late"))).Status.Detail, StringComparison.Ordinal);

        // The admin stops both and starts the one that goes on; the other one's words are nobody's any more.
        await copy.StopAsync();
        await a.StopAsync();
        await a.StartAsync();
        ids.Add(await a.PublishAsync("Alone again"));
        await Wait.UntilAsync("Bastia has that", async () => await b.HasEventAsync(a, ids[^1]) ? null : "it has not", Waits.Convergence);
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, a, b);
        await TestNetwork.AssertEqualAndVerifiedAsync(a, b);
        Assert.Empty((await a.StatusAsync()).Problems);
    }

    /// <summary>The copy publishes while the first is stopped for a moment: what both acknowledged is there in the end.</summary>
    [Fact]
    public async Task What_a_copy_published_while_the_first_was_away_is_kept_beside_what_the_first_published()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, a, b);
        await a.StopAsync();
        var copy = network.Add("Copy");
        Copy(a.Folder, copy.Folder);
        await a.StartAsync();
        var ids = new List<string>(await a.PublishAsync("At home", 4));
        await Wait.UntilAsync("Bastia has them", async () => await b.HasEventAsync(a, ids[^1]) ? null : "it has not", Waits.Convergence);
        await a.StopAsync();
        await b.StopAsync();
        await copy.StartAsync();
        ids.AddRange(await copy.PublishAsync("On the copy", 6));

        await b.StartAsync();

        await Wait.UntilAsync(
            "the copy and Bastia have all events",
            async () =>
            {
                foreach (var id in ids)
                {
                    if (!await copy.HasEventAsync(a, id) || !await b.HasEventAsync(a, id))
                        return $"event {ids.IndexOf(id)} lacks";
                }

                return null;
            },
            Waits.Convergence);
        await TestNetwork.UntilEqualAsync((await copy.StatusAsync()).AllEntries, copy, b);
        await TestNetwork.AssertEqualAndVerifiedAsync(copy, b);
    }

    [Fact]
    public async Task A_key_that_is_not_the_database_s_refuses_to_start_and_changes_nothing()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await a.StopAsync();
        await b.StopAsync();
        var own = await File.ReadAllBytesAsync(Path.Combine(a.Folder, "node.key"));
        File.Copy(Path.Combine(b.Folder, "node.key"), Path.Combine(a.Folder, "node.key"), overwrite: true);

        a.Launch();
        Assert.Equal(DamagedData, await a.WaitForExitAsync());
        Assert.Contains(a.Lines.All, line => line.Contains("another chapter's key", StringComparison.Ordinal) && line.Contains("node.key", StringComparison.Ordinal));

        await File.WriteAllBytesAsync(Path.Combine(a.Folder, "node.key"), own);
        await a.StartAsync();
        Assert.Equal("Arles", (await a.StatusAsync()).ChapterName);
    }

    private static Task<TimeSpan> UntilToldAsync(NodeProcess node) => Wait.UntilAsync(
        $"{node.Name} says that it is run twice",
        async () => await node.StatusAsync() is { IsJournalOpen: false } status && status.Problems.Any(problem => problem.Contains("was copied", StringComparison.Ordinal))
            ? null
            : string.Join(" ", (await node.StatusAsync()).Problems),
        Waits.Soon);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "node.lock"))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
