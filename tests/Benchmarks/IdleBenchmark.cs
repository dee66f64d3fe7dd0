using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>What two peers say to each other while nothing happens.</summary>
internal static class IdleBenchmark
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(string program)
    {
        FigureTable.Begin($"idle: a pair of peers, watched for {Watched.TotalMinutes:N0} minutes");
        using var folder = new TemporaryFolder();
        await using var origin = await RunningNode.StartAsync(program, Path.Combine(folder.Path, "origin"));
        await using var peer = await RunningNode.StartAsync(program, Path.Combine(folder.Path, "peer"));
        await origin.SetUpAsync("Origin", "Paris");
        await peer.SetUpAsync("Peer", "Rome");
        using var relay = new Relay(origin.Address);
        var invitation = await origin.Operator.CreateInvitationAsync(new CreateInvitationRequest { Address = relay.Address }, origin.Token);
        await peer.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = invitation.Invitation }, peer.Token);
        await Task.Delay(Settling, TimeProvider.System);
        var before = relay.Bytes;
        if (before == 0)
            throw new InvalidOperationException("The peer did not call through the relay.");
        await Task.Delay(Watched, TimeProvider.System);
        FigureTable.Row("bytes above TCP, both ways", (relay.Bytes - before) / Watched.TotalMinutes, "B/min");
    }
}
