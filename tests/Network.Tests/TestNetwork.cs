using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>The nodes of one test, in temporary folders. Disposing stops them, prints how their logs end, and removes the folders.</summary>
/// <remarks>xunit shows what was printed only when the test failed, so a failure comes with the story of every node.</remarks>
internal sealed class TestNetwork(ITestOutputHelper output) : IAsyncDisposable
{
    private const int PrintedLines = 40;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ouishare-network-");
    private readonly ConcurrentQueue<NodeProcess> _nodes = [];

    /// <summary>The folder that holds the nodes' folders.</summary>
    public string Folder => _folder.FullName;

    /// <summary>Prints a line that is seen when the test fails, or when the runner shows all output.</summary>
    public void Print(string line) => output.WriteLine(line);

    /// <summary>A node that is not started yet, on a free port unless an address is named.</summary>
    public NodeProcess Add(string name, IReadOnlyDictionary<string, string>? environment = null, string? address = null)
    {
        var node = new NodeProcess(name, Path.Combine(Folder, name), environment, address);
        _nodes.Enqueue(node);
        return node;
    }

    /// <summary>Starts a node and gives it a chapter of its own.</summary>
    public async Task<NodeProcess> StartAsync(string name, IReadOnlyDictionary<string, string>? environment = null)
    {
        var node = Add(name, environment);
        await node.StartAsync();
        await node.Operator.SetUpAsync(new SetUpRequest { ChapterName = name, Place = "Paris, FR", Languages = { "en" }, AdminName = "Ada" });
        return node;
    }

    /// <summary>Starts several nodes at once.</summary>
    public Task<NodeProcess[]> StartAsync(params IEnumerable<string> names) => Task.WhenAll(names.Select(name => StartAsync(name)));

    /// <summary>An invitation to a node.</summary>
    public static async Task<string> InviteAsync(NodeProcess inviting, TimeSpan? validFor = null)
    {
        var request = new CreateInvitationRequest { Address = inviting.Address, ValidFor = validFor?.ToDuration() };
        return (await inviting.Operator.CreateInvitationAsync(request)).Invitation;
    }

    /// <summary>Makes two nodes peers, and waits until each calls the other one.</summary>
    public static async Task JoinAsync(NodeProcess inviting, NodeProcess joining)
    {
        var invitation = await InviteAsync(inviting);
        await joining.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = invitation });
        await Wait.UntilAsync(
            $"{inviting.Name} and {joining.Name} are connected",
            async () => await ConnectedAsync(inviting, joining) && await ConnectedAsync(joining, inviting) ? null : "they are not",
            Waits.Soon);
    }

    /// <summary>Waits until all hold the same, and returns how long it took.</summary>
    /// <param name="atLeast">Entries that all journals have together, at least: before, they could be equal too early.</param>
    /// <param name="nodes">Nodes that run.</param>
    public static Task<TimeSpan> UntilEqualAsync(ulong atLeast, params IReadOnlyCollection<NodeProcess> nodes) => Wait.UntilAsync(
        $"{string.Join(", ", nodes.Select(node => node.Name))} hold the same {atLeast} entries and have read them",
        async () =>
        {
            var states = await Task.WhenAll(nodes.Select(node => node.StatusAsync()));
            var isEqual = states.Select(state => state.FrontierDigest).Distinct().Count() == 1;
            return isEqual && states.All(state => state.AllEntries >= atLeast && state.SearchLagEntries == 0)
                ? null
                : string.Join("; ", nodes.Zip(states, (node, state) =>
                    $"{node.Name} {state.AllEntries} entries in {state.Journals} journals, {state.SearchLagEntries} unread, {state.ConnectedPeers} of {state.Peers} peers, {state.FrontierDigest[..8]}"));
        },
        Waits.Convergence);

    /// <summary>All nodes hold the same journals with the same roots, and each finds every hash and signature right.</summary>
    public static async Task AssertEqualAndVerifiedAsync(params IReadOnlyCollection<NodeProcess> nodes)
    {
        var journals = await Task.WhenAll(nodes.Select(node => node.JournalsAsync()));
        var digests = await Task.WhenAll(nodes.Select(async node => (await node.StatusAsync()).FrontierDigest));
        var reports = await Task.WhenAll(nodes.Select(node => node.VerifyAsync()));

        Assert.All(journals, held => Assert.Equal(journals[0], held));
        Assert.Single(digests.Distinct());
        Assert.All(reports, report => Assert.Equal("", string.Join(" ", report.Problems)));
        Assert.All(reports, report => Assert.Equal(journals[0].Count, (int)report.Journals));
        Assert.All(reports, report => Assert.Equal(journals[0].Aggregate(0UL, (sum, journal) => sum + journal.Size), report.Entries));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        foreach (var node in _nodes)
            Print($"\n==== {node.Name}, the last {PrintedLines} lines\n{node.Lines.Tail(PrintedLines)}");
        _folder.Delete(recursive: true);
    }

    private static async Task<bool> ConnectedAsync(NodeProcess node, NodeProcess peer) =>
        await node.FindPeerAsync(peer) is { State: PeerState.Syncing or PeerState.UpToDate };
}
