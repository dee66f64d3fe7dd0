using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>An invitation for another chapter opens the door only while the admin who made it may open it.</summary>
public sealed class InvitationMakerTests(TestNode node) : IClassFixture<TestNode>
{
    [Fact]
    public async Task A_removed_admin_s_pending_invitation_lets_no_peer_in()
    {
        var admin = await node.JoinAsync("Soon removed", Role.Admin);
        var invitation = await node.Get<PeerInvitations>().CreateAsync(new Actor(admin.Id, Role.Admin), "http://127.0.0.1:1", lifetime: null);
        Assert.IsType<MemberResult.Done>(await node.Member(admin.Id).Leave(Actor.Operator));

        await AssertRefusedAsync(invitation);
    }

    [Fact]
    public async Task Nor_does_one_whose_maker_lost_the_role_while_nobody_cleaned_up()
    {
        var admin = await node.JoinAsync("Soon no admin", Role.Admin);
        var invitation = await node.Get<PeerInvitations>().CreateAsync(new Actor(admin.Id, Role.Admin), "http://127.0.0.1:1", lifetime: null);
        await node.Files.Database.WriteAsync(session =>
            session.Execute("UPDATE members SET role = 'connector' WHERE member_id = ?1", admin.Id.ToByteArray(bigEndian: true)));

        await AssertRefusedAsync(invitation);
    }

    [Fact]
    public async Task Nor_does_one_that_was_revoked()
    {
        var invitation = await node.Get<PeerInvitations>().CreateAsync(Actor.Operator, "http://127.0.0.1:1", lifetime: null);
        Assert.True(await node.Get<PeerInvitations>().RevokeAsync(Convert.ToHexStringLower(invitation.Id.ToByteArray())));

        await AssertRefusedAsync(invitation);
    }

    [Fact]
    public async Task An_admin_s_invitation_that_was_used_is_pending_no_more_and_its_peer_stays_when_she_goes()
    {
        using var key = NodeKey.Create();
        var admin = await node.JoinAsync("Inviting", Role.Admin);
        var invitation = await node.Get<PeerInvitations>().CreateAsync(new Actor(admin.Id, Role.Admin), "http://127.0.0.1:1", lifetime: null);

        await using var peer = await ScriptedPeer.CallAsync(node, key, invitation);
        await peer.NextAsync(message => message.Checkpoints is not null);
        Assert.DoesNotContain(node.Get<PeerInvitations>().ListPending(), pending => pending.MakerId == admin.Id);
        await node.Member(admin.Id).Leave(Actor.Operator);

        Assert.Equal(PeerAdmission.Active, node.Files.Database.Read(session => PeerTable.Find(session, key.Origin))!.State);
    }

    private async Task AssertRefusedAsync(InvitationCode invitation)
    {
        using var key = NodeKey.Create();
        await using var peer = await ScriptedPeer.CallAsync(node, key, invitation);

        var goodbye = (await peer.NextAsync(message => message.Goodbye is not null)).Goodbye;

        Assert.Equal(GoodbyeReason.InvitationRefused, goodbye.Reason);
        Assert.Null(node.Files.Database.Read(session => PeerTable.Find(session, key.Origin)));
    }
}
