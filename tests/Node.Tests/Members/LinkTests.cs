using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Node.Tests.Members;

public sealed class LinkTests(TestNode node) : IClassFixture<TestNode>
{
    private MemberLinks Links => node.Get<MemberLinks>();

    private MemberDirectory Members => node.Get<MemberDirectory>();

    [Fact]
    public async Task Of_sixty_four_who_take_one_invitation_one_becomes_a_member()
    {
        var link = await Links.InviteAsync(Actor.Operator, Role.Connector, mail: null);
        var before = Members.List().Count;

        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => Members.JoinAsync(link.Secret, $"Taker {number}", mail: null, ["fr"])));

        var joined = Assert.Single(results.OfType<JoinResult.Joined>());
        Assert.Equal(63, results.OfType<JoinResult.LinkRefused>().Count());
        Assert.Equal(before + 1, Members.List().Count);
        Assert.Equal(Role.Connector, Members.Find(joined.Account.Id)!.Role);
    }

    [Fact]
    public async Task A_sign_in_link_signs_in_once()
    {
        var account = await node.JoinAsync("Nour");
        var link = await Links.SignInAsync(Actor.Operator, account.Id);
        Assert.Equal(account.Id, Links.Find(link.Secret)!.MemberId);

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => TakeAsync(link)));

        Assert.Equal(account.Id, Assert.Single(taken.OfType<StartedSession>()).Member.Id);
        Assert.Null(Links.Find(link.Secret));
    }

    [Fact]
    public async Task An_expired_link_is_as_good_as_none()
    {
        var account = await node.JoinAsync("Iman");
        var signIn = await Links.SignInAsync(Actor.Operator, account.Id);
        var invitation = await Links.InviteAsync(Actor.Operator, Role.Member, mail: null);

        node.Time.Advance(MemberLinks.SignInLifetime);
        Assert.Null(Links.Find(signIn.Secret));
        Assert.Null(await TakeAsync(signIn));
        Assert.NotNull(Links.Find(invitation.Secret));

        node.Time.Advance(MemberLinks.InvitationLifetime);
        Assert.IsType<JoinResult.LinkRefused>(await Members.JoinAsync(invitation.Secret, "Late", mail: null, ["fr"]));
    }

    [Fact]
    public async Task A_link_for_one_thing_is_not_used_up_by_another()
    {
        var account = await node.JoinAsync("Sacha");
        var signIn = await Links.SignInAsync(Actor.Operator, account.Id);
        var invitation = await Links.InviteAsync(Actor.Operator, Role.Member, mail: null);

        Assert.IsType<JoinResult.LinkRefused>(await Members.JoinAsync(signIn.Secret, "Sacha", mail: null, ["fr"]));
        Assert.Null(await TakeAsync(invitation));

        Assert.NotNull(await TakeAsync(signIn));
        Assert.IsType<JoinResult.Joined>(await Members.JoinAsync(invitation.Secret, "Alix", mail: null, ["fr"]));
    }

    [Fact]
    public async Task A_mistake_in_the_form_does_not_use_the_invitation_up()
    {
        var link = await Links.InviteAsync(Actor.Operator, Role.Member, mail: null);

        AssertRefused("name", await Members.JoinAsync(link.Secret, "", mail: null, ["fr"]));
        AssertRefused("mail", await Members.JoinAsync(link.Secret, "Second", "not a mail address", ["fr"]));
        AssertRefused("languages", await Members.JoinAsync(link.Secret, "Second", mail: null, ["fr en"]));

        Assert.IsType<JoinResult.Joined>(await Members.JoinAsync(link.Secret, "Second", mail: null, ["fr"]));
    }

    [Fact]
    public async Task An_invitation_mailed_to_a_member_s_own_address_is_refused_in_words_to_her_alone()
    {
        await node.JoinByMailAsync("Already", "already@example.org");
        var mailed = await Links.InviteAsync(Actor.Operator, Role.Member, "Already@example.org");
        await Links.NoteMailedAsync(mailed);
        var handedOver = await Links.InviteAsync(Actor.Operator, Role.Member, "already@example.org");

        AssertRefused("mail", await Members.JoinAsync(mailed.Secret, "Again", mail: null, ["fr"]));
        // Whoever got the link from an admin has not shown that the address is hers, and is not told that it is known.
        var joined = Assert.IsType<JoinResult.Joined>(await Members.JoinAsync(handedOver.Secret, "Somebody", mail: null, ["fr"])).Account;
        Assert.Equal((null, "already@example.org"), (joined.Mail, joined.WantedMail));
    }

    [Fact]
    public async Task Two_members_without_a_mail_address_do_not_disturb_each_other()
    {
        var first = await node.JoinAsync("First without", mail: " ");
        var second = await node.JoinAsync("Second without", mail: "");

        Assert.Equal((null, null), (first.Mail, first.WantedMail));
        Assert.Equal((null, null), (second.Mail, second.WantedMail));
    }

    private Task<StartedSession?> TakeAsync(MemberLink link) => node.Get<Sessions>().StartByLinkAsync(link.Secret, "");

    private static void AssertRefused(string field, JoinResult result) =>
        Assert.StartsWith(field, Assert.Single(Assert.IsType<JoinResult.Refused>(result).Violations).Field, StringComparison.Ordinal);
}
