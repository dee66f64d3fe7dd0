using System.Diagnostics;
using OuiShare.Federation.Faults.Checking;
using OuiShare.Federation.Faults.Disks;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Faults.Nodes;

/// <summary>Three nodes in a chain under load: Arles on an ext4 disk of its own, Bastia on XFS, Cannes on the machine's disk.</summary>
internal sealed class FaultNetwork : IAsyncDisposable
{
    /// <summary>Nodes that can reach each other hold the same within seconds, when those that are away are called at once.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>How often peers that are away are called meanwhile.</summary>
    private static readonly TimeSpan CallInterval = TimeSpan.FromSeconds(3);

    /// <summary>Together more than 256 events: fewer make no Merkle subtree that is kept.</summary>
    private static readonly string[] ImportedCalendars = ["paris.ics", "london.ics", "rome.ics"];

    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Dictionary<NodeProcess, LoopDisk> _disks = [];
    private readonly List<NodeProcess> _nodes = [];
    private EventLoad? _load;

    private FaultNetwork(string folder, IReadOnlyDictionary<string, string> environment) => (_folder, _environment) = (folder, environment);

    public IReadOnlyList<NodeProcess> Nodes => _nodes;

    public EventLoad Load => _load!;

    /// <summary>For what a fault keeps beside the nodes' folders; on another file system than nodes that have a disk of their own.</summary>
    public string Folder => _folder;

    /// <summary>Makes disks, as far as this process may, and nodes; joins them.</summary>
    /// <param name="folder">An empty folder; it is gone when the network is.</param>
    /// <param name="seed">Of what is written.</param>
    /// <param name="environment">Variables of the nodes' processes.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<FaultNetwork> StartAsync(
        string folder, int seed, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var network = new FaultNetwork(folder, environment);
        var isStarted = false;
        try
        {
            await network.AddAsync("Arles", "ext4");
            await network.AddAsync("Bastia", "xfs");
            await network.AddAsync("Cannes", fileSystem: null);
            await Task.WhenAll(network.Nodes.Select(SetUpAsync));
            await JoinAsync(network.Nodes[0], network.Nodes[1]);
            await JoinAsync(network.Nodes[1], network.Nodes[2]);
            foreach (var calendar in ImportedCalendars)
                await network.Nodes[0].ImportAsync(Path.Combine(Programs.Calendars, calendar));
            network._load = new EventLoad(network.Nodes, seed);
            if (await network.SettleAsync(cancellationToken) is { } difference)
                throw new InvalidOperationException($"A new network did not settle: {difference}.");
            isStarted = true;
            return network;
        }
        finally
        {
            if (!isStarted)
                await network.DisposeAsync();
        }
    }

    /// <summary>The disk of a node; null when it has none of its own.</summary>
    public LoopDisk? DiskOf(NodeProcess node) => _disks.GetValueOrDefault(node);

    /// <summary>One more process, on a folder that exists, which is none of the network's nodes; whoever starts it ends it.</summary>
    public NodeProcess NodeOn(string name, string folder) => new(name, folder, _environment);

    /// <summary>All nodes but this one.</summary>
    public IReadOnlyList<NodeProcess> Except(NodeProcess node) => [.. _nodes.Where(other => other != node)];

    /// <summary>Pauses the load and waits until all nodes hold the same.</summary>
    /// <returns>How they differ when they still do at the end of its time; null: they do not.</returns>
    public async Task<string?> SettleAsync(CancellationToken cancellationToken)
    {
        await Load.PauseAsync(Nodes);
        var (watch, calls) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        while (true)
        {
            var difference = await DifferenceAsync();
            // A node that does not run does not come back by itself.
            if (difference is null || watch.Elapsed > SettleLimit || Nodes.Any(node => !node.IsRunning))
                return difference;
            if (calls.Elapsed > CallInterval)
            {
                await Task.WhenAll(Nodes.Where(node => node.IsRunning).Select(node => node.CallPeersAsync()));
                calls.Restart();
            }

            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_load is not null)
            await _load.DisposeAsync();
        foreach (var node in _nodes)
        {
            // A frozen or damaged node would take its time to stop.
            await node.KillAsync();
            await node.DisposeAsync();
        }

        foreach (var disk in _disks.Values)
            await disk.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AddAsync(string name, string? fileSystem)
    {
        var folder = Path.Combine(_folder, name);
        LoopDisk? disk = null;
        if (fileSystem is not null && SystemCalls.IsRoot && Commands.Find("mkfs." + fileSystem) is not null)
            disk = await LoopDisk.MakeAsync(fileSystem, Path.Combine(_folder, name + ".image"), folder);
        var node = NodeOn(name, folder);
        _nodes.Add(node);
        if (disk is not null)
            _disks[node] = disk;
    }

    private static async Task SetUpAsync(NodeProcess node)
    {
        await node.StartAsync();
        await node.Operator.SetUpAsync(new SetUpRequest { ChapterName = node.Name, Place = "Paris, FR", Languages = { "en" }, AdminName = "Ada" });
    }

    private static async Task JoinAsync(NodeProcess inviting, NodeProcess joining)
    {
        var invitation = await inviting.Operator.CreateInvitationAsync(new CreateInvitationRequest { Address = inviting.Address });
        await joining.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = invitation.Invitation });
    }

    private async Task<string?> DifferenceAsync()
    {
        if (Nodes.FirstOrDefault(node => !node.IsRunning) is { } stopped)
            return $"{stopped.Name} does not run";
        try
        {
            if (HistoryChecker.FindDifference(await Task.WhenAll(Nodes.Select(node => node.HeldAsync()))) is { } difference)
                return difference;
            var states = await Task.WhenAll(Nodes.Select(node => node.Operator.GetStatusAsync(new GetStatusRequest(), deadline: NodeLooks.Deadline()).ResponseAsync));
            // Equal because nobody was told yet of what is new is not settled.
            return states.All(state => state.ConnectedPeers == state.Peers && state.SearchLagEntries == 0) ? null : "not all peers are connected, or search lags behind";
        }
        catch (Grpc.Core.RpcException e)
        {
            return $"a node does not answer: {e.Status.Detail}";
        }
    }
}
