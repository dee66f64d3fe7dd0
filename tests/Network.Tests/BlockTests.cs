using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>A chapter that is blocked though a third one carries it, over whole nodes as processes.</summary>
public sealed class BlockTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_blocked_chapter_is_gone_from_pages_feeds_and_calls_and_stays_so_though_others_carry_it()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia", "Cannes");
        var (a, b, c) = (nodes[0], nodes[1], nodes[2]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        await TestNetwork.JoinAsync(inviting: b, joining: c);
        var known = await a.PublishAsync("Known before the block");
        // Pages read the index, which follows the journals by itself.
        await Wait.UntilAsync(
            "it has arrived and is found",
            async () => await c.HasEventAsync(a, known) && (await c.StatusAsync()).SearchLagEntries == 0 ? null : "not yet",
            Waits.Soon);
        await AssertShownAsync(c, a, known, isShown: true);

        await c.Operator.BlockChapterAsync(new BlockChapterRequest { Chapter = a.Name });

        await AssertShownAsync(c, a, known, isShown: false);
        var held = await c.HeldOfAsync(a);
        var later = await a.PublishAsync("Published behind the block");
        await PassesAsync(b, c);
        Assert.Equal(held, await c.HeldOfAsync(a));
        Assert.True(await b.HasEventAsync(a, later));

        await c.StopAsync();
        await c.StartAsync();
        await PassesAsync(b, c);
        Assert.Equal(held, await c.HeldOfAsync(a));
        await AssertShownAsync(c, a, known, isShown: false);

        await c.Operator.BlockChapterAsync(new BlockChapterRequest { Chapter = a.Origin, Unblock = true });
        await AssertShownAsync(c, a, known, isShown: true);
        await Wait.UntilAsync("what was published meanwhile has arrived", async () => await c.HasEventAsync(a, later) ? null : "not yet", Waits.Convergence);
    }

    // What the node between publishes after it: when that is here, what it carried before has had its chance.
    private static async Task PassesAsync(NodeProcess middle, NodeProcess node)
    {
        var marker = await middle.PublishAsync($"Marker {(await middle.StatusAsync()).OwnEntries}");
        await Wait.UntilAsync("the marker has arrived", async () => await node.HasEventAsync(middle, marker) ? null : "not yet", Waits.Convergence);
    }

    private static async Task AssertShownAsync(NodeProcess node, NodeProcess origin, string id, bool isShown)
    {
        using var visitor = new HttpClient { BaseAddress = new Uri(node.Address) };
        var shortKey = origin.Origin[..20];
        foreach (var path in (string[])["/", "/search?words=Known", "/chapters", "/calendar.ics", "/events.atom", "/search.ics?words=Known"])
        {
            var text = await visitor.GetStringAsync(new Uri(path, UriKind.Relative));
            Assert.True(isShown == (text.Contains("Known before the block", StringComparison.Ordinal) || text.Contains($"/chapters/{shortKey}\"", StringComparison.Ordinal)), $"{path}: {isShown}");
        }

        foreach (var path in (string[])[$"/chapters/{shortKey}", $"/chapters/{shortKey}.ics", $"/events/{shortKey}/{id.Replace("-", "", StringComparison.Ordinal)}"])
        {
            using var answer = await visitor.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(isShown == answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        }

        Assert.Equal(isShown, await node.HasEventAsync(origin, id));
    }
}
