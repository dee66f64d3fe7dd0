using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Node.Tests.Events;

public sealed class RsvpTests(TestNode node) : IClassFixture<TestNode>
{
    [Fact]
    public async Task Of_sixty_four_members_who_want_the_last_three_seats_exactly_three_get_one()
    {
        var (id, _) = await node.PublishAsync(Samples.Event(capacity: 3));
        var members = await JoinAsync(64);

        var results = await Task.WhenAll(members.Select(member => node.Event(id).Answer(member, isGoing: true)));

        Assert.Equal(3, results.OfType<RsvpResult.Recorded>().Count());
        Assert.Equal(61, results.OfType<RsvpResult.Full>().Count());
        Assert.Equal(new Seats(3, 3), node.Get<EventDirectory>().FindSeats(id));
        Assert.Equal(3, node.Get<EventDirectory>().ListAttendees(id).Count);
    }

    [Fact]
    public async Task Saying_it_twice_takes_one_seat_and_taking_it_back_frees_it()
    {
        var (id, _) = await node.PublishAsync(Samples.Event(capacity: 1));
        var members = await JoinAsync(2);
        await node.Event(id).Answer(members[0], isGoing: true);
        await node.Event(id).Answer(members[0], isGoing: true);

        Assert.IsType<RsvpResult.Full>(await node.Event(id).Answer(members[1], isGoing: true));
        Assert.IsType<RsvpResult.Recorded>(await node.Event(id).Answer(members[1], isGoing: false));
        Assert.IsType<RsvpResult.Recorded>(await node.Event(id).Answer(members[0], isGoing: false));
        Assert.IsType<RsvpResult.Recorded>(await node.Event(id).Answer(members[0], isGoing: false));
        Assert.Equal(new Seats(1, 0), node.Get<EventDirectory>().FindSeats(id));
        Assert.IsType<RsvpResult.Recorded>(await node.Event(id).Answer(members[1], isGoing: true));

        Assert.Equal([members[1]], node.Get<EventDirectory>().ListAttendees(id));
        Assert.Equal((false, true), (node.Get<EventDirectory>().FindAnswer(id, members[0]), node.Get<EventDirectory>().FindAnswer(id, members[1])));
        Assert.Equal(id, Assert.Single(node.Get<EventDirectory>().ListAttending(members[1])).Id);
    }

    [Fact]
    public async Task A_lowered_capacity_takes_no_seat_away_and_gives_none()
    {
        var (id, _) = await node.PublishAsync(Samples.Event(capacity: 3));
        var members = await JoinAsync(3);
        await node.Event(id).Answer(members[0], isGoing: true);
        await node.Event(id).Answer(members[1], isGoing: true);

        await node.Event(id).Publish(Samples.Event(capacity: 1), baseSequence: null, Samples.Connector);

        var full = Assert.IsType<RsvpResult.Full>(await node.Event(id).Answer(members[2], isGoing: true));
        Assert.Equal((1, 2, 0), (full.Seats.Capacity, full.Seats.Taken, full.Seats.Left!.Value));
        Assert.Equal(2, node.Get<EventDirectory>().ListAttendees(id).Count);
    }

    [Fact]
    public async Task An_event_that_came_back_from_a_peer_has_the_seats_it_was_published_with()
    {
        // A restored node takes its own entries back from its peers; tables that are nobody's but its own do not come with them.
        var (id, _) = await node.PublishAsync(Samples.Event(capacity: 1));
        await node.Files.Database.WriteAsync(session => session.Execute("DELETE FROM seats"));
        var members = await JoinAsync(2);

        Assert.IsType<RsvpResult.Recorded>(await node.Event(id).Answer(members[0], isGoing: true));
        Assert.IsType<RsvpResult.Full>(await node.Event(id).Answer(members[1], isGoing: true));
    }

    [Fact]
    public async Task A_closed_event_says_why()
    {
        var member = (await JoinAsync(1))[0];
        var (cancelled, _) = await node.PublishAsync(Samples.Event());
        await node.Event(cancelled).Cancel(reason: null, Samples.Connector);
        var past = Samples.Event();
        (past.Time.Start, past.Time.End) = ("2026-01-01T19:00", "2026-01-01T20:00");
        var (over, _) = await node.PublishAsync(past);
        var (withdrawn, _) = await node.PublishAsync(Samples.Event());
        await node.Event(withdrawn).Withdraw(Samples.Connector);

        Assert.Equal(RsvpClosed.Cancelled, await WhyAsync(cancelled, member));
        Assert.Equal(RsvpClosed.Over, await WhyAsync(over, member));
        Assert.Equal(RsvpClosed.Unknown, await WhyAsync(withdrawn, member));
        Assert.Equal(RsvpClosed.Unknown, await WhyAsync(Guid.CreateVersion7(Samples.Now), member));
        Assert.Equal(RsvpClosed.NotAMember, await WhyAsync(over, Guid.CreateVersion7(Samples.Now)));
    }

    [Fact]
    public async Task Who_leaves_gives_her_seat_back()
    {
        var (id, _) = await node.PublishAsync(Samples.Event(capacity: 1));
        var members = await JoinAsync(2);
        await node.Event(id).Answer(members[0], isGoing: true);

        await node.Member(members[0]).Leave(new Actor(members[0], Role.Member));

        Assert.IsType<RsvpResult.Recorded>(await node.Event(id).Answer(members[1], isGoing: true));
        Assert.Equal([members[1]], node.Get<EventDirectory>().ListAttendees(id));
    }

    private async Task<RsvpClosed> WhyAsync(Guid id, Guid member) =>
        Assert.IsType<RsvpResult.Closed>(await node.Event(id).Answer(member, isGoing: true)).Why;

    private async Task<Guid[]> JoinAsync(int count) =>
        [.. (await Task.WhenAll(Enumerable.Range(0, count).Select(number => node.JoinAsync($"Member {number}")))).Select(account => account.Id)];
}
