using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare block</c>, <c>unblock</c> and <c>peers set-address</c>.</summary>
public sealed class BlockCommandTests
{
    private static readonly string Key = new('a', 64);

    [Theory]
    [InlineData("block", false, "nothing of it is shown or taken any more")]
    [InlineData("unblock", true, "is shown again")]
    public async Task A_chapter_is_blocked_and_shown_again_by_its_name(string command, bool ends, string said)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Block = _ => new BlockChapterResponse { Origin = Key, ChapterName = "OuiShare Rome" };

        var run = await Run.ScriptAsync(node, command, "OuiShare Rome");

        Assert.Equal(new BlockChapterRequest { Chapter = "OuiShare Rome", Unblock = ends }, Assert.Single(node.Operator.Requests));
        Assert.Contains("OuiShare Rome", run.Out);
        Assert.Contains(said, run.Out);
    }

    [Fact]
    public async Task Without_a_chapter_it_tells_which_are_blocked()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Blocked = _ => new ListBlockedChaptersResponse
        {
            Chapters = { new BlockedChapter { Origin = Key, ChapterName = "OuiShare Rome", BlockedAt = Samples.At(-TimeSpan.FromHours(3)) } },
        };

        var run = await Run.ScriptAsync(node, "block");

        Assert.Contains("OuiShare Rome (aaaaaaaa", run.Out);
        Assert.Contains("3 h ago", run.Out);
    }

    [Fact]
    public async Task A_peers_address_is_set_by_hand()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Change = _ => new ChangePeerResponse { Peer = Samples.Rome(PeerState.Connecting) };

        var run = await Run.ScriptAsync(node, "peers", "set-address", "OuiShare Rome", "https://rome.example");

        Assert.Equal(
            new ChangePeerRequest { Peer = "OuiShare Rome", Change = PeerChange.SetAddress, Address = "https://rome.example" }, Assert.Single(node.Operator.Requests));
        Assert.Contains("is called at https://rome.example first", run.Out);
    }

    [Theory]
    [InlineData(ActingSide.Nobody, "nobody yet")]
    [InlineData(ActingSide.Us, "you")]
    [InlineData(ActingSide.Them, "its admin")]
    public async Task Who_must_act_is_said_beside_what_to_do(ActingSide side, string said)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { new Peer(Samples.Rome(PeerState.Unreachable)) { Advice = "Do this.", Acting = side } } };

        var run = await Run.ScriptAsync(node, "peers");

        Assert.Contains(said, run.Out);
    }
}
