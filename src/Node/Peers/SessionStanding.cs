using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// How a conversation stood at one moment, for whoever is not on its thread: the conversation itself is one thread's alone.
/// </summary>
/// <param name="IsOpen">Both are admitted, and the peer told all it holds: before that nobody knows whether anything lacks.</param>
/// <param name="BehindEntries">Entries the peer has and we lack.</param>
/// <param name="LackingSince">Since when we lack any; null: none.</param>
/// <param name="AheadEntries">Entries we have and the peer lacks.</param>
/// <param name="IsEqual">Both hold the same.</param>
/// <param name="ClockSkew">The peer's clock minus ours.</param>
/// <param name="LastHeard">When the peer was last heard.</param>
/// <param name="ChapterName">Its chapter's name as it told.</param>
/// <param name="Software">Its program and version as it told.</param>
/// <param name="Address">Where it says it is called.</param>
internal sealed record SessionStanding(
    bool IsOpen,
    ulong BehindEntries,
    DateTimeOffset? LackingSince,
    ulong AheadEntries,
    bool IsEqual,
    TimeSpan ClockSkew,
    DateTimeOffset? LastHeard,
    string ChapterName,
    string Software,
    string Address)
{
    /// <summary>Reads a conversation, on its own thread.</summary>
    public static SessionStanding Of(Conversation conversation) => new(
        conversation.Phase == ConversationPhase.Open, conversation.BehindEntries, conversation.LackingSince,
        conversation.AheadEntries, conversation.IsEqual, conversation.ClockSkew, conversation.LastHeard,
        conversation.Hello?.ChapterName ?? "", conversation.Hello?.Software ?? "", conversation.Hello?.Address ?? "");

    /// <summary>The same for the peer's grain; <paramref name="calledAt"/> is where this node called, null when the peer did.</summary>
    public PeerReport ToReport(string sessionId, PeerTotals totals, PeerError? problem, string? calledAt) => new(
        sessionId, IsOpen, BehindEntries, LackingSince, AheadEntries, IsEqual, ClockSkew, LastHeard, totals.Received, totals.Rejected, problem, ChapterName, Software, Address,
        calledAt);
}
