using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Who becomes a peer, and who does not and is told why.</summary>
public sealed class InvitationTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_invitation_is_good_for_one_node_until_it_ends()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia", "Cannes");
        var (a, b, c) = (nodes[0], nodes[1], nodes[2]);
        var text = await TestNetwork.InviteAsync(a);
        await b.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = text });
        await Wait.UntilAsync(
            "the first who used it is a peer", async () => await a.FindPeerAsync(b) is { State: PeerState.UpToDate } ? null : "it is not", Waits.Soon);

        await c.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = text });
        await UntilRefusedAsync(c, a, "invitation");
        Assert.Null(await a.FindPeerAsync(c));

        var expired = Changed(await TestNetwork.InviteAsync(a), code =>
            new InvitationCode(code.Address, code.Origin, code.Id, code.Secret, new DateTimeOffset(2020, 2, 29, 0, 0, 0, TimeSpan.Zero)) { ChapterName = code.ChapterName });
        var ended = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await c.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = expired }));
        Assert.Contains("ended", ended.Status.Detail, StringComparison.Ordinal);
        var own = await TestNetwork.InviteAsync(c);
        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await c.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = own }));
        Assert.Contains("own invitation", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_answers_in_place_of_the_invited_one_is_not_taken_for_it()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia", "Cannes");
        var (a, b, c) = (nodes[0], nodes[1], nodes[2]);

        var elsewhere = Changed(await TestNetwork.InviteAsync(a), code =>
            new InvitationCode(b.Address, code.Origin, code.Id, code.Secret, code.ExpiresAt) { ChapterName = code.ChapterName });
        await c.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = elsewhere });

        await UntilRefusedAsync(c, a, "");
        Assert.Null(await b.FindPeerAsync(c));
        Assert.Equal(1u, (await c.StatusAsync()).Journals);
    }

    [Fact]
    public async Task A_node_that_was_removed_is_a_stranger_again_and_gets_nothing_more()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: a, joining: b);

        await a.Operator.ChangePeerAsync(new ChangePeerRequest { Peer = b.Origin, Change = PeerChange.Remove });
        var before = await b.HeldOfAsync(a);
        var id = await a.PublishAsync("Not for strangers");
        await b.Operator.ChangePeerAsync(new ChangePeerRequest { Peer = a.Origin, Change = PeerChange.CallNow });

        await UntilRefusedAsync(b, a, "not a peer");
        Assert.Null(await a.FindPeerAsync(b));
        Assert.False(await b.HasEventAsync(a, id));
        Assert.Equal(before, await b.HeldOfAsync(a));
    }

    /// <summary>A copied virtual machine: both copies would sign different entries for one position. The copy answers where a peer is called.</summary>
    [Fact]
    public async Task Two_nodes_with_one_key_recognise_each_other_and_say_so()
    {
        await using var network = new TestNetwork(output);
        var nodes = await network.StartAsync("Arles", "Bastia");
        var (a, b) = (nodes[0], nodes[1]);
        await TestNetwork.JoinAsync(inviting: b, joining: a);
        await b.StopAsync();
        await a.StopAsync();
        var twin = network.Add("Twin", address: b.Address);
        Directory.CreateDirectory(twin.Folder);
        foreach (var name in (string[])["node.key", "node.db", "operator.token"])
            File.Copy(Path.Combine(a.Folder, name), Path.Combine(twin.Folder, name));

        await twin.StartAsync();
        await a.StartAsync();

        Assert.Equal(a.Origin, twin.Origin);
        await UntilRefusedAsync(a, b, "same key");
    }

    private static Task<TimeSpan> UntilRefusedAsync(NodeProcess caller, NodeProcess peer, string words) => Wait.UntilAsync(
        $"{caller.Name} shows that {peer.Name} refuses it, why, and what to do",
        async () => await caller.FindPeerAsync(peer) is { State: PeerState.Refused, LastError.Length: > 0, Advice.Length: > 0 } shown
            && shown.LastError.Contains(words, StringComparison.OrdinalIgnoreCase)
                ? null
                : $"{await caller.FindPeerAsync(peer)}",
        Waits.Soon);

    private static string Changed(string invitation, Func<InvitationCode, InvitationCode> change) =>
        change(Assert.IsType<InvitationReading.Read>(InvitationCode.Read(invitation)).Code).ToText();
}
