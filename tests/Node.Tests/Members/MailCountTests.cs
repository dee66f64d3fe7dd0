using System.Net;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Node.Tests.Members;

/// <summary>Nobody fills a mailbox or mails the world through a chapter, and a restart forgives nothing.</summary>
public sealed class MailCountTests(TestNode node) : IClassFixture<TestNode>
{
    private static readonly IPAddress Anywhere = IPAddress.Parse("192.0.2.1");

    private MailCounts Counts => node.Get<MailCounts>();

    [Fact]
    public async Task A_member_mails_fifty_invitations_a_day_and_then_waits_until_the_day_is_over()
    {
        var maker = Guid.CreateVersion7(node.Time.GetUtcNow());

        var taken = await Task.WhenAll(Enumerable.Range(0, 80).Select(number => Counts.TakeAsync(MailBound.OfInvitation(maker, $"guest-{number}@example.org"))));

        Assert.Equal(MailBound.InvitationsOfMember, taken.Count(wait => wait is null));
        Assert.All(taken.OfType<TimeSpan>(), wait => Assert.Equal(TimeSpan.FromDays(1), wait));
        Assert.Null(await Counts.TakeAsync(MailBound.OfInvitation(Guid.CreateVersion7(node.Time.GetUtcNow()), "guest-0@example.org")));
        node.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(TimeSpan.FromHours(1), await Counts.TakeAsync(MailBound.OfInvitation(maker, "late@example.org")));
        node.Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await Counts.TakeAsync(MailBound.OfInvitation(maker, "late@example.org")));
    }

    [Fact]
    public async Task One_address_is_invited_three_times_a_day_by_whomever()
    {
        for (var i = 0; i < MailBound.InvitationsToAddress; i++)
            Assert.Null(await Counts.TakeAsync(MailBound.OfInvitation(Guid.CreateVersion7(node.Time.GetUtcNow()), i % 2 == 0 ? "often@example.org" : " OFTEN@example.org")));

        Assert.NotNull(await Counts.TakeAsync(MailBound.OfInvitation(Guid.CreateVersion7(node.Time.GetUtcNow()), "Often@Example.org")));
    }

    [Fact]
    public async Task What_is_refused_counts_under_none_of_its_bounds()
    {
        var (first, second) = (Guid.CreateVersion7(node.Time.GetUtcNow()), Guid.CreateVersion7(node.Time.GetUtcNow()));
        for (var i = 0; i < MailBound.Proofs; i++)
            Assert.Null(await Counts.TakeAsync(MailBound.OfProof(first, "full@example.org")));

        for (var i = 0; i < MailBound.Proofs; i++)
            Assert.NotNull(await Counts.TakeAsync(MailBound.OfProof(second, "full@example.org")));

        Assert.Null(await Counts.TakeAsync(MailBound.OfProof(second, "free@example.org")));
    }

    [Fact]
    public async Task Thirty_people_in_one_room_sign_in_and_one_caller_does_not_mail_the_world()
    {
        var room = IPAddress.Parse("198.51.100.7");

        var people = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => Counts.TakeAsync(MailBound.OfSignIn(room, $"person-{number}@example.org"))));
        var flood = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Counts.TakeAsync(MailBound.OfSignIn(room, $"victim-{number}@example.org"))));

        Assert.All(people, Assert.Null);
        Assert.Equal(MailBound.SignInsOfCaller - 30, flood.Count(wait => wait is null));
        Assert.All(flood.OfType<TimeSpan>(), wait => Assert.Equal(TimeSpan.FromHours(1), wait));
    }

    [Fact]
    public async Task Whoever_has_many_IPv6_networks_is_one_site()
    {
        var taken = 0;
        for (var network = 0; network < MailBound.SignInsOfSite + 20; network++)
            taken += await Counts.TakeAsync(MailBound.OfSignIn(IPAddress.Parse($"2001:db8:77:{network:x}::1"), $"site-{network}@example.org")) is null ? 1 : 0;

        Assert.Equal(MailBound.SignInsOfSite, taken);
        Assert.Null(await Counts.TakeAsync(MailBound.OfSignIn(IPAddress.Parse("2001:db8:78::1"), "elsewhere@example.org")));
    }

    [Fact]
    public async Task An_address_gets_fifteen_sign_in_mails_a_day_however_the_hours_are_used()
    {
        var taken = 0;
        for (var hour = 0; hour < 20; hour++)
        {
            for (var i = 0; i < MailBound.SignInsToAddress + 1; i++)
                taken += await Counts.TakeAsync(MailBound.OfSignIn(Anywhere, "patient-victim@example.org")) is null ? 1 : 0;
            node.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(MailBound.SignInsToAddressInDay, taken);
    }

    [Fact]
    public async Task A_restart_forgives_nothing_and_a_clock_that_was_set_back_locks_nobody_out()
    {
        using var folder = new TemporaryFolder();
        var before = await TestNode.StartAsync(folder.Path);
        for (var i = 0; i < MailBound.SignInsToAddress; i++)
            Assert.Null(await before.Get<MailCounts>().TakeAsync(MailBound.OfSignIn(Anywhere, "victim@example.org")));
        await before.StopAsync();

        var after = await TestNode.StartAsync(folder.Path);
        Assert.NotNull(await after.Get<MailCounts>().TakeAsync(MailBound.OfSignIn(Anywhere, "victim@example.org")));
        await after.StopAsync();

        var earlier = await TestNode.StartAsync(folder.Path, configure: null, new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Samples.Now - TimeSpan.FromDays(400)));
        for (var i = 0; i < MailBound.SignInsToAddress; i++)
            Assert.Null(await earlier.Get<MailCounts>().TakeAsync(MailBound.OfSignIn(Anywhere, "victim@example.org")));
        Assert.Equal(TimeSpan.FromHours(1), await earlier.Get<MailCounts>().TakeAsync(MailBound.OfSignIn(Anywhere, "victim@example.org")));
        await earlier.StopAsync();
    }

    [Fact]
    public async Task What_is_over_leaves_no_row_and_no_row_names_anybody()
    {
        await Counts.TakeAsync(MailBound.OfSignIn(Anywhere, "someone@example.org"));
        node.Time.Advance(TimeSpan.FromDays(2));
        await Counts.TakeAsync(MailBound.OfNews(Guid.CreateVersion7(node.Time.GetUtcNow())));

        var rows = node.Files.Database.Read(session => session.List("SELECT subject FROM mail_counts", row => row.GetFieldValue<byte[]>(0)));
        Assert.Equal(32, Assert.Single(rows).Length);
    }
}
