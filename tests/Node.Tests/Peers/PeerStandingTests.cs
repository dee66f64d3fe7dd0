using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>Since when a peer is not well, and who is to act.</summary>
public sealed class PeerStandingTests(TestNode node) : IClassFixture<TestNode>
{
    private const string Nowhere = "http://127.0.0.1:9";
    private static readonly PeerError Refused = new(PeerErrorReason.ConnectionRefused, "Nothing listens there.");

    [Fact]
    public async Task Since_when_a_peer_is_not_well_does_not_begin_again_with_each_call_that_fails()
    {
        using var key = NewKey();
        await using (var peer = await ScriptedPeer.MeetAsync(node, key))
            await node.SeesAsync(key.Origin, "it well", status => status.Activity == PeerActivity.UpToDate);
        var broke = await node.SeesAsync(key.Origin, "it gone", status => status.Activity is PeerActivity.Waiting or PeerActivity.Unreachable);
        var since = broke.Since;
        var grain = node.Grains.GetGrain<IPeerGrain>(key.Origin.ToString());

        for (var call = 0; call < 5; call++)
        {
            node.Time.Advance(TimeSpan.FromMinutes(1));
            await grain.Ended(new PeerEnd($"{call}", PeerEndReason.Unreachable, Refused, Nowhere));
        }

        var seen = (await grain.Status())!;
        Assert.Equal(since, seen.Since);
        Assert.True(seen.LastErrorAt > since);
        Assert.True(since <= broke.LastContact!.Value.AddSeconds(1));
    }

    [Fact]
    public async Task Since_when_a_peer_is_not_well_is_kept_when_the_node_restarts()
    {
        using var folder = new TemporaryFolder();
        using var key = NewKey();
        var time = new FakeTimeProvider(Samples.Now);
        DateTimeOffset since;
        var first = await TestNode.StartAsync(folder.Path, configure: null, time);
        await ScriptedPeer.AdmitAsync(first, key.Origin, Nowhere);
        await first.Grains.GetGrain<IPeerGrain>(key.Origin.ToString()).Ended(new PeerEnd("1", PeerEndReason.Unreachable, Refused, Nowhere));
        since = (await first.Grains.GetGrain<IPeerGrain>(key.Origin.ToString()).Status())!.Since;
        await first.StopAsync();
        time.Advance(TimeSpan.FromHours(5));

        var second = await TestNode.StartAsync(folder.Path, configure: null, time);
        await second.Grains.GetGrain<IPeerGrain>(key.Origin.ToString()).Ended(new PeerEnd("2", PeerEndReason.Unreachable, Refused, Nowhere));
        var seen = (await second.Grains.GetGrain<IPeerGrain>(key.Origin.ToString()).Status())!;
        await second.StopAsync();

        Assert.Equal(since, seen.Since);
    }

    [Fact]
    public async Task A_peer_that_fails_is_nobodys_business_before_it_has_had_the_time_to_come_back()
    {
        var grain = await AdmitAsync();
        await grain.Ended(new PeerEnd("1", PeerEndReason.Unreachable, Refused, Nowhere));
        var early = (await grain.Status())!;

        node.Time.Advance(PeerLimits.HealingTime);
        await grain.Ended(new PeerEnd("2", PeerEndReason.Unreachable, Refused, Nowhere));
        var late = (await grain.Status())!;

        Assert.Equal((PeerAdvice.WaitOrAsk, PeerActor.Nobody), (early.Advice, early.Actor));
        Assert.Equal((PeerAdvice.WaitOrAsk, PeerActor.Them), (late.Advice, late.Actor));
    }

    [Theory]
    [InlineData(PeerErrorReason.CertificateExpired, PeerAdvice.FixServer, PeerActor.Them)]
    [InlineData(PeerErrorReason.BodyLimit, PeerAdvice.FixServer, PeerActor.Them)]
    [InlineData(PeerErrorReason.NotANode, PeerAdvice.NewAddress, PeerActor.Us)]
    [InlineData(PeerErrorReason.NoNetwork, PeerAdvice.CheckNetwork, PeerActor.Us)]
    [InlineData(PeerErrorReason.SaysWeBrokeRules, PeerAdvice.Update, PeerActor.Us)]
    [InlineData(PeerErrorReason.PeerStops, PeerAdvice.WaitOrAsk, PeerActor.Nobody)]
    public async Task What_went_wrong_says_what_to_do_and_who_is_to_do_it(PeerErrorReason reason, PeerAdvice advice, PeerActor actor)
    {
        var grain = await AdmitAsync();

        await grain.Ended(new PeerEnd("1", PeerEndReason.Unreachable, new PeerError(reason, "Words."), Nowhere));

        var seen = (await grain.Status())!;
        Assert.Equal((advice, actor), (seen.Advice, seen.Actor));
    }

    [Fact]
    public async Task A_connected_peer_whose_clock_is_off_is_not_said_to_be_not_connected()
    {
        using var key = NewKey();
        await ScriptedPeer.AdmitAsync(node, key.Origin);
        var grain = node.Grains.GetGrain<IPeerGrain>(key.Origin.ToString());
        await grain.Report(new PeerReport(
            "1", IsOpen: true, BehindEntries: 0, LackingSince: null, AheadEntries: 0, IsEqual: true, TimeSpan.FromHours(1), node.Time.GetUtcNow(), Received: 0, Rejected: 0,
            Problem: null, "Rome", Software: "", Address: ""));

        var problems = (await node.Get<NodeReport>().MakeAsync(CancellationToken.None)).Problems;

        Assert.Contains(problems, problem => problem.StartsWith("Rome: connected. Its clock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Both_ends_of_a_pause_say_whose_it_is()
    {
        await using var nodes = new NodesOfTest();
        var (one, other) = (await nodes.StartAsync(), await nodes.StartAsync());
        await NodesOfTest.JoinAsync(one, other);

        await NodesOfTest.Grain(one, other).Pause();

        var here = (await NodesOfTest.Grain(one, other).Status())!;
        var there = await other.SeesAsync(NodesOfTest.OriginOf(one), "the pause", status => status.Activity == PeerActivity.Refused);
        Assert.Equal((PeerActivity.Paused, PeerActor.Nobody), (here.Activity, here.Actor));
        Assert.Equal((PeerErrorReason.PausedByPeer, PeerAdvice.AskPeer, PeerActor.Them), (there.LastError!.Reason, there.Advice, there.Actor));
    }

    private static NodeKey NewKey() => NodeKey.FromSeed(System.Security.Cryptography.RandomNumberGenerator.GetBytes(NodeKey.SeedSize));

    private async Task<IPeerGrain> AdmitAsync()
    {
        using var key = NewKey();
        await ScriptedPeer.AdmitAsync(node, key.Origin, Nowhere);
        return node.Grains.GetGrain<IPeerGrain>(key.Origin.ToString());
    }
}
