using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>How a member's mail address comes into force, who is told, and how many mails may go out.</summary>
[Collection(AccountsRoom.Name)]
public sealed class MailPageTests(MailingNode node)
{
    [Fact]
    public async Task A_new_address_counts_after_its_link_was_used_and_the_old_one_is_told()
    {
        var account = await node.JoinByMailAsync("Moving", "moving-old@example.org");
        using var person = await node.SignedInAsync(account);

        await SaveAsync(person, "moving-new@example.org");

        Assert.Contains("moving-new@example.org is not confirmed yet", (await person.AskAsync("/profile")).Text, StringComparison.Ordinal);
        await node.MailAsync("moving-old@example.org", "gave another mail address");
        var link = new Uri(Links.In(await node.MailAsync("moving-new@example.org", "/profile/mail/"), "profile/mail")).PathAndQuery;
        Assert.Equal("moving-old@example.org", node.Get<MemberDirectory>().Find(account.Id)!.Mail);

        // A mail scanner looks twice; she reads her mail elsewhere, without being signed in.
        using var elsewhere = new Person(node.Address);
        Assert.Equal(200, (await elsewhere.AskAsync(link)).Status);
        Assert.Equal(200, (await elsewhere.AskAsync(link)).Status);
        Assert.Equal((302, "/sign-in"), await elsewhere.SendAsync(link) is var done ? (done.Status, done.Location) : default);

        Assert.Equal(account.Id, node.Get<MemberDirectory>().FindByMail("moving-new@example.org")!.Id);
        Assert.Null(node.Get<MemberDirectory>().FindByMail("moving-old@example.org"));
        Assert.Equal(404, (await elsewhere.AskAsync(link)).Status);
    }

    [Fact]
    public async Task Somebody_else_s_address_is_taken_from_nobody()
    {
        var owner = await node.JoinByMailAsync("Owner", "mine@example.org");
        using var other = await node.SignedInAsync(await node.JoinAsync("Other", Role.Member));

        Assert.Equal(302, (await SaveAsync(other, "mine@example.org")).Status);

        Assert.Equal(owner.Id, node.Get<MemberDirectory>().FindByMail("mine@example.org")!.Id);
        Assert.Equal("mine@example.org", node.Get<MemberDirectory>().Find(owner.Id)!.Mail);
    }

    [Fact]
    public async Task Who_joins_by_a_handed_out_invitation_is_mailed_a_link_and_who_was_mailed_one_needs_none()
    {
        using var handed = new Person(node.Address);
        var invitation = await node.Get<MemberLinks>().InviteAsync(Actor.Operator, Role.Member, mail: null);
        await handed.SendAsync("/invitations/" + invitation.Secret, ("name", "Handed"), ("mail", "handed@example.org"), ("languages", "en"));
        await node.MailAsync("handed@example.org", "/profile/mail/");
        Assert.Null(node.Get<MemberDirectory>().FindByMail("handed@example.org"));

        using var admin = await node.SignedInAsync(await node.JoinAsync("Inviting", Role.Admin));
        var made = await admin.SendAsync("/members/invite", ("role", "member"), ("mail", "mailed@example.org"));
        var link = new Uri(Links.In(await node.MailAsync("mailed@example.org", "/invitations/"), "invitations")).PathAndQuery;
        // The proof is that nobody but her saw the link.
        Assert.DoesNotContain(link, made.Text, StringComparison.Ordinal);
        using var mailed = new Person(node.Address);
        await mailed.SendAsync(link, ("name", "Mailed"), ("mail", "mailed@example.org"), ("languages", "en"));

        Assert.Equal("Mailed", node.Get<MemberDirectory>().FindByMail("mailed@example.org")!.Name);
        Assert.DoesNotContain("not confirmed", (await mailed.AskAsync("/profile")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_for_whom_another_makes_a_link_reads_it_on_her_profile_and_by_mail_and_ends_it()
    {
        var maker = await node.JoinAsync("Making Admin", Role.Admin);
        var concerned = await node.JoinByMailAsync("Concerned Admin", "concerned@example.org", Role.Admin);
        using var making = await node.SignedInAsync(maker);
        using var person = await node.SignedInAsync(concerned);

        var made = await making.SendAsync($"/members/{concerned.Id}", ("do", "link"));

        var mail = await node.MailAsync("concerned@example.org", "Making Admin");
        Assert.DoesNotContain("/sign-in/", mail, StringComparison.Ordinal);
        Assert.Contains("By Making Admin", (await person.AskAsync("/profile")).Text, StringComparison.Ordinal);
        var link = node.Get<MemberLinks>().ListMadeFor(concerned.Id).Single(listed => listed.MakerId == maker.Id);
        await person.PostAsync("/profile/access", await person.TokenAsync("/profile"), ("do", "link"), ("link", link.Id));
        Assert.Equal(404, (await person.AskAsync(new Uri(Links.In(made.Text.Replace('<', ' '), "sign-in")).PathAndQuery)).Status);
    }

    [Fact]
    public async Task Mails_beyond_a_bound_are_refused_with_a_sentence_and_a_time()
    {
        var admin = await node.JoinAsync("Eager", Role.Admin);
        using var person = await node.SignedInAsync(admin);
        for (var i = 0; i < MailBound.InvitationsToAddress; i++)
            Assert.Equal(200, (await person.SendAsync("/members/invite", ("role", "member"), ("mail", "again@example.org"))).Status);
        AssertTooOften(await person.SendAsync("/members/invite", ("role", "member"), ("mail", "again@example.org")), TimeSpan.FromDays(1), "hand the link over");

        using var stranger = new Person(node.Address);
        for (var i = 0; i < MailBound.SignInsToAddress; i++)
            Assert.Equal(200, (await stranger.SendAsync("/sign-in", ("mail", "bombed@example.org"))).Status);
        AssertTooOften(await stranger.SendAsync("/sign-in", ("mail", "bombed@example.org")), TimeSpan.FromHours(1), "Too many links");

        await SaveAsync(person, "often@example.org");
        for (var i = 1; i < MailBound.Proofs; i++)
            Assert.Equal(302, (await person.PostAsync("/profile", await person.TokenAsync("/profile"), ("do", "proof"))).Status);
        AssertTooOften(await person.PostAsync("/profile", await person.TokenAsync("/profile"), ("do", "proof")), TimeSpan.FromDays(1), "Send the link again in");
    }

    private static void AssertTooOften(Answer answer, TimeSpan most, string words)
    {
        Assert.Equal(429, answer.Status);
        Assert.InRange(answer.RetryAfter!.Value, TimeSpan.FromSeconds(1), most);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }

    private static Task<Answer> SaveAsync(Person person, string mail) =>
        person.SendAsync("/profile", ("do", "save"), ("name", "Somebody"), ("mail", mail), ("languages", "en"));
}
