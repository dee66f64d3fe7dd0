using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>When a peer is called again and what its admin reads, whatever way a call ends.</summary>
public sealed class PeerGrainTests(TestNode node) : IClassFixture<TestNode>
{
    private const string Nowhere = "http://127.0.0.1:9";

    private static readonly PeerError ConnectedAlready =
        new(PeerErrorReason.AlreadyConnected, "The two nodes are connected already.", IsSaidByPeer: true);

    [Fact]
    public async Task A_peer_that_says_it_is_connected_when_it_is_not_is_called_ever_more_rarely_and_said_so()
    {
        var grain = await AdmitAsync(Nowhere);
        List<TimeSpan> pauses = [];

        for (var call = 0; call < 5; call++)
        {
            await grain.Ended(new PeerEnd($"{call}", PeerEndReason.Superseded, ConnectedAlready));
            pauses.Add((await grain.Status())!.NextCallAt!.Value - node.Time.GetUtcNow());
        }

        Assert.InRange(pauses[0], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1.5));
        Assert.True(pauses[4] > 4 * pauses[0], string.Join(", ", pauses));
        var seen = (await grain.Status())!;
        Assert.Equal((PeerActivity.Unreachable, PeerAdvice.WaitOrAsk), (seen.Activity, seen.Advice));
        Assert.Equal(ConnectedAlready, seen.LastError);
    }

    [Fact]
    public async Task A_call_that_crossed_another_is_no_fault()
    {
        var grain = await AdmitAsync(Nowhere);

        await grain.Ended(new PeerEnd("1", PeerEndReason.Superseded, ConnectedAlready));

        var seen = (await grain.Status())!;
        Assert.Equal((PeerActivity.Connecting, PeerAdvice.None, null), (seen.Activity, seen.Advice, seen.LastError));
    }

    [Theory]
    [InlineData("ftp://example.org")]
    [InlineData("somewhere")]
    public async Task An_address_that_cannot_be_called_is_said_so_and_not_called_every_second(string address)
    {
        var grain = await AdmitAsync(address);

        await grain.CallNow();

        await Watching.UntilAsync("the end of the call", async () => (await grain.Status())!.LastError is not null);
        var seen = (await grain.Status())!;
        Assert.NotEqual(PeerAdvice.None, seen.Advice);
        Assert.True(seen.NextCallAt > node.Time.GetUtcNow());
    }

    [Fact]
    public async Task Another_node_at_a_peers_address_is_told_apart_from_a_refusal()
    {
        var grain = await AdmitAsync(Nowhere);

        await grain.Ended(new PeerEnd("1", PeerEndReason.WrongNode, new PeerError(PeerErrorReason.OtherNode, "I called one at this address, and another answered.")));

        var seen = (await grain.Status())!;
        Assert.Equal((PeerActivity.Refused, PeerAdvice.NewAddress), (seen.Activity, seen.Advice));
    }

    [Fact]
    public async Task What_went_wrong_is_kept_with_its_reason_and_whose_words_it_is()
    {
        var grain = await AdmitAsync(Nowhere);
        var error = new PeerError(PeerErrorReason.PausedByPeer, "We move house.", IsSaidByPeer: true);

        await grain.Ended(new PeerEnd("1", PeerEndReason.Refused, error));

        var kept = node.Files.Database.Read(session => PeerTable.Find(session, Origin.Parse(grain.GetPrimaryKeyString())));
        Assert.Equal(error, kept!.LastError);
        Assert.Equal("The peer hung up: We move house.", error.Sentence);
    }

    [Fact]
    public void Every_goodbye_tells_the_admin_what_it_means()
    {
        var goodbyes =
            from reason in Enum.GetValues<GoodbyeReason>()
            where reason != GoodbyeReason.Unspecified
            from byPeer in new[] { true, false }
            select (reason, byPeer, PeerEnds.After("1", new Effect.HangUp(reason, "", byPeer)).Error.Reason);

        Assert.DoesNotContain(goodbyes, goodbye => goodbye.Reason is PeerErrorReason.HungUp or PeerErrorReason.Unknown);
    }

    private async Task<IPeerGrain> AdmitAsync(string address)
    {
        using var key = NodeKey.FromSeed(System.Security.Cryptography.RandomNumberGenerator.GetBytes(NodeKey.SeedSize));
        await ScriptedPeer.AdmitAsync(node, key.Origin, address);
        return node.Grains.GetGrain<IPeerGrain>(key.Origin.ToString());
    }
}
