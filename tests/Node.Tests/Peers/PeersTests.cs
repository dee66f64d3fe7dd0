using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>Whole nodes in one process with one clock, which stands still unless a test turns it.</summary>
public sealed class PeersTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly List<TestNode> _nodes = [];
    private readonly List<TemporaryFolder> _folders = [];

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        foreach (var folder in _folders)
            folder.Dispose();
    }

    /// <summary>The clock stands still from the moment all are connected, so no timer can have carried the event: only the open streams.</summary>
    [Fact]
    public async Task What_the_first_of_a_chain_publishes_reaches_the_last_without_any_clock()
    {
        var (first, middle, last) = (await StartAsync(), await StartAsync(), await StartAsync());
        await JoinAsync(middle, first);
        await JoinAsync(middle, last);
        var journal = first.Get<OwnJournal>().Journal;

        var (id, done) = await first.PublishAsync(Samples.Event());

        await last.HoldsAsync(journal, done.Position!.Value + 1);
        Assert.NotNull(last.Get<JournalReader>().FindRecord(journal.Origin, RecordKind.Event, RecordId.From(id))?.Body);
        await first.Event(id).Withdraw(Actor.Operator);
        await last.HoldsAsync(journal, done.Position!.Value + 2);
        foreach (var node in _nodes)
            Assert.True(node.Get<JournalReader>().FindRecord(journal.Origin, RecordKind.Event, RecordId.From(id)) is { IsWithdrawn: true, Body: null });
    }

    [Fact]
    public async Task Two_nodes_that_call_each_other_at_one_instant_end_with_one_connection()
    {
        var (one, other) = (await StartAsync(), await StartAsync());
        foreach (var (node, peer) in ((TestNode, TestNode)[])[(one, other), (other, one)])
            await ScriptedPeer.AdmitAsync(node, peer.Get<OwnJournal>().Origin, AddressOf(peer));

        await Task.WhenAll(Grain(one, other).CallNow(), Grain(other, one).CallNow());

        await one.SeesAsync(other.Get<OwnJournal>().Origin, "the other up to date", status => status is { Activity: PeerActivity.UpToDate, IsEqual: true });
        await other.SeesAsync(one.Get<OwnJournal>().Origin, "the one up to date", status => status is { Activity: PeerActivity.UpToDate, IsEqual: true, LastError: null });
        foreach (var (node, peer) in ((TestNode, TestNode)[])[(one, other), (other, one)])
        {
            var (_, done) = await node.PublishAsync(Samples.Event());
            await peer.HoldsAsync(node.Get<OwnJournal>().Journal, done.Position!.Value + 1);
        }
    }

    /// <summary>
    /// A copied folder, as of an image of the machine that was put back: no mark says so. It writes while it cannot ask, at positions that its
    /// peer holds already.
    /// </summary>
    [Fact]
    public async Task What_is_written_on_old_data_before_a_peer_can_say_so_reaches_the_peer_in_a_new_epoch()
    {
        var (old, folder) = (NewFolder(), NewFolder());
        var peer = await StartAsync();
        var node = await StartAsync(folder.Path);
        await JoinAsync(peer, node);
        await node.StopAsync();
        Copy(folder.Path, old.Path);
        node = await StartAsync(folder.Path);
        var origin = node.Get<OwnJournal>().Origin;
        await node.SeesAsync(peer.Get<OwnJournal>().Origin, "the peer again", status => status.Activity == PeerActivity.UpToDate);
        var (_, known) = await node.PublishAsync(Samples.Event("what the backup lacks"));
        await peer.HoldsAsync(new JournalId(origin, 0), known.Position!.Value + 1);
        await node.StopAsync();

        await using (var database = NodeDatabase.Open(old.File("node.db"), create: false, _time, NullLogger.Instance))
            database.Prepare(session => session.Execute("UPDATE peers SET state = 'paused'"));
        var restored = await StartAsync(old.Path);
        var (id, lost) = await restored.PublishAsync(Samples.Event("written on old data"));
        Assert.Equal((0U, known.Position), (lost.Epoch, lost.Position));
        await Grain(restored, peer).Resume();

        // Once the two versions are put together, the nodes meet anew.
        await peer.HoldsInTurnAsync(new JournalId(origin, 1), 2);
        Assert.NotNull(peer.Get<JournalReader>().FindRecord(origin, RecordKind.Event, RecordId.From(id))?.Body);
        await Watching.UntilAsync("the journal open again", () => restored.Get<OwnJournal>().IsOpen);
        Assert.Equal(1U, (await restored.PublishAsync(Samples.Event())).Done.Epoch);
        Assert.False(restored.Files.Database.IsBroken);
    }

    private static IPeerGrain Grain(TestNode node, TestNode peer) => node.Grains.GetGrain<IPeerGrain>(peer.Get<OwnJournal>().Origin.ToString());

    private static string AddressOf(TestNode node)
    {
        using var channel = node.Connect().Channel;
        return $"http://{channel.Target}";
    }

    /// <summary>The host's admin makes an invitation, the guest's accepts it; both then say that the other is up to date.</summary>
    private static async Task JoinAsync(TestNode host, TestNode guest)
    {
        var invitation = await host.Get<PeerInvitations>().CreateAsync(Actor.Operator, AddressOf(host), lifetime: null);
        Assert.IsType<AcceptResult.Accepted>(await guest.Get<PeerInvitations>().AcceptAsync(invitation.ToText()));
        await guest.SeesAsync(host.Get<OwnJournal>().Origin, "the host up to date", status => status is { Activity: PeerActivity.UpToDate, IsEqual: true });
        await host.SeesAsync(guest.Get<OwnJournal>().Origin, "the guest up to date", status => status is { Activity: PeerActivity.UpToDate, IsEqual: true });
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private TemporaryFolder NewFolder()
    {
        var folder = new TemporaryFolder();
        _folders.Add(folder);
        return folder;
    }

    private async Task<TestNode> StartAsync(string? folder = null)
    {
        var node = new TestNode(folder, configure: null, _time);
        _nodes.Add(node);
        await node.InitializeAsync();
        return node;
    }
}
