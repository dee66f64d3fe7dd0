using OuiShare.Federation.Faults.Checking;
using OuiShare.Federation.Faults.Nodes;

namespace OuiShare.Federation.Faults.Kinds;

/// <summary>What a fault has to do with: nodes under load, chance from the run's seed, and where it notes what happens.</summary>
internal sealed record Scene(FaultNetwork Network, Random Random, Round Round, CancellationToken Cancellation)
{
    public EventLoad Load => Network.Load;

    /// <summary>One of the nodes, by chance.</summary>
    public NodeProcess AnyNode() => Network.Nodes[Random.Next(Network.Nodes.Count)];

    /// <summary>Waits for a time between two bounds, by chance.</summary>
    public Task WaitAsync(TimeSpan atLeast, TimeSpan atMost) => Task.Delay(atLeast + ((atMost - atLeast) * Random.NextDouble()), TimeProvider.System, Cancellation);

    /// <summary>Waits until all nodes hold the same, with the load paused: the fault needs a known beginning.</summary>
    public async Task SettleAsync()
    {
        if (await Network.SettleAsync(Cancellation) is { } difference)
            throw new InvalidOperationException($"Before the fault {difference}.");
    }

    /// <summary>Starts a node that must start.</summary>
    public async Task StartAsync(NodeProcess node, ProblemWatch watch)
    {
        switch (await node.TryStartAsync())
        {
            case StartOutcome.Ended(var end):
                watch.Hear(node, end);
                Round.Complain($"{node.Name} does not start again");
                break;
            case StartOutcome.Unready(var why):
                Round.Complain($"{node.Name} is not ready again: {why}");
                break;
        }
    }
}
