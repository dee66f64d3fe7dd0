using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// One conversation with one peer over one connection, as a state machine: it is handed messages, time and what its node did, and
/// answers with what the node is to do. Not thread-safe: the node calls it for one thing after another.
/// </summary>
public sealed class Conversation(ConversationSettings settings)
{
    /// <summary>How far the conversation has come.</summary>
    public ConversationPhase Phase { get; private set; }

    /// <summary>The peer's key, proven from <see cref="ConversationPhase.Admission"/> on; null before its Hello.</summary>
    public Origin? Peer => Hello?.Origin;

    /// <summary>What the peer says about itself; null before its Hello.</summary>
    public PeerHello? Hello { get; private set; }

    /// <summary>The peer's clock minus ours, half a round trip subtracted; zero until known.</summary>
    public TimeSpan ClockSkew { get; private set; }

    /// <summary>Entries the peer holds and we lack, journals we rejected left out.</summary>
    public ulong BehindEntries => 0;

    /// <summary>Entries we hold and the peer lacks, as far as it said.</summary>
    public ulong AheadEntries => 0;

    /// <summary>Since when, without a break, we have lacked entries the peer holds; null when we lack none.</summary>
    public DateTimeOffset? LackingSince { get; private set; }

    /// <summary>Both have told what they hold, and hold the same.</summary>
    public bool IsEqual => Phase == ConversationPhase.Open && BehindEntries == 0 && AheadEntries == 0;

    /// <summary>When the peer was last heard; null before its first message.</summary>
    public DateTimeOffset? LastHeard { get; private set; }

    /// <summary>The connection is open: say Hello.</summary>
    public IReadOnlyList<Effect> Open(DateTimeOffset now) => throw new NotImplementedException($"{settings}{now}");

    /// <summary>A message of the peer.</summary>
    public IReadOnlyList<Effect> Receive(SyncMessage message, DateTimeOffset now) => throw new NotImplementedException($"{message}{now}");

    /// <summary>The node's yes to <see cref="Effect.AskAdmission"/>.</summary>
    /// <param name="held">Each journal the node holds entries of.</param>
    /// <param name="now">Now.</param>
    public IReadOnlyList<Effect> Admitted(IReadOnlyCollection<JournalHead> held, DateTimeOffset now) =>
        throw new NotImplementedException($"{held}{now}");

    /// <summary>The node's no to <see cref="Effect.AskAdmission"/>.</summary>
    public IReadOnlyList<Effect> Refused(GoodbyeReason reason, string detail) => Close(reason, detail);

    /// <summary>A journal grew here: by an own append, or by entries another conversation fetched.</summary>
    /// <param name="head">How the durable copy stands now.</param>
    /// <param name="traceparent">W3C trace context of what made it grow, or null.</param>
    /// <param name="now">Now.</param>
    public IReadOnlyList<Effect> Grown(JournalHead head, string? traceparent, DateTimeOffset now) =>
        throw new NotImplementedException($"{head}{traceparent}{now}");

    /// <summary>What <see cref="Effect.Store"/> asked for is durable.</summary>
    /// <param name="head">How the durable copy stands now: the range's head.</param>
    /// <param name="now">Now.</param>
    public IReadOnlyList<Effect> Stored(JournalHead head, DateTimeOffset now) => throw new NotImplementedException($"{head}{now}");

    /// <summary>What <see cref="Effect.Store"/> asked for could not be stored; the journal is asked for again after a pause.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="now">Now.</param>
    public IReadOnlyList<Effect> StoreFailed(JournalId journal, DateTimeOffset now) => throw new NotImplementedException($"{journal}{now}");

    /// <summary>What <see cref="Effect.Read"/> asked for is on its way.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="next">The position after the last entry sent.</param>
    /// <param name="now">Now.</param>
    public IReadOnlyList<Effect> ReadDone(JournalId journal, ulong next, DateTimeOffset now) =>
        throw new NotImplementedException($"{journal}{next}{now}");

    /// <summary>From now on this journal of our own is fetched like any other; the answer to <see cref="Effect.OwnJournalAhead"/>.</summary>
    public IReadOnlyList<Effect> TakeBack(JournalId journal, DateTimeOffset now) => throw new NotImplementedException($"{journal}{now}");

    /// <summary>Time passes; to be called every <see cref="Limits.TickInterval"/>.</summary>
    public IReadOnlyList<Effect> Tick(DateTimeOffset now) => throw new NotImplementedException($"{now}");

    /// <summary>This node hangs up.</summary>
    public IReadOnlyList<Effect> Close(GoodbyeReason reason, string detail) => throw new NotImplementedException($"{reason}{detail}");

    /// <summary>The connection broke: gives up what was being fetched, so that other conversations may.</summary>
    public void Lost() => Phase = ConversationPhase.Over;
}

/// <summary>How far a conversation has come.</summary>
public enum ConversationPhase
{
    /// <summary>Waiting for the peer's Hello.</summary>
    Hello,

    /// <summary>Waiting for the peer's proof of its key.</summary>
    Proof,

    /// <summary>Waiting for this node's own decision.</summary>
    Admission,

    /// <summary>Both tell what they hold.</summary>
    Frontiers,

    /// <summary>Each knows what the other holds; what grows is told at once.</summary>
    Open,

    /// <summary>Nothing more is said.</summary>
    Over,
}
