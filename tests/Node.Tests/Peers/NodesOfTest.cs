using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>Whole nodes in one process with one clock, which stands still unless a test turns it; each may be stopped and started again.</summary>
internal sealed class NodesOfTest : IAsyncDisposable
{
    private readonly List<TestNode> _nodes = [];
    private readonly List<TemporaryFolder> _folders = [];

    /// <summary>The clock of all of them.</summary>
    public FakeTimeProvider Time { get; } = new(Samples.Now);

    /// <summary>A new node, at a port of its own.</summary>
    public async Task<TestNode> StartAsync()
    {
        var folder = new TemporaryFolder();
        _folders.Add(folder);
        return await StartAsync(folder.Path);
    }

    /// <summary>Stops a node and starts it in the same folder: at another port.</summary>
    public async Task<TestNode> MoveAsync(TestNode node)
    {
        await node.StopAsync();
        var moved = await StartAsync(node.Folder);
        // A start asks peers for three seconds of the clock.
        await Watching.UntilAsync("its journal open", () =>
        {
            Time.Advance(Limits.TickInterval);
            return moved.Get<OwnJournal>().IsOpen;
        });
        return moved;
    }

    /// <summary>The host's admin makes an invitation, the guest's accepts it; both then say that the other is up to date.</summary>
    public static async Task JoinAsync(TestNode host, TestNode guest)
    {
        var invitation = await host.Get<PeerInvitations>().CreateAsync(Actor.Operator, AddressOf(host), lifetime: null);
        Assert.IsType<AcceptResult.Accepted>(await guest.Get<PeerInvitations>().AcceptAsync(invitation.ToText()));
        await MeetAsync(host, guest);
    }

    /// <summary>Waits until both say that the other is up to date.</summary>
    /// <param name="one">A node.</param>
    /// <param name="other">Its peer.</param>
    /// <param name="isEqual">They hold the same; not so when one of them left what the other holds.</param>
    public static async Task MeetAsync(TestNode one, TestNode other, bool isEqual = true)
    {
        await one.SeesAsync(OriginOf(other), "the other up to date", status => status.Activity == PeerActivity.UpToDate && status.IsEqual == isEqual);
        await other.SeesAsync(OriginOf(one), "the one up to date", status => status.Activity == PeerActivity.UpToDate && (status.IsEqual || !isEqual));
    }

    public static Origin OriginOf(TestNode node) => node.Get<OwnJournal>().Origin;

    public static IPeerGrain Grain(TestNode node, TestNode peer) => node.Grains.GetGrain<IPeerGrain>(OriginOf(peer).ToString());

    public static string AddressOf(TestNode node)
    {
        using var channel = node.Connect().Channel;
        return $"http://{channel.Target}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        foreach (var folder in _folders)
            folder.Dispose();
    }

    private async Task<TestNode> StartAsync(string folder)
    {
        var node = new TestNode(folder, configure: null, Time);
        _nodes.Add(node);
        await node.InitializeAsync();
        return node;
    }
}
