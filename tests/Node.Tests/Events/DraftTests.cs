using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Node.Tests.Events;

public sealed class DraftTests(TestNode node) : IClassFixture<TestNode>
{
    [Fact]
    public async Task A_draft_may_break_rules_and_is_nowhere_but_here()
    {
        var id = NewId();
        var unfinished = Samples.Event();
        unfinished.Time = null;

        var done = Assert.IsType<EventResult.Done>(await node.Event(id).SaveDraft(unfinished, Samples.Member));

        Assert.Null(done.Position);
        Assert.Equal(unfinished, (await node.Event(id).Read())!.Draft);
        Assert.IsType<EventLookup.Unknown>(node.Get<EventDirectory>().Find(node.Files.Own.Origin, id));
        Assert.Contains(node.Get<EventDirectory>().ListDrafts(Samples.Member.MemberId), draft => draft.EventId == id);
        Assert.DoesNotContain(node.Get<EventDirectory>().ListDrafts(Samples.OtherMember.MemberId), draft => draft.EventId == id);
        Assert.Contains(node.Get<EventDirectory>().ListDrafts(authorId: null), draft => draft.EventId == id);
    }

    [Fact]
    public async Task A_draft_belongs_to_its_author_and_to_connectors()
    {
        var id = NewId();
        await node.Event(id).SaveDraft(Samples.Event("À moi"), Samples.Member);

        Assert.IsType<EventResult.Forbidden>(await node.Event(id).SaveDraft(Samples.Event("À elle"), Samples.OtherMember));
        Assert.IsType<EventResult.Forbidden>(await node.Event(id).Discard(Samples.OtherMember));
        Assert.IsType<EventResult.Forbidden>(await node.Event(id).Propose(Samples.Event("À elle"), Samples.OtherMember));
        Assert.IsType<EventResult.Forbidden>(await node.Event(id).SaveDraft(Samples.Event(), Samples.Visitor));
        Assert.IsType<EventResult.Done>(await node.Event(id).SaveDraft(Samples.Event("Relu"), Samples.Connector));

        var state = (await node.Event(id).Read())!;
        Assert.Equal(("Relu", Samples.Member.MemberId), (state.Draft!.Title.Translations[0].Text, state.AuthorId));
    }

    [Fact]
    public async Task A_member_has_a_hundred_drafts_and_may_go_on_with_each()
    {
        var author = new Actor(Guid.CreateVersion7(Samples.Now), Role.Member);
        var ids = Enumerable.Range(0, EventDraftRules.DraftsOfAuthor).Select(_ => NewId()).ToList();
        foreach (var id in ids)
            Assert.IsType<EventResult.Done>(await node.Event(id).SaveDraft(Samples.Event(), author));

        var refused = Assert.IsType<EventResult.Refused>(await node.Event(NewId()).SaveDraft(Samples.Event(), author));

        Assert.Equal("DRAFTS_TOO_MANY", Assert.Single(refused.Violations).Reason);
        Assert.IsType<EventResult.Done>(await node.Event(ids[0]).SaveDraft(Samples.Event("Encore"), author));
        Assert.IsType<EventResult.Done>(await node.Event(ids[1]).Discard(author));
        Assert.IsType<EventResult.Done>(await node.Event(NewId()).SaveDraft(Samples.Event(), author));
    }

    [Fact]
    public async Task A_visitor_cannot_discard_the_operator_s_draft_though_neither_has_an_id()
    {
        var id = NewId();
        await node.Event(id).SaveDraft(Samples.Event(), Actor.Operator);

        Assert.IsType<EventResult.Forbidden>(await node.Event(id).Discard(Samples.Visitor));

        Assert.NotNull(await node.Event(id).Read());
    }

    [Fact]
    public async Task A_member_cannot_draft_over_what_is_published()
    {
        var (id, _) = await node.PublishAsync(Samples.Event());

        Assert.IsType<EventResult.Forbidden>(await node.Event(id).SaveDraft(Samples.Event("Autre"), Samples.Member));
        Assert.IsType<EventResult.Forbidden>(await node.Event(id).Propose(Samples.Event("Autre"), Samples.Member));
    }

    [Fact]
    public async Task A_proposal_waits_until_a_connector_publishes_it()
    {
        var id = NewId();
        var proposal = Samples.Event("Ma proposition");
        proposal.Status = V1.EventStatus.Unspecified;

        var proposed = Assert.IsType<EventResult.Done>(await node.Event(id).Propose(proposal, Samples.Member));
        Assert.True(proposed.Event!.IsProposed);
        Assert.Null(proposed.Event.Published);
        var published = Assert.IsType<EventResult.Done>(await node.Event(id).Publish(proposed.Event.Draft!, baseSequence: null, Samples.Connector));

        Assert.NotNull(published.Position);
        Assert.Null((await node.Event(id).Read())!.Draft);
    }

    [Fact]
    public async Task A_proposal_must_keep_the_rules()
    {
        var proposal = Samples.Event();
        proposal.Title = null;

        var refused = Assert.IsType<EventResult.Refused>(await node.Event(NewId()).Propose(proposal, Samples.Member));

        Assert.Equal("title", Assert.Single(refused.Violations).Field);
    }

    [Fact]
    public async Task Its_author_discards_a_draft()
    {
        var id = NewId();
        await node.Event(id).SaveDraft(Samples.Event(), Samples.Member);

        Assert.IsType<EventResult.Done>(await node.Event(id).Discard(Samples.Member));

        Assert.Null(await node.Event(id).Read());
    }

    private static Guid NewId() => Guid.CreateVersion7(Samples.Now);
}
