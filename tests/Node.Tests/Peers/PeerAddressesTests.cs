using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>Peers that move, and what a peer may have this node call.</summary>
public sealed class PeerAddressesTests : IAsyncLifetime
{
    private readonly NodesOfTest _nodes = new();

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => _nodes.DisposeAsync().AsTask();

    /// <summary>Only the peer knows both places: it calls from the new one; later, when it does not know ours, our call must reach it.</summary>
    [Fact]
    public async Task A_peer_that_called_from_its_new_place_is_called_there()
    {
        var (node, peer) = (await _nodes.StartAsync(), await _nodes.StartAsync());
        await NodesOfTest.JoinAsync(peer, node);
        var old = NodesOfTest.AddressOf(peer);

        peer = await _nodes.MoveAsync(peer);
        await NodesOfTest.MeetAsync(peer, node);
        var status = await node.SeesAsync(NodesOfTest.OriginOf(peer), "the new address", seen => seen.Address == NodesOfTest.AddressOf(peer));
        Assert.Contains(status.Addresses!, address => address.Address == old);
        node = await _nodes.MoveAsync(node);

        await NodesOfTest.MeetAsync(node, peer);
        status = await node.SeesAsync(NodesOfTest.OriginOf(peer), "the proof at the new address", seen => seen.Addresses!.Any(address => address.WorkedAt is not null && address.Address == NodesOfTest.AddressOf(peer)));
        Assert.Equal(NodesOfTest.AddressOf(peer), status.Address);
    }

    /// <summary>Both moved while apart, so that neither's old address leads anywhere: only the signed record, through a third chapter, says where.</summary>
    [Fact]
    public async Task A_peer_that_moved_while_we_were_apart_is_found_by_its_signed_record()
    {
        var (node, peer, third) = (await _nodes.StartAsync(), await _nodes.StartAsync(), await _nodes.StartAsync());
        await NodesOfTest.JoinAsync(third, node);
        await NodesOfTest.JoinAsync(third, peer);
        await NodesOfTest.JoinAsync(peer, node);

        await node.StopAsync();
        peer = await _nodes.MoveAsync(peer);
        var record = Samples.Chapter("OuiShare Rome");
        record.Address = NodesOfTest.AddressOf(peer);
        await peer.Grains.GetGrain<IChapterGrain>(0).Update(record, Actor.Operator);
        await NodesOfTest.MeetAsync(peer, third);
        node = await _nodes.MoveAsync(node);

        await NodesOfTest.MeetAsync(node, third);
        await NodesOfTest.MeetAsync(node, peer);
    }

    [Fact]
    public async Task What_was_set_by_hand_is_called_before_what_was_told()
    {
        var (node, peer) = (await _nodes.StartAsync(), await _nodes.StartAsync());
        await ScriptedPeer.AdmitAsync(node, NodesOfTest.OriginOf(peer), "http://127.0.0.1:9");
        await ScriptedPeer.AdmitAsync(peer, NodesOfTest.OriginOf(node));
        var peers = node.Get<PeerDirectory>();

        Assert.False(await peers.SetAddressAsync(NodesOfTest.OriginOf(peer).ToString(), "ftp://rome.example"));
        Assert.True(await peers.SetAddressAsync(NodesOfTest.OriginOf(peer).ToString(), NodesOfTest.AddressOf(peer)));

        await NodesOfTest.MeetAsync(node, peer);
        Assert.True((await peers.FindAsync(NodesOfTest.OriginOf(peer).ToString()))!.Addresses![0].IsSet);
    }

    [Fact]
    public async Task The_newest_comes_first_then_the_record_then_the_older_ones_and_a_peer_cannot_name_more_than_a_few()
    {
        var node = await _nodes.StartAsync();
        var origin = NodesOfTest.OriginOf(await _nodes.StartAsync());
        var at = Samples.Now;

        var known = await node.Files.Database.WriteAsync(session =>
        {
            PeerAddresses.Work(session, origin, "https://works.example", at);
            for (var i = 0; i < 100; i++)
                PeerAddresses.Tell(session, origin, $"http://10.0.0.{i}:22", at.AddSeconds(i + 1));
            foreach (var refused in (string[])["file:///etc/passwd", "http://user:secret@10.0.0.1", "http://" + new string('a', Limits.AddressLength), ""])
                PeerAddresses.Tell(session, origin, refused, at.AddDays(1));
            return PeerAddresses.List(session, origin);
        });

        Assert.Equal(PeerLimits.Addresses, known.Count);
        Assert.Equal(
            ["http://10.0.0.99:22", "https://record.example", "http://10.0.0.98:22", "http://10.0.0.97:22", "http://10.0.0.96:22", "https://first.example"],
            PeerAddresses.InOrder(known, "https://record.example/", "https://first.example"));
    }

    [Fact]
    public async Task An_address_told_again_and_again_does_not_come_before_the_one_that_works()
    {
        var node = await _nodes.StartAsync();
        var origin = NodesOfTest.OriginOf(await _nodes.StartAsync());

        var known = await node.Files.Database.WriteAsync(session =>
        {
            PeerAddresses.Tell(session, origin, "http://localhost:5080", Samples.Now);
            PeerAddresses.Work(session, origin, "https://rome.example", Samples.Now.AddSeconds(1));
            PeerAddresses.Tell(session, origin, "http://localhost:5080", Samples.Now.AddSeconds(2));
            return PeerAddresses.List(session, origin);
        });

        Assert.Equal("https://rome.example", known[0].Address);
    }
}
