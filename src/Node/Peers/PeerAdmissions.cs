using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>Whether a node that proved its key is a peer, or becomes one by its invitation.</summary>
internal static class PeerAdmissions
{
    /// <summary>Why the node is refused; null: it is a peer. A good invitation is used up by this.</summary>
    public static async Task<PeerRefusal?> RefusalAsync(PeerSessionParts parts, Effect.AskAdmission ask, CancellationToken cancellationToken)
    {
        var known = parts.Database.Read(session => PeerTable.Find(session, ask.Peer));
        if (parts.RunTwice.IsProven)
            return new PeerRefusal(GoodbyeReason.Internal, "This node's data folder is run twice; it talks to nobody until its admin has stopped one of the two.");
        if (known is { State: PeerAdmission.Blocked } || parts.Register.IsBlocked(ask.Peer))
            return new PeerRefusal(GoodbyeReason.Blocked, "This chapter's admin blocked you.");
        if (known is { State: PeerAdmission.Paused })
            return new PeerRefusal(GoodbyeReason.Paused, "This chapter's admin paused the exchange.");
        if (known is null && ask.Invitation is null)
            return new PeerRefusal(GoodbyeReason.NotAPeer, "You are not a peer of this chapter. Ask its admin for an invitation.");
        if (ask.Invitation is { } claim && known is not { State: PeerAdmission.Active }
            && !(parts.Invitations.IsGood(claim) && await parts.Invitations.RedeemAsync(claim, ask.Peer, ask.Hello, cancellationToken)))
        {
            return new PeerRefusal(GoodbyeReason.InvitationRefused, "The invitation is unknown, used up or expired. Ask the admin for a new one.");
        }

        return null;
    }
}

/// <summary>Why a node is refused.</summary>
/// <param name="Reason">For its program.</param>
/// <param name="Sentence">For its admin.</param>
/// <param name="Other">What another process with its key signed; null: there is none.</param>
internal sealed record PeerRefusal(GoodbyeReason Reason, string Sentence, Alive? Other = null);
