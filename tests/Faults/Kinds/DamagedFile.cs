using OuiShare.Federation.Faults.Nodes;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>
/// A file of a node is damaged while the node does not run. It refuses to start with a sentence, or starts, tells it, and repairs it from
/// its peers. Afterwards the file from before is put back, as an admin would who has a backup.
/// </summary>
/// <param name="name">The fault's name.</param>
/// <param name="file">The file's name in the node's folder; or a folder's there, of which one file is damaged.</param>
/// <param name="damage">What is done to it; returns where, and whether somebody must be told.</param>
internal sealed class DamagedFile(string name, string file, Func<string, Random, DamageDone> damage) : IFault
{
    /// <summary>
    /// What is noticed at the start is told by then. A node's own slow check comes minutes later, too late for a fault run: so now an admin asks
    /// for a verification.
    /// </summary>
    private static readonly TimeSpan AloneLimit = TimeSpan.FromSeconds(4);

    /// <summary>A node of some hundred events is verified in a second.</summary>
    private static readonly TimeSpan VerifyLimit = TimeSpan.FromSeconds(20);

    /// <summary>What a verification found is in <c>status</c> at once.</summary>
    private static readonly TimeSpan AfterVerify = TimeSpan.FromSeconds(3);

    private const int NewEvents = 3;

    public string Name => name;

    public string? CannotBecause => null;

    private bool IsLog => file.EndsWith("-wal", StringComparison.Ordinal);

    public async Task StrikeAsync(Scene scene)
    {
        // Arles, which has the calendars: each of its tables has the most rows.
        var victim = scene.Network.Nodes[0];
        // So that there is something in the log.
        await scene.Load.PublishAsync(victim, NewEvents);
        await scene.SettleAsync();
        var watch = await ProblemWatch.BeginAsync(scene.Round, [victim]);
        // A clean stop moves the log into the database, whose pages then are what the node reads.
        if (IsLog)
            await victim.KillAsync();
        else
            await victim.StopAsync();
        var healthy = Path.Combine(scene.Network.Folder, "healthy");
        Folders.Copy(victim.Folder, healthy);
        var done = damage(Path.Combine(victim.Folder, file), scene.Random);
        (scene.Round.Where, scene.Round.MustBeTold) = ($"{victim.Name}: {done.Where}", done.MustBeTold);

        watch.Restart();
        var outcome = await victim.TryStartAsync();
        scene.Round.Remedy = async () =>
        {
            await victim.StopAsync();
            await PutBackAsync(scene, victim, healthy, watch);
        };
        if (outcome is StartOutcome.Ended(var end))
        {
            watch.Hear(victim, end);
            scene.Round.Remedy = null;
            await PutBackAsync(scene, victim, healthy, watch);
            return;
        }

        if (outcome is StartOutcome.Unready(var why))
            scene.Round.Complain($"{victim.Name} runs and is not ready: {why}");
        if (done.MustBeTold && !await watch.UntilToldAsync(AloneLimit, scene.Cancellation, victim))
            await VerifyAsync(scene, victim, watch);
        else
            await watch.UntilToldAsync(watch.Elapsed, scene.Cancellation, victim);
    }

    // What the answer says is read by whoever asked; what was found must be in status too, for everybody else.
    private static async Task VerifyAsync(Scene scene, NodeProcess victim, ProblemWatch watch)
    {
        try
        {
            var report = await victim.VerifyAsync().WaitAsync(VerifyLimit, TimeProvider.System, scene.Cancellation);
            if (!await watch.UntilToldAsync(watch.Elapsed + AfterVerify, scene.Cancellation, victim) && report.ProblemCount > 0)
                scene.Round.Complain($"only verify told: {report.Problems[0]}");
        }
        catch (Exception e) when (e is Grpc.Core.RpcException or TimeoutException)
        {
            scene.Round.Complain($"verify failed: {(e is Grpc.Core.RpcException rpc ? rpc.Status.Detail : e.Message)}");
            await watch.UntilToldAsync(watch.Elapsed + AfterVerify, scene.Cancellation, victim);
        }
    }

    private static async Task PutBackAsync(Scene scene, NodeProcess victim, string healthy, ProblemWatch watch)
    {
        Folders.Restore(healthy, victim.Folder);
        Directory.Delete(healthy, recursive: true);
        await scene.StartAsync(victim, watch);
    }
}

/// <summary>What was done to a file.</summary>
/// <param name="Where">Where, in words.</param>
/// <param name="MustBeTold">False: nothing could notice it, or the node may make the file anew in silence.</param>
internal sealed record DamageDone(string Where, bool MustBeTold);
