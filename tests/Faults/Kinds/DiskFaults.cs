using System.Diagnostics;
using Grpc.Core;
using OuiShare.Federation.Faults.Checking;
using OuiShare.Federation.Faults.Disks;
using OuiShare.Federation.Faults.Nodes;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>
/// The power of a node's disk is cut under load: what was not synced is gone. Half of the times the process is killed at once, as by the
/// same cut; else it goes on above a disk that takes nothing, and must end by itself with a sentence.
/// </summary>
/// <param name="fileSystem">"ext4" or "xfs".</param>
internal sealed class PowerCut(string fileSystem) : IFault
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    public string Name => $"power-{fileSystem}";

    public string? CannotBecause => IFault.WhyNoDisk(fileSystem);

    public async Task StrikeAsync(Scene scene)
    {
        var victim = scene.Network.Nodes[fileSystem == "ext4" ? 0 : 1];
        var disk = scene.Network.DiskOf(victim)!;
        var others = scene.Network.Except(victim);
        var isKilled = scene.Random.Next(2) == 0;
        scene.Round.Where = $"{victim.Name}, {(isKilled ? "killed with it" : "left running")}";
        var watch = await ProblemWatch.BeginAsync(scene.Round, scene.Network.Nodes, withAbsences: isKilled);
        scene.Load.Resume([victim], isBurst: true);
        await scene.WaitAsync(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(2));

        disk.CutPower();
        watch.Restart();
        scene.Load.Resume([victim]);
        if (isKilled)
        {
            await victim.KillAsync();
            await watch.UntilToldAsync(Kill.PeerLimit, scene.Cancellation, others);
        }
        else
        {
            await watch.UntilToldAsync(EndLimit, scene.Cancellation, victim);
            await victim.KillAsync();
        }

        await scene.Load.PauseAsync(victim);
        await disk.RestorePowerAsync();
        await StartAloneAsync(scene, victim, watch);
    }

    /// <summary>
    /// What the disk lost, peers would give back, and nobody would see that it was lost. So they stand still until the node was asked.
    /// </summary>
    private static async Task StartAloneAsync(Scene scene, NodeProcess victim, ProblemWatch watch)
    {
        var others = scene.Network.Except(victim);
        foreach (var other in others)
            SystemCalls.Freeze(other.ProcessId);
        try
        {
            await scene.StartAsync(victim, watch);
            if (!victim.IsRunning)
                return;
            var own = scene.Load.Written.Where(written => written.Origin == victim.Origin).ToList();
            var lost = HistoryChecker.FindLost(own, await victim.LookForAsync(own));
            scene.Round.Lost = lost.Count;
            if (lost.Count > 0)
                scene.Round.Complain($"{victim.Name}'s disk lost {lost.Count} acknowledged writes, such as {lost[0].Name}");
        }
        finally
        {
            foreach (var other in others)
                SystemCalls.Thaw(other.ProcessId);
        }
    }
}

/// <summary>A node's disk is full for a while, and has room again: writes are refused in words meanwhile, and then go on.</summary>
internal sealed class FullDisk : IFault
{
    /// <summary>While the write-ahead log is used again from its beginning, a full disk takes some writes more.</summary>
    private static readonly TimeSpan RefusalLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ToldLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public string Name => "full";

    public string? CannotBecause => IFault.WhyNoDisk("ext4");

    public async Task StrikeAsync(Scene scene)
    {
        var victim = scene.Network.Nodes[0];
        var disk = scene.Network.DiskOf(victim)!;
        scene.Round.Where = victim.Name;
        var watch = await ProblemWatch.BeginAsync(scene.Round, [victim]);
        disk.Fill();
        scene.Load.Resume([victim], isBurst: true);
        await UntilAsync(scene, victim, isTaken: false, RefusalLimit, "a full disk took every write for a minute");

        watch.Restart();
        scene.Load.Resume([victim]);
        await watch.UntilToldAsync(ToldLimit, scene.Cancellation, victim);
        disk.Free();
        if (!victim.IsRunning)
            await scene.StartAsync(victim, watch);
        await UntilAsync(scene, victim, isTaken: true, RecoveryLimit, "with room on the disk again, nothing can be published");
    }

    // The load alone would not do: its own requests may all be waiting.
    private static async Task UntilAsync(Scene scene, NodeProcess node, bool isTaken, TimeSpan limit, string otherwise)
    {
        var watch = Stopwatch.StartNew();
        while (await IsTakenAsync(scene, node) != isTaken)
        {
            if (watch.Elapsed > limit)
            {
                scene.Round.Complain($"{node.Name}: {otherwise}");
                return;
            }

            await Task.Delay(Pause, TimeProvider.System, scene.Cancellation);
        }
    }

    private static async Task<bool> IsTakenAsync(Scene scene, NodeProcess node)
    {
        try
        {
            await scene.Load.PublishAsync(node, 1);
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }
}
