using OuiShare.Federation.Faults.Nodes;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>
/// A chapter's newest events are on its peers; the peers are away, and the node starts from older data, as a rolled-back virtual machine
/// does: it lost its write-ahead log, or has an older copy of its folder. It publishes, and then its peers return. The chapter gets its
/// own events back, and reads what happened.
/// </summary>
/// <param name="losesLog">False: an older copy of the folder.</param>
internal sealed class RollBack(bool losesLog) : IFault
{
    private const int MostEvents = 15;
    private static readonly TimeSpan ToldLimit = TimeSpan.FromSeconds(30);

    public string Name => losesLog ? "rollback-wal" : "rollback-copy";

    public string? CannotBecause => null;

    public async Task StrikeAsync(Scene scene)
    {
        var victim = scene.AnyNode();
        var peers = scene.Network.Except(victim);
        var (lost, written) = (1 + scene.Random.Next(MostEvents), 1 + scene.Random.Next(MostEvents));
        scene.Round.Where = $"{victim.Name} loses {lost} events that its peers have, and writes {written} while they are away";
        await scene.SettleAsync();
        // A clean stop moves the log into the database: what is in the log afterwards is new.
        await victim.StopAsync();
        var older = Path.Combine(scene.Network.Folder, "older");
        Folders.Copy(victim.Folder, older);
        await victim.StartAsync();
        await scene.Load.PublishAsync(victim, lost);
        await scene.SettleAsync();
        foreach (var peer in peers)
            await peer.StopAsync();
        await victim.KillAsync();
        if (losesLog)
            DeleteLog(victim.Folder);
        else
            Folders.Restore(older, victim.Folder);

        await victim.StartAsync();
        await scene.Load.PublishAsync(victim, written);
        // What is told before the peers are back is that they are away.
        var watch = await ProblemWatch.BeginAsync(scene.Round, [victim], withCounts: true);
        foreach (var peer in peers)
            await scene.StartAsync(peer, watch);
        watch.Restart();
        await Task.WhenAll(scene.Network.Nodes.Select(node => node.CallPeersAsync()));
        await watch.UntilToldAsync(ToldLimit, scene.Cancellation, victim);
        Directory.Delete(older, recursive: true);
    }

    private static void DeleteLog(string folder)
    {
        File.Delete(Path.Combine(folder, "node.db-wal"));
        File.Delete(Path.Combine(folder, "node.db-shm"));
    }
}
