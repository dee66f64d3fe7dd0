using System.Diagnostics;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>Stores what a peer brought, unless it is more than this node takes.</summary>
internal static class PeerIntake
{
    /// <summary>On disk when the task completes. What is verified is worth keeping, whatever becomes of the connection: nothing cancels it.</summary>
    public static async Task<StoreResult> StoreAsync(PeerSessionParts parts, Effect.Store store)
    {
        ActivityContext.TryParse(store.Traceparent, traceState: null, isRemote: true, out var cause);
        using var activity = Hosting.Telemetry.StartFrom("journal receive", cause);
        if (parts.Intake.Take(store.Range, store.Peer) is { } tooMuch)
            return new StoreResult.TooMuch(tooMuch);
        var carriedBy = store.Peer == store.Range.Journal.Origin ? (Origin?)null : store.Peer;
        try
        {
            var result = await parts.Replicas.StoreAsync(store.Range, carriedBy, CancellationToken.None);
            if (result is not StoreResult.Stored)
                parts.Intake.GiveBack(store.Range, store.Peer);
            return result;
        }
        catch (Exception e) when (e is StorageUnavailableException or OperationCanceledException)
        {
            parts.Intake.GiveBack(store.Range, store.Peer);
            return new StoreResult.Failed();
        }
    }
}
