using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>What a block hides and refuses, over whole nodes that talk to each other.</summary>
public sealed class BlockTests : IAsyncLifetime
{
    private readonly NodesOfTest _nodes = new();

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => _nodes.DisposeAsync().AsTask();

    /// <summary>
    /// The blocked chapter is no peer: its entries come through the node between. What it publishes after the block must not arrive, which is
    /// only known to have had its chance once something later of the node between has.
    /// </summary>
    [Fact]
    public async Task A_blocked_chapter_is_hidden_at_once_and_refused_from_everybody_until_the_block_ends()
    {
        var (blocked, middle, node) = (await _nodes.StartAsync(), await _nodes.StartAsync(), await _nodes.StartAsync());
        await NodesOfTest.JoinAsync(middle, blocked);
        await NodesOfTest.JoinAsync(middle, node);
        var (origin, journal) = (NodesOfTest.OriginOf(blocked), blocked.Get<OwnJournal>().Journal);
        var (known, at) = await blocked.PublishAsync(Samples.Event("Known before"));
        await ReadsAsync(node, journal, at);
        Assert.True(await ShowsAsync(node, origin, known));

        Assert.Equal(BlockResult.Done, await node.Get<ChapterBlocks>().BlockAsync(origin));

        Assert.False(await ShowsAsync(node, origin, known));
        var held = node.Get<JournalRegister>().Find(journal)!.Size;
        await NodesOfTest.MeetAsync(middle, node, isEqual: false);
        var (later, told) = await blocked.PublishAsync(Samples.Event("Published behind the block"));
        await middle.HoldsAsync(journal, told.Position!.Value + 1);
        await PassesAsync(middle, node);
        Assert.Equal(held, node.Get<JournalRegister>().Find(journal)!.Size);

        node = await _nodes.MoveAsync(node);
        await NodesOfTest.MeetAsync(middle, node, isEqual: false);
        await PassesAsync(middle, node);
        Assert.Equal(held, node.Get<JournalRegister>().Find(journal)!.Size);
        Assert.False(await ShowsAsync(node, origin, known));

        await node.Get<ChapterBlocks>().UnblockAsync(origin);

        Assert.True(await ShowsAsync(node, origin, known));
        await NodesOfTest.MeetAsync(middle, node);
        await ReadsAsync(node, journal, told);
        Assert.True(await ShowsAsync(node, origin, later));
    }

    [Fact]
    public async Task A_peer_that_was_blocked_stays_so_when_it_is_removed_or_asks_to_be_let_in_again()
    {
        var (node, peer) = (await _nodes.StartAsync(), await _nodes.StartAsync());
        await NodesOfTest.JoinAsync(node, peer);
        var origin = NodesOfTest.OriginOf(peer);

        await node.Get<PeerDirectory>().BlockAsync(origin.ToString());
        var said = await peer.SeesAsync(NodesOfTest.OriginOf(node), "the block", status => status.LastError is { Reason: PeerErrorReason.BlockedByPeer });
        Assert.Equal((PeerActivity.Refused, PeerAdvice.AskPeer, PeerActor.Them), (said.Activity, said.Advice, said.Actor));
        Assert.Equal(PeerActivity.Blocked, (await node.Get<PeerDirectory>().FindAsync(origin.ToString()))!.Activity);
        await node.Get<PeerDirectory>().RemoveAsync(origin.ToString());

        Assert.True(node.Get<ChapterBlocks>().IsBlocked(origin));
        Assert.Equal(origin, Assert.Single(node.Get<ChapterBlocks>().List()).Origin);
        var ours = await node.Get<PeerInvitations>().CreateAsync(Actor.Operator, NodesOfTest.AddressOf(node), lifetime: null);
        await peer.Get<PeerInvitations>().AcceptAsync(ours.ToText());
        await NodesOfTest.Grain(peer, node).CallNow();
        await peer.SeesAsync(NodesOfTest.OriginOf(node), "the refusal", status => status.LastError is { Reason: PeerErrorReason.BlockedByPeer });
        var theirs = await peer.Get<PeerInvitations>().CreateAsync(Actor.Operator, NodesOfTest.AddressOf(peer), lifetime: null);
        var refused = Assert.IsType<AcceptResult.Refused>(await node.Get<PeerInvitations>().AcceptAsync(theirs.ToText()));
        Assert.Equal(InvitationRefusal.Blocked, refused.Reason);
        Assert.Null(await node.Get<PeerDirectory>().FindAsync(origin.ToString()));
    }

    [Fact]
    public async Task A_peer_whose_block_ends_is_a_peer_again()
    {
        var (node, peer) = (await _nodes.StartAsync(), await _nodes.StartAsync());
        await NodesOfTest.JoinAsync(node, peer);
        var origin = NodesOfTest.OriginOf(peer);
        await node.Get<PeerDirectory>().BlockAsync(origin.ToString());
        await peer.SeesAsync(NodesOfTest.OriginOf(node), "the block", status => status.Activity == PeerActivity.Refused);

        await node.Get<PeerDirectory>().ResumeAsync(origin.ToString());

        await NodesOfTest.MeetAsync(node, peer);
        Assert.Empty(node.Get<ChapterBlocks>().List());
    }

    [Fact]
    public async Task A_chapter_is_named_by_its_name_or_by_its_key_and_the_own_one_is_not_blocked()
    {
        var (node, peer) = (await _nodes.StartAsync(), await _nodes.StartAsync());
        await peer.Grains.GetGrain<IChapterGrain>(0).Update(Samples.Chapter("OuiShare Rome"), Actor.Operator);
        await NodesOfTest.JoinAsync(node, peer);
        var (blocks, origin) = (node.Get<ChapterBlocks>(), NodesOfTest.OriginOf(peer));

        Assert.Equal(origin, blocks.Find("ouishare rome"));
        Assert.Equal(origin, blocks.Find(origin.ToString()[..8].ToUpperInvariant()));
        Assert.Null(blocks.Find("OuiShare Nowhere"));
        Assert.Null(blocks.Find(origin.ToString()[..7]));
        Assert.Equal(BlockResult.IsOwn, await blocks.BlockAsync(NodesOfTest.OriginOf(node)));
    }

    private static Task ReadsAsync(TestNode node, JournalId journal, EventResult.Done done) => Watching.UntilAsync(
        "search to have read it",
        () => node.Get<SearchFollower>().WaitForAsync(new EntryPlace(journal, done.Position!.Value), TimeSpan.Zero, CancellationToken.None));

    // All that a visitor, a feed or a program could see of an event and its chapter: everything or nothing.
    private static async Task<bool> ShowsAsync(TestNode node, Origin origin, Guid id)
    {
        var (search, chapters) = (node.Get<EventSearch>(), node.Get<ChapterDirectory>());
        var found = await search.FindAsync(new EventQuery { When = SearchWhen.Any });
        var feed = await search.ReadFeedAsync(new EventQuery { When = SearchWhen.Any }, limit: 100);
        bool[] shown =
        [
            found.Hits.Any(hit => hit.Id == id),
            found.Total > 0,
            await search.CountAsync() > 0,
            (await search.FindAsync(new EventQuery { Text = "verre", When = SearchWhen.Any })).Total > 0,
            (await search.FindAsync(new EventQuery { Chapter = origin.Short, When = SearchWhen.Any })).Total > 0,
            feed.Count > 0,
            node.Get<EventDirectory>().Find(origin.Short, id) is EventLookup.Found,
            node.Get<EventDirectory>().Find(origin, id) is EventLookup.Found,
            chapters.FindOrigin(origin.Short) is not null,
            chapters.List().Any(chapter => chapter.Origin == origin),
        ];
        Assert.Single(shown.Distinct());
        return shown[0];
    }

    // A change of the node between arrives after what it carried before; it is no event, or it would be among those that are counted.
    private static async Task PassesAsync(TestNode middle, TestNode node)
    {
        await middle.Grains.GetGrain<IChapterGrain>(0).Update(Samples.Chapter($"Middle {middle.Get<OwnJournal>().Journal}"), Actor.Operator);
        var journal = middle.Get<OwnJournal>().Journal;
        await node.HoldsAsync(journal, middle.Get<JournalRegister>().Find(journal)!.Size);
    }
}
