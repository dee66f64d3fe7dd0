using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>Admins see what opens a door and who made it, and end it; never its secret.</summary>
[Collection(AccountsRoom.Name)]
public sealed class OpenLinksPageTests(MailingNode node)
{
    [Fact]
    public async Task Another_admin_s_invitation_is_listed_and_revoked_after_a_question()
    {
        var maker = await node.JoinAsync("Generous", Role.Admin);
        var invitation = await node.Get<MemberLinks>().InviteAsync(new Actor(maker.Id, Role.Admin), Role.Connector, "guest@example.org");
        using var admin = await node.SignedInAsync(await node.JoinAsync("Watchful", Role.Admin));
        var id = node.Get<MemberLinks>().ListOpen().Single(link => link.MakerId == maker.Id).Id;

        var list = (await admin.AskAsync("/members")).Text;
        Assert.Contains("By Generous", list, StringComparison.Ordinal);
        Assert.Contains("Invitation: Connector, for guest@example.org", list, StringComparison.Ordinal);
        Assert.DoesNotContain(invitation.Secret, list, StringComparison.Ordinal);
        Assert.Contains("Revoke this link?", (await admin.AskAsync("/members/links/" + id)).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await admin.AskAsync("/invitations/" + invitation.Secret)).Status);
        Assert.Equal("/members", (await admin.SendAsync("/members/links/" + id)).Location);

        Assert.Equal(404, (await admin.AskAsync("/invitations/" + invitation.Secret)).Status);
        Assert.Equal(404, (await admin.AskAsync("/members/links/" + id)).Status);
    }

    [Fact]
    public async Task A_pending_invitation_for_a_chapter_is_listed_and_revoked_after_a_question()
    {
        var maker = await node.JoinAsync("Diplomat", Role.Admin);
        await node.Get<PeerInvitations>().CreateAsync(new Actor(maker.Id, Role.Admin), "http://127.0.0.1:1", lifetime: null);
        using var admin = await node.SignedInAsync(await node.JoinAsync("Watchful", Role.Admin));
        var id = node.Get<PeerInvitations>().ListPending().Single(pending => pending.MakerId == maker.Id).Id;

        Assert.Contains("By Diplomat", (await admin.AskAsync("/network")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await admin.AskAsync("/network/invitations/" + id)).Status);
        Assert.Equal("/network", (await admin.SendAsync("/network/invitations/" + id)).Location);

        Assert.DoesNotContain(node.Get<PeerInvitations>().ListPending(), pending => pending.Id == id);
        Assert.DoesNotContain("By Diplomat", (await admin.AskAsync("/network")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_and_visitors_see_none_of_it()
    {
        using var member = await node.SignedInAsync(await node.JoinAsync("Member", Role.Member));
        using var visitor = new Person(node.Address);
        await node.Get<PeerInvitations>().CreateAsync(Actor.Operator, "http://127.0.0.1:1", lifetime: null);

        Assert.DoesNotContain("Open links", (await member.AskAsync("/members")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Pending invitations", (await visitor.AskAsync("/network")).Text, StringComparison.Ordinal);
    }
}
