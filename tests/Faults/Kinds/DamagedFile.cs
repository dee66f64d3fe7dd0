using OuiShare.Federation.Faults.Nodes;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>
/// A file of a node is damaged while the node does not run. It refuses to start with a sentence, or starts, tells it, and repairs it from
/// its peers. Afterwards the file from before is put back, as an admin would who has a backup.
/// </summary>
/// <param name="name">The fault's name.</param>
/// <param name="file">The file's name in the node's folder.</param>
/// <param name="damage">What is done to it; returns where, and whether somebody must be told.</param>
internal sealed class DamagedFile(string name, string file, Func<string, Random, DamageDone> damage) : IFault
{
    /// <summary>A node of some hundred events can be read through in a second; an admin who is told at the end of a day is told too late.</summary>
    private static readonly TimeSpan ToldLimit = TimeSpan.FromSeconds(10);

    /// <summary>What <c>verify</c> found is in <c>status</c> at once.</summary>
    private static readonly TimeSpan AfterVerify = TimeSpan.FromSeconds(3);

    private const int NewEvents = 3;

    public string Name => name;

    public string? CannotBecause => null;

    private bool IsLog => file.EndsWith("-wal", StringComparison.Ordinal);

    public async Task StrikeAsync(Scene scene)
    {
        // Arles, which has the calendars: each of its tables has the most rows.
        var victim = scene.Network.Nodes[0];
        await scene.SettleAsync();
        // So that there is a log; and in the other files, what only this node may know.
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
        if (!await watch.UntilToldAsync(ToldLimit, scene.Cancellation, victim))
            await VerifyAsync(scene, victim, watch);
    }

    // An admin who suspects something asks for a verification. That is not being told; but then it must be seen in status too.
    private static async Task VerifyAsync(Scene scene, NodeProcess victim, ProblemWatch watch)
    {
        try
        {
            var report = await victim.VerifyAsync().WaitAsync(ToldLimit, TimeProvider.System, scene.Cancellation);
            if (report.ProblemCount == 0)
                return;
            if (!await watch.UntilToldAsync(ToldLimit + AfterVerify + ToldLimit, scene.Cancellation, victim))
                scene.Round.Complain($"only verify told: {report.Problems[0]}");
        }
        catch (Exception e) when (e is Grpc.Core.RpcException or TimeoutException)
        {
            scene.Round.Complain($"verify failed: {(e is Grpc.Core.RpcException rpc ? rpc.Status.Detail : e.Message)}");
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
