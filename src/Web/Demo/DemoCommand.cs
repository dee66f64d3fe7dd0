using System.Runtime.InteropServices;
using Grpc.Core;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Demo;

/// <summary>Shows a network in one command: three chapters in three processes, with sample events, joined.</summary>
/// <remarks>
/// 1. Start the nodes and wait until they are ready.
/// 2. Set each up from its sample and publish its events.
/// 3. Join them in a chain, so that what Barcelona publishes reaches Paris through Rome.
/// 4. Wait until all three hold the same, and print their addresses.
/// 5. On Ctrl-C stop all three. When this process dies they stop by themselves.
/// </remarks>
internal static class DemoCommand
{
    private static readonly string[] Chapters = ["paris", "rome", "barcelona"];

    /// <summary>Runs until Ctrl-C, SIGTERM, or the end of one of the nodes.</summary>
    /// <exception cref="StartRefusedException">A node did not start or could not be set up.</exception>
    public static async Task RunAsync(TimeProvider time)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        Console.WriteLine("Starting three chapters...");
        await using var network = DemoNetwork.Start(Chapters, time);
        try
        {
            var addresses = await network.WaitUntilReadyAsync(stop.Token);
            await DemoSetUp.RunAsync(network.Nodes, addresses, time, stop.Token);
            Console.WriteLine();
            foreach (var (node, address) in network.Nodes.Zip(addresses))
                Console.WriteLine($"  {TitleOf(node.Name),-10} {address}");
            Console.WriteLine();
            Console.WriteLine("Every chapter shows the events of all three. Ctrl-C stops them.");

            var ended = await Task.WhenAny([.. network.Nodes.Select(node => node.Exited), Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token)]);
            if (!stop.IsCancellationRequested && ended.IsCompleted)
                Console.WriteLine("A node has ended; stopping the others.");
        }
        catch (Exception e) when (stop.IsCancellationRequested && e is (OperationCanceledException or RpcException or StartRefusedException))
        {
            // Stopped before all was ready: nothing to say, only to clean up. A terminal's Ctrl-C reaches the nodes as well, which then no
            // longer answer.
        }

        Console.WriteLine("Stopping...");

        void Stop(PosixSignalContext signal)
        {
            // The default would end this process before its nodes.
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static string TitleOf(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
