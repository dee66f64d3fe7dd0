using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;

namespace OuiShare.Federation.Node.Tests.Members;

/// <summary>
/// A link or an invitation is worth what its maker may do. An admin who is removed must not come back by one she made before, nor anybody else
/// by it.
/// </summary>
public sealed class MakerTests(TestNode node) : IClassFixture<TestNode>
{
    private MemberLinks Links => node.Get<MemberLinks>();

    private PeerInvitations Invitations => node.Get<PeerInvitations>();

    public static TheoryData<string> WaysToEnd => ["another role", "left", "removed", "signed out everywhere"];

    [Theory]
    [MemberData(nameof(WaysToEnd))]
    public async Task What_an_admin_made_ends_with_her(string how)
    {
        var (maker, made) = await MakeAsync();

        Assert.IsType<MemberResult.Done>(await EndAsync(maker, how));

        await AssertDeadAsync(made);
    }

    [Fact]
    public async Task What_ended_with_a_role_does_not_come_back_with_it()
    {
        var (maker, made) = await MakeAsync();

        await node.Member(maker.MemberId!.Value).ChangeRole(Role.Connector, Actor.Operator);
        await node.Member(maker.MemberId!.Value).ChangeRole(Role.Admin, Actor.Operator);

        await AssertDeadAsync(made);
    }

    /// <summary>The clean-up is a courtesy. Whatever takes a role away, the condition stands where the link is taken.</summary>
    [Fact]
    public async Task The_rule_is_a_condition_in_the_database_and_not_a_clean_up()
    {
        var (maker, made) = await MakeAsync();

        await node.Files.Database.WriteAsync(session =>
            session.Execute("UPDATE members SET role = 'member' WHERE member_id = ?1", maker.MemberId!.Value.ToByteArray(bigEndian: true)));

        Assert.DoesNotContain(Links.ListOpen(), link => link.MakerId == maker.MemberId);
        Assert.DoesNotContain(Invitations.ListPending(), invitation => invitation.MakerId == maker.MemberId);
        await AssertDeadAsync(made);
    }

    [Fact]
    public async Task What_another_admin_or_the_operator_made_goes_on()
    {
        var (maker, _) = await MakeAsync();
        var (other, made) = await MakeAsync();
        var operators = await Links.InviteAsync(Actor.Operator, Role.Admin, mail: null);

        await EndAsync(maker, "removed");

        Assert.NotNull(Links.Find(operators.Secret));
        Assert.NotNull(Links.Find(made.Invitation.Secret));
        Assert.True(IsOpen(made.Peer));
        Assert.Contains(Links.ListOpen(), link => link.MakerId == other.MemberId);
    }

    [Fact]
    public async Task A_sign_in_link_for_somebody_who_left_opens_nothing()
    {
        var account = await node.JoinAsync("Leaving soon");
        var link = await Links.SignInAsync(Actor.Operator, account.Id);
        await node.Files.Database.WriteAsync(session =>
            session.Execute("UPDATE members SET left_at = 1 WHERE member_id = ?1", account.Id.ToByteArray(bigEndian: true)));

        Assert.Null(Links.Find(link.Secret));
        Assert.Null(await node.Get<Sessions>().StartByLinkAsync(link.Secret, "Firefox"));
    }

    [Fact]
    public async Task What_is_open_is_listed_with_its_maker_and_without_its_secret_and_can_be_revoked()
    {
        var (maker, made) = await MakeAsync();

        var invitation = Assert.Single(Links.ListOpen(), link => link.MakerId == maker.MemberId && link.Purpose == LinkPurpose.Invite);
        var signIn = Assert.Single(Links.ListOpen(), link => link.MakerId == maker.MemberId && link.Purpose == LinkPurpose.SignIn);
        var peer = Assert.Single(Invitations.ListPending(), pending => pending.MakerId == maker.MemberId);
        Assert.Equal((Role.Admin, made.Invitation.ExpiresAt.ToUnixTimeMilliseconds()), (invitation.Role, invitation.ExpiresAt.ToUnixTimeMilliseconds()));
        Assert.Equal(made.SignIn.MemberId, signIn.MemberId);
        Assert.DoesNotContain(made.Invitation.Secret, $"{invitation} {signIn} {peer}", StringComparison.Ordinal);

        Assert.True(await Links.RevokeAsync(invitation.Id));
        Assert.True(await Links.RevokeAsync(signIn.Id));
        Assert.True(await Invitations.RevokeAsync(peer.Id));
        Assert.False(await Links.RevokeAsync(invitation.Id));
        Assert.False(await Invitations.RevokeAsync(peer.Id));

        await AssertDeadAsync(made);
    }

    [Fact]
    public async Task A_member_reads_who_made_a_link_for_her_whether_it_was_used_and_ends_only_her_own()
    {
        var admin = await node.JoinAsync("Curious admin", Role.Admin);
        var member = await node.JoinAsync("Watchful", Role.Admin);
        var used = await Links.SignInAsync(new Actor(admin.Id, Role.Admin), member.Id);
        await Links.SignInAskedForAsync(member.Id);
        node.Time.Advance(TimeSpan.FromMinutes(1));
        var open = await Links.SignInAsync(new Actor(admin.Id, Role.Admin), member.Id);
        var others = await Links.SignInAsync(Actor.Operator, admin.Id);
        await node.Get<Sessions>().StartByLinkAsync(used.Secret, "Firefox");

        var listed = Links.ListMadeFor(member.Id);

        Assert.Equal([(admin.Id, false), (admin.Id, true)], listed.Select(link => (link.MakerId!.Value, link.UsedAt is not null)));
        Assert.False(await Links.RevokeAsync(Links.ListMadeFor(admin.Id)[0].Id, member.Id));
        Assert.True(await Links.RevokeAsync(listed[0].Id, member.Id));
        Assert.Null(Links.Find(open.Secret));
        Assert.NotNull(Links.Find(others.Secret));

        // It stays to be read for a month, also after newer links were made, and is then forgotten.
        node.Time.Advance(MemberLimits.LinkMemory - TimeSpan.FromDays(1));
        await Links.InviteAsync(Actor.Operator, Role.Member, mail: null);
        Assert.Single(Links.ListMadeFor(member.Id));
        node.Time.Advance(TimeSpan.FromDays(2));
        await Links.InviteAsync(Actor.Operator, Role.Member, mail: null);
        Assert.Empty(Links.ListMadeFor(member.Id));
    }

    private async Task<(Actor Maker, Made Made)> MakeAsync()
    {
        var admin = await node.JoinAsync("Admin who makes links", Role.Admin);
        var other = await node.JoinAsync("Another admin", Role.Admin);
        var maker = new Actor(admin.Id, Role.Admin);
        return (maker, new Made(
            await Links.InviteAsync(maker, Role.Admin, mail: null), await Links.SignInAsync(maker, other.Id),
            (await Invitations.CreateAsync(maker, "http://127.0.0.1:1", lifetime: null)).Id.ToByteArray()));
    }

    private Task<MemberResult> EndAsync(Actor maker, string how)
    {
        var grain = node.Member(maker.MemberId!.Value);
        return how switch
        {
            "another role" => grain.ChangeRole(Role.Connector, Actor.Operator),
            "left" => grain.Leave(maker),
            "removed" => grain.Leave(Actor.Operator),
            _ => grain.SignOutEverywhere(maker),
        };
    }

    private async Task AssertDeadAsync(Made made)
    {
        Assert.Null(Links.Find(made.Invitation.Secret));
        Assert.IsType<JoinResult.LinkRefused>(await node.Get<MemberDirectory>().JoinAsync(made.Invitation.Secret, "Back again", mail: null, ["fr"]));
        Assert.Null(Links.Find(made.SignIn.Secret));
        Assert.Null(await node.Get<Sessions>().StartByLinkAsync(made.SignIn.Secret, "Firefox"));
        Assert.False(IsOpen(made.Peer));
    }

    private bool IsOpen(byte[] invitation) => Invitations.ListPending().Any(pending => pending.Id == Convert.ToHexStringLower(invitation));

    private sealed record Made(MemberLink Invitation, MemberLink SignIn, byte[] Peer);
}
