using System.Diagnostics;
using OuiShare.Federation.Faults.Checking;
using OuiShare.Federation.Faults.Damage;
using OuiShare.Federation.Faults.Disks;
using OuiShare.Federation.Faults.Kinds;
using OuiShare.Federation.Faults.Nodes;
using OuiShare.Federation.Faults.Reporting;

namespace OuiShare.Federation.Faults;

/// <summary>
/// Rounds of one fault each, on one network under load, until the time is up. After each, everything that was acknowledged is looked for on
/// every node. A network that is not as it must be is thrown away, so that no round pays for another.
/// </summary>
internal sealed class FaultRun(FaultOptions options, string folder, CancellationToken cancellationToken)
{
    /// <summary>With more, looking for all of them after each round would take longer than the faults.</summary>
    private const int MostWritten = 2_000;

    /// <summary>From the time when all nodes hold the same until each shows every event again.</summary>
    private static readonly TimeSpan ReturnLimit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    // A killed process would leave its debugger's pipes among the system's temporary files.
    private readonly Dictionary<string, string> _environment = new() { ["DOTNET_EnableDiagnostics"] = "0" };
    private FaultNetwork? _network;
    private int _networks;

    /// <summary>Runs, and reports also when it is broken off.</summary>
    /// <exception cref="ArgumentException">A fault was named that does not exist.</exception>
    public async Task<FaultReport> RunAsync()
    {
        if (options.WithoutFsync)
            _environment["LD_PRELOAD"] = await NoFsync.MakeAsync(folder);
        var all = AllFaults.Of(await ReadTablesAsync());
        var unknown = options.UnknownOf([.. all.Select(fault => fault.Name)]).ToList();
        if (unknown.Count > 0)
            throw new ArgumentException($"There is no fault {string.Join(", ", unknown)}. There are {string.Join(", ", all.Select(fault => fault.Name))}.");

        var wanted = all.Where(fault => options.Includes(fault.Name)).ToList();
        var report = new FaultReport(options, wanted);
        var possible = wanted.Where(fault => fault.CannotBecause is null).ToList();
        if (possible.Count == 0)
            return report;
        try
        {
            await RunRoundsAsync(possible, report);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C reaches the nodes too, so that whatever was asked of them fails.
            report.BrokenOff = "the run was stopped";
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or TimeoutException or Grpc.Core.RpcException)
        {
            // Rounds catch their own failures: this is a new network that could not be made.
            report.BrokenOff = $"the run broke off: {e.Message}";
        }
        finally
        {
            await DropNetworkAsync();
        }

        return report;
    }

    private async Task RunRoundsAsync(IReadOnlyList<IFault> faults, FaultReport report)
    {
        var schedule = new Schedule([.. faults.Select(fault => fault.Name)], options.Seed);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < options.Time)
        {
            _network ??= await FaultNetwork.StartAsync(
                Path.Combine(folder, $"network-{++_networks}"), options.Seed + _networks, _environment, cancellationToken);
            var (name, number, random) = schedule.Next();
            var round = new Round(name, number, _network.Folder);
            var took = Stopwatch.StartNew();
            await RunRoundAsync(faults.Single(fault => fault.Name == name), new Scene(_network, random, round, cancellationToken));
            round.Took = took.Elapsed;
            report.Add(round);
            if (!round.IsRight && options.Logs is { } logs)
                await KeepLogsAsync(_network, round, logs);
            if (!round.IsRight || _network.Load.Written.Count > MostWritten)
                await DropNetworkAsync();
        }
    }

    // The loop's edge: whatever breaks a round off is the round's result, and the run goes on with new nodes.
    private static async Task RunRoundAsync(IFault fault, Scene scene)
    {
        try
        {
            scene.Load.Resume(scene.Network.Nodes);
            await fault.StrikeAsync(scene);
            await LookAsync(scene);
            if (scene.Round is { IsRight: true, Remedy: { } remedy })
                await remedy();
        }
        catch (Exception e) when (!scene.Cancellation.IsCancellationRequested)
        {
            scene.Round.Complain($"the round broke off: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static async Task LookAsync(Scene scene)
    {
        var (network, round) = (scene.Network, scene.Round);
        var difference = await network.SettleAsync(scene.Cancellation);
        round.AreRootsEqual = difference is null;
        if (difference is not null)
            round.Complain($"in the end {difference}");
        foreach (var node in network.Nodes.Where(node => node.HasEnded))
        {
            var end = await node.EndAsync();
            round.Complain($"{node.Name} ended with {end.ExitCode} after it had started: {end.LastWords}");
        }

        foreach (var node in network.Nodes)
            await LookAsync(scene, node);
    }

    // A text that was damaged comes back from a peer by itself, and that may take a moment.
    private static async Task LookAsync(Scene scene, NodeProcess node)
    {
        var watch = Stopwatch.StartNew();
        var lost = scene.Network.Load.Written;
        while (true)
        {
            lost = HistoryChecker.FindLost(lost, await node.LookForAsync(lost));
            if (lost.Count == 0)
                return;
            if (watch.Elapsed > ReturnLimit || !node.IsRunning)
                break;
            await Task.Delay(LookAgainAfter, TimeProvider.System, scene.Cancellation);
        }

        var own = lost.Where(gone => gone.Origin == node.Origin).ToList();
        scene.Round.Lost += own.Count;
        if (own.Count > 0)
            scene.Round.Complain($"{node.Name} does not show {own.Count} of its own events, such as {own[0].Name}");
        if (lost.FirstOrDefault(gone => gone.Origin != node.Origin) is { } other)
            scene.Round.Complain($"{node.Name} does not show {lost.Count - own.Count} events of others, such as {other.Name}");
    }

    private static async Task KeepLogsAsync(FaultNetwork network, Round round, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var node in network.Nodes)
            await File.WriteAllLinesAsync(Path.Combine(folder, $"{round.Fault}-{round.Number}-{node.Name}.log"), node.Lines.All);
    }

    private async Task DropNetworkAsync()
    {
        if (_network is not { } network)
            return;
        _network = null;
        await network.DisposeAsync();
    }

    // A node's own database says which tables there are, so that a table of tomorrow is not forgotten.
    private async Task<IReadOnlyList<string>> ReadTablesAsync()
    {
        var node = new NodeProcess("Sample", Path.Combine(folder, "sample"), _environment);
        try
        {
            await node.StartAsync();
            await node.StopAsync();
            return [.. SqliteFile.Read(Path.Combine(node.Folder, "node.db")).Trees().Where(tree => tree.IsTable).Select(tree => tree.Name).Order(StringComparer.Ordinal)];
        }
        finally
        {
            await node.KillAsync();
            await node.DisposeAsync();
        }
    }
}
