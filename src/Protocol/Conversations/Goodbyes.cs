using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>How a node parts: it says why, in words that are clean and short, and hangs up.</summary>
internal static class Goodbyes
{
    /// <summary>The effects of parting.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="detail">Why, in a sentence for the peer's admin.</param>
    /// <param name="other">What another process with the peer's key signed; null: there is none.</param>
    public static IReadOnlyList<Effect> Say(GoodbyeReason reason, string detail, Alive? other)
    {
        var clean = PeerText.Clean(detail, Limits.DetailLength);
        return
        [
            new Effect.Send(new SyncMessage { Goodbye = new Goodbye { Reason = reason, Detail = clean, Other = other } }),
            new Effect.HangUp(reason, clean, ByPeer: false),
        ];
    }
}
