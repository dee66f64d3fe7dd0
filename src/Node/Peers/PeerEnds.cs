using Grpc.Core;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>What the end of a session means for the next call, and its sentence for the admin.</summary>
internal static class PeerEnds
{
    /// <summary>The end that a goodbye of either side makes.</summary>
    public static PeerEnd After(string sessionId, Effect.HangUp hangUp) =>
        new(sessionId, ReasonOf(hangUp.Reason), hangUp.ByPeer ? $"The peer hung up: {hangUp.Detail}" : hangUp.Detail);

    /// <summary>The end of a connection that nobody said goodbye on.</summary>
    public static PeerEnd Broken(string sessionId, string sentence = "The connection broke.") => new(sessionId, PeerEndReason.Unreachable, sentence);

    /// <summary>Why a connection broke, in words.</summary>
    public static string SentenceOf(RpcException e) => e.StatusCode switch
    {
        StatusCode.Unavailable => "The node does not answer at its address.",
        StatusCode.ResourceExhausted => "A message was larger than the protocol allows.",
        StatusCode.Cancelled => "The connection was closed.",
        _ => $"The connection failed ({e.StatusCode}).",
    };

    private static PeerEndReason ReasonOf(GoodbyeReason reason) => reason switch
    {
        GoodbyeReason.AlreadyConnected => PeerEndReason.Superseded,
        GoodbyeReason.Stopping or GoodbyeReason.Internal => PeerEndReason.PeerStopping,
        GoodbyeReason.Timeout => PeerEndReason.Unreachable,
        GoodbyeReason.WrongNode => PeerEndReason.WrongNode,
        GoodbyeReason.NotAPeer or GoodbyeReason.InvitationRefused or GoodbyeReason.Paused or GoodbyeReason.Blocked or GoodbyeReason.SameKey or GoodbyeReason.NoCommonVersion => PeerEndReason.Refused,
        _ => PeerEndReason.Violation,
    };
}
