using System.Net;
using System.Text.RegularExpressions;
using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>What a member decides, through the pages of her chapter's node, as other nodes see it.</summary>
public sealed partial class MemberTests(ITestOutputHelper output)
{
    private const string Canary = "zwitscherlingsfrau";

    [Fact]
    public async Task Who_shows_herself_is_seen_on_every_node_and_who_stops_is_in_no_file_of_another()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia", "Cannes");
        var (a, b, c) = (nodes[0], nodes[1], nodes[2]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        await TestNetwork.JoinAsync(inviting: b, joining: c);
        using var member = new Visitor(a.Address);
        await member.JoinAsync((await a.Operator.CreateMemberLinkAsync(new CreateMemberLinkRequest())).Url, $"Ida {Canary}");
        using var stranger = new Visitor(c.Address);
        var chapter = $"/chapters/{a.Origin[..20]}";
        await TestNetwork.UntilEqualAsync((await a.StatusAsync()).AllEntries, nodes);
        Assert.DoesNotContain(Canary, await stranger.ReadAsync(chapter), StringComparison.Ordinal);

        await ShowAsync(member, isShown: true);
        await UntilSeenAsync(stranger, chapter, isSeen: true);
        Assert.NotEmpty(b.FilesWith(Canary));
        await ShowAsync(member, isShown: false);
        await UntilSeenAsync(stranger, chapter, isSeen: false);

        foreach (var node in (NodeProcess[])[b, c])
        {
            await Wait.UntilAsync(
                $"no file of {node.Name} holds her name",
                () => Task.FromResult(node.FilesWith(Canary) is { Count: > 0 } files ? string.Join(", ", files) : null),
                Waits.Soon);
        }

        await TestNetwork.AssertEqualAndVerifiedAsync(nodes);
    }

    [Fact]
    public async Task A_member_finds_what_she_goes_to_in_her_list_and_calendar_renews_its_address_and_leaves_without_a_trace()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles");
        var id = await node.PublishAsync("An evening by the river");
        var page = $"/events/{node.Origin[..20]}/{id}";
        using var member = new Visitor(node.Address);
        await member.JoinAsync((await node.Operator.CreateMemberLinkAsync(new CreateMemberLinkRequest())).Url, $"Ida {Canary}", $"{Canary}@example.org");

        var other = await node.PublishAsync("A morning in the hills");
        var otherPage = $"/events/{node.Origin[..20]}/{other}";
        await member.SendAsync(otherPage, otherPage + "/answer", ("going", "false"));
        await member.SendAsync(page, page + "/answer", ("going", "true"));

        Assert.Contains("An evening by the river", await member.ReadAsync("/my-events"), StringComparison.Ordinal);
        var feed = FeedOf(await member.ReadAsync("/profile"));
        using var program = new Visitor(node.Address);
        Assert.Contains("An evening by the river", await program.ReadAsync(feed), StringComparison.Ordinal);
        await member.SendAsync("/profile", null, ("do", "calendar"));
        var renewed = FeedOf(await member.ReadAsync("/profile"));
        Assert.NotEqual(feed, renewed);
        Assert.Equal(HttpStatusCode.NotFound, await program.AskAsync(feed));
        Assert.Equal(HttpStatusCode.OK, await program.AskAsync(renewed));
        var export = await member.ReadAsync("/profile/export");
        Assert.Contains($"{Canary}@example.org", export, StringComparison.Ordinal);
        Assert.Contains("An evening by the river", export, StringComparison.Ordinal);
        Assert.Contains("A morning in the hills", export, StringComparison.Ordinal);

        // Signed in elsewhere by the link that an admin hands out.
        using var phone = new Visitor(node.Address);
        var link = await node.Operator.CreateMemberLinkAsync(new CreateMemberLinkRequest { Member = $"{Canary}@example.org" });
        Assert.Contains("An evening by the river", await phone.SendAsync(Visitor.PathOf(link.Url), null), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await program.AskAsync(Visitor.PathOf(link.Url)));

        await phone.SendAsync("/profile/leave", null);

        Assert.Equal(HttpStatusCode.NotFound, await program.AskAsync(renewed));
        await Wait.UntilAsync(
            "no file holds her name or address",
            () => Task.FromResult(node.FilesWith(Canary) is { Count: > 0 } files ? string.Join(", ", files) : null),
            Waits.Soon);
    }

    private static Task<string> ShowAsync(Visitor member, bool isShown) => member.SendAsync(
        "/profile", null, [("do", "save"), ("name", $"Ida {Canary}"), ("languages", "en"), .. isShown ? new[] { ("shown", "true") } : []]);

    private static Task<TimeSpan> UntilSeenAsync(Visitor stranger, string chapter, bool isSeen) => Wait.UntilAsync(
        $"the chapter's page on the last node {(isSeen ? "names" : "no longer names")} her",
        async () => (await stranger.ReadAsync(chapter)).Contains(Canary, StringComparison.Ordinal) == isSeen ? null : "it is not so",
        Waits.Soon);

    private static string FeedOf(string profile) => Feed().Match(profile).Value;

    [GeneratedRegex(@"/my/[^.\s]+\.ics")]
    private static partial Regex Feed();
}
