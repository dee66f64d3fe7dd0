using OuiShare.Federation.Faults.Disks;
using OuiShare.Federation.Faults.Nodes;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>SIGKILL under load. Its peers say that it is away.</summary>
internal sealed class Kill : IFault
{
    /// <summary>The design promises that an admin learns of a dead peer within 10 s; twice that here, to tell late from never.</summary>
    internal static readonly TimeSpan PeerLimit = TimeSpan.FromSeconds(20);

    public string Name => "kill";

    public string? CannotBecause => null;

    public async Task StrikeAsync(Scene scene)
    {
        var victim = scene.AnyNode();
        scene.Round.Where = victim.Name;
        var watch = await ProblemWatch.BeginAsync(scene.Round, scene.Network.Except(victim), withAbsences: true);
        scene.Load.Resume([victim], isBurst: true);
        await scene.WaitAsync(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(2));

        await victim.KillAsync();
        watch.Restart();
        scene.Load.Resume([victim]);
        await watch.UntilToldAsync(PeerLimit, scene.Cancellation, scene.Network.Except(victim));
        await scene.StartAsync(victim, watch);
    }
}

/// <summary>SIGKILL under load, and again at random moments of the starts that follow.</summary>
internal sealed class KillWhileStarting : IFault
{
    private const int MostKills = 3;

    public string Name => "kill-start";

    public string? CannotBecause => null;

    public async Task StrikeAsync(Scene scene)
    {
        var victim = scene.AnyNode();
        var watch = await ProblemWatch.BeginAsync(scene.Round, scene.Network.Except(victim), withAbsences: true);
        scene.Load.Resume([victim], isBurst: true);
        await scene.WaitAsync(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1));
        await victim.KillAsync();
        watch.Restart();
        scene.Load.Resume([victim]);
        await watch.UntilToldAsync(Kill.PeerLimit, scene.Cancellation, scene.Network.Except(victim));

        var kills = 1 + scene.Random.Next(MostKills);
        scene.Round.Where = $"{victim.Name}, killed in {kills} starts";
        for (var i = 0; i < kills; i++)
        {
            victim.Launch();
            await scene.WaitAsync(TimeSpan.FromSeconds(0.05), TimeSpan.FromSeconds(4));
            await victim.KillAsync();
        }

        await scene.StartAsync(victim, watch);
    }
}

/// <summary>
/// A process stands still for a while, as on a machine that sleeps or a virtual one that is moved. Its peers say so once it has been silent
/// for longer than the protocol allows.
/// </summary>
internal sealed class Freeze : IFault
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>From the end of the silence that the protocol allows until the peer's admin must be able to read of it.</summary>
    private static readonly TimeSpan ToldLimit = TimeSpan.FromSeconds(10);

    public string Name => "freeze";

    public string? CannotBecause => OperatingSystem.IsLinux() ? null : "signals are sent as Linux numbers them";

    public async Task StrikeAsync(Scene scene)
    {
        var victim = scene.AnyNode();
        var others = scene.Network.Except(victim);
        var time = Shortest + ((Longest - Shortest) * scene.Random.NextDouble());
        scene.Round.Where = $"{victim.Name} for {time.TotalSeconds:0} s";
        scene.Round.MustBeTold = time > Limits.SilenceTime + ToldLimit;
        var watch = await ProblemWatch.BeginAsync(scene.Round, others, withAbsences: true);
        var started = TimeProvider.System.GetTimestamp();

        SystemCalls.Freeze(victim.ProcessId);
        watch.Restart();
        await watch.UntilToldAsync(time, scene.Cancellation, others);
        var left = time - TimeProvider.System.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, TimeProvider.System, scene.Cancellation);
        SystemCalls.Thaw(victim.ProcessId);
    }
}
