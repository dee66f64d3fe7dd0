using Google.Protobuf;
using Grpc.Core;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>What the end of a session means for the next call, and what the admin reads about it.</summary>
internal static class PeerEnds
{
    /// <summary>Characters of a failure's own text that are kept.</summary>
    private const int MostDetail = 200;

    private static readonly PeerError ConnectionBroke = new(PeerErrorReason.ConnectionBroke, "The connection broke.");

    /// <summary>The peer's bytes are no message.</summary>
    public static readonly PeerError Unreadable = new(
        PeerErrorReason.BrokeRules, "It sent what cannot be read as a message: its program is another, or something between the two changes what passes.");

    /// <summary>The end that a goodbye of either side makes.</summary>
    public static PeerEnd After(string sessionId, Effect.HangUp hangUp) => new(
        sessionId,
        ReasonOf(hangUp.Reason),
        new PeerError(hangUp.ByPeer ? ErrorByPeer(hangUp.Reason) : ErrorByUs(hangUp.Reason), hangUp.Detail, hangUp.ByPeer));

    /// <summary>The end of a call that opened, and on which nothing was heard.</summary>
    public static PeerEnd HeldBack(string sessionId) => new(sessionId, PeerEndReason.Unreachable, new PeerError(
        PeerErrorReason.HeldBack,
        $"The connection opened, and nothing was heard for {Limits.HandshakeTime.TotalSeconds} s: the node stands still, or a web server before it collects the call instead of passing it on (nginx needs \"grpc_pass\", not \"proxy_pass\")."));

    /// <summary>The end of a connection that nobody said goodbye on.</summary>
    public static PeerEnd Broken(string sessionId, PeerError? error = null) => new(sessionId, PeerEndReason.Unreachable, error ?? ConnectionBroke);

    /// <summary>Why a connection broke.</summary>
    public static PeerError ErrorOf(RpcException e) => e.StatusCode switch
    {
        // To gRPC this is a failure of input, as if nobody had answered.
        _ when e.Status.DebugException is InvalidProtocolBufferException => Unreadable,
        StatusCode.InvalidArgument => new PeerError(PeerErrorReason.SaysWeBrokeRules, "It could not read what this node sent: one of the two programs is too old, or something between them changes what passes."),
        StatusCode.Unavailable => new PeerError(PeerErrorReason.Unanswered, "The node does not answer at its address."),
        StatusCode.ResourceExhausted => new PeerError(PeerErrorReason.BrokeRules, "A message was larger than the protocol allows."),
        StatusCode.Cancelled => new PeerError(PeerErrorReason.ConnectionBroke, "The connection was closed."),
        _ => new PeerError(PeerErrorReason.ConnectionBroke, $"The connection failed ({e.StatusCode}, {PeerText.Clean(e.Status.Detail, MostDetail)})."),
    };

    /// <summary>Why a journal that a peer carries is not taken from it.</summary>
    public static PeerErrorReason ErrorOf(RejectReason reason) => reason switch
    {
        RejectReason.Fork => PeerErrorReason.JournalForked,
        RejectReason.TooManyJournals => PeerErrorReason.TooManyJournals,
        _ => PeerErrorReason.JournalUnverified,
    };

    private static PeerEndReason ReasonOf(GoodbyeReason reason) => reason switch
    {
        GoodbyeReason.AlreadyConnected => PeerEndReason.Superseded,
        GoodbyeReason.Stopping or GoodbyeReason.Internal => PeerEndReason.PeerStopping,
        GoodbyeReason.Timeout or GoodbyeReason.RunTwice => PeerEndReason.Unreachable,
        GoodbyeReason.WrongNode => PeerEndReason.WrongNode,
        GoodbyeReason.OverQuota => PeerEndReason.OverQuota,
        GoodbyeReason.NotAPeer or GoodbyeReason.InvitationRefused or GoodbyeReason.Paused or GoodbyeReason.Blocked or GoodbyeReason.SameKey or GoodbyeReason.NoCommonVersion => PeerEndReason.Refused,
        _ => PeerEndReason.Violation,
    };

    private static PeerErrorReason ErrorByPeer(GoodbyeReason reason) => reason switch
    {
        GoodbyeReason.Stopping => PeerErrorReason.PeerStops,
        GoodbyeReason.Internal => PeerErrorReason.PeerFailed,
        GoodbyeReason.NotAPeer => PeerErrorReason.NotItsPeer,
        GoodbyeReason.InvitationRefused => PeerErrorReason.InvitationRefused,
        GoodbyeReason.Paused => PeerErrorReason.PausedByPeer,
        GoodbyeReason.Blocked => PeerErrorReason.BlockedByPeer,
        GoodbyeReason.BadProof or GoodbyeReason.ProtocolViolation => PeerErrorReason.SaysWeBrokeRules,
        GoodbyeReason.Timeout => PeerErrorReason.HeardNothing,
        GoodbyeReason.RunTwice => PeerErrorReason.RunTwiceHere,
        _ => ErrorOfEither(reason),
    };

    private static PeerErrorReason ErrorByUs(GoodbyeReason reason) => reason switch
    {
        GoodbyeReason.Internal => PeerErrorReason.NodeFailed,
        GoodbyeReason.NotAPeer or GoodbyeReason.InvitationRefused => PeerErrorReason.RefusedHere,
        GoodbyeReason.Paused => PeerErrorReason.PausedHere,
        GoodbyeReason.Blocked => PeerErrorReason.BlockedHere,
        GoodbyeReason.BadProof or GoodbyeReason.ProtocolViolation => PeerErrorReason.BrokeRules,
        GoodbyeReason.Timeout => PeerErrorReason.Silent,
        GoodbyeReason.RunTwice => PeerErrorReason.RunTwice,
        GoodbyeReason.Stopping => PeerErrorReason.ConnectionBroke,
        _ => ErrorOfEither(reason),
    };

    private static PeerErrorReason ErrorOfEither(GoodbyeReason reason) => reason switch
    {
        GoodbyeReason.OverQuota => PeerErrorReason.OverQuota,
        GoodbyeReason.NoCommonVersion => PeerErrorReason.NoCommonVersion,
        GoodbyeReason.AlreadyConnected => PeerErrorReason.AlreadyConnected,
        GoodbyeReason.WrongNode => PeerErrorReason.OtherNode,
        GoodbyeReason.SameKey => PeerErrorReason.SameKey,
        _ => PeerErrorReason.HungUp,
    };
}
