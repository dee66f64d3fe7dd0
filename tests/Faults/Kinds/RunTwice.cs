using Grpc.Core;
using OuiShare.Federation.Faults.Nodes;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>
/// A copy of a node's folder is started beside the node, and both publish. Somebody is told, and what either acknowledged is not lost when
/// the copy is gone.
/// </summary>
internal sealed class RunTwice : IFault
{
    private const int MostEvents = 6;
    private static readonly TimeSpan ToldLimit = TimeSpan.FromSeconds(20);

    /// <summary>Time for both to hand on what they acknowledged, after somebody was told or should have been.</summary>
    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(5);

    public string Name => "twice";

    public string? CannotBecause => null;

    public async Task StrikeAsync(Scene scene)
    {
        var original = scene.AnyNode();
        await scene.SettleAsync();
        await original.StopAsync();
        var folder = Path.Combine(scene.Network.Folder, "copy");
        Folders.Copy(original.Folder, folder);
        await original.StartAsync();
        await scene.SettleAsync();

        var copy = scene.Network.NodeOn(original.Name + "-copy", folder);
        try
        {
            await StrikeAsync(scene, original, copy);
        }
        finally
        {
            await copy.KillAsync();
            await copy.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        // Both publish nothing more; the admin decides for the original by starting it anew.
        if (original.IsRunning)
            await original.StopAsync();
        await original.StartAsync();
    }

    private static async Task StrikeAsync(Scene scene, NodeProcess original, NodeProcess copy)
    {
        var watch = await ProblemWatch.BeginAsync(scene.Round, [.. scene.Network.Nodes, copy]);
        switch (await copy.TryStartAsync())
        {
            case StartOutcome.Ended(var end):
                scene.Round.Where = $"{original.Name}; the copy refused to start";
                watch.Hear(copy, end);
                return;
            case StartOutcome.Unready(var why):
                scene.Round.Where = $"{original.Name}; the copy is not ready: {why}";
                break;
        }

        watch.Restart();
        var (byOriginal, byCopy) = (1 + scene.Random.Next(MostEvents), 1 + scene.Random.Next(MostEvents));
        var (ofOriginal, ofCopy) = (0, 0);
        for (var i = 0; i < Math.Max(byOriginal, byCopy); i++)
        {
            ofOriginal += i < byOriginal && await IsPublishedAsync(scene, original) ? 1 : 0;
            ofCopy += i < byCopy && await IsPublishedAsync(scene, copy) ? 1 : 0;
        }

        scene.Round.Where = $"{original.Name}: it acknowledged {ofOriginal} of {byOriginal}, its copy {ofCopy} of {byCopy}";
        await watch.UntilToldAsync(ToldLimit, scene.Cancellation, [.. scene.Network.Nodes, copy]);
        await Task.Delay(HandOver, TimeProvider.System, scene.Cancellation);
    }

    // One of the two may refuse to write, and should.
    private static async Task<bool> IsPublishedAsync(Scene scene, NodeProcess node)
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
