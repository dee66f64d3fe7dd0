using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// One conversation with one peer over one connection, as a state machine: it is handed messages, time and what its node did, and
/// answers with what the node is to do. Not thread-safe: the node calls it for one thing after another and carries out the effects
/// in order. The order of a conversation:
/// <list type="number">
/// <item>Both say Hello and answer with a Proof of their key (<see cref="Handshake"/>).</item>
/// <item>Each node decides whether it wants this peer (<see cref="Effect.AskAdmission"/>).</item>
/// <item>Each sends one hash of all it holds. Equal: nothing else is said. Otherwise each tells all it holds.</item>
/// <item>Each asks for what it lacks, and tells what has grown as soon as it has.</item>
/// </list>
/// protos/README.md says the same for other languages.
/// </summary>
public sealed class Conversation
{
    private readonly ConversationSettings _settings;
    private readonly PeerJournals _journals;
    private readonly Fetching _fetching;
    private readonly FetchingAgain _again;
    private readonly Answering _answering;
    private readonly Telling _telling;
    private readonly Hearing _hearing;
    private readonly Branching _branching;
    private readonly ConversationTimes _times = new();
    private readonly Digests _digests = new();
    private readonly Heartbeats _heartbeats;
    private Handshake? _handshake;
    private int _rejected;

    /// <summary>A conversation over a connection that is about to open.</summary>
    public Conversation(ConversationSettings settings)
    {
        _settings = settings;
        _journals = new PeerJournals(settings);
        _fetching = new Fetching(settings.Plan, _journals, () => Hello!.Origin);
        _again = new FetchingAgain(_journals, _fetching);
        _answering = new Answering(_journals);
        _telling = new Telling(_journals);
        _hearing = new Hearing(_journals, _fetching);
        _branching = new Branching();
        _heartbeats = new Heartbeats(settings);
    }

    /// <summary>How far the conversation has come.</summary>
    public ConversationPhase Phase { get; private set; }

    /// <summary>The peer's key, proven from <see cref="ConversationPhase.Admission"/> on; null before its Hello.</summary>
    public Origin? Peer => Hello?.Origin;

    /// <summary>What the peer says about itself; null before its Hello.</summary>
    public PeerHello? Hello { get; private set; }

    /// <summary>The peer's clock minus ours, half a round trip subtracted once the caller measured one; zero until known.</summary>
    public TimeSpan ClockSkew => _heartbeats.ClockSkew;

    /// <summary>Entries the peer holds and we lack, journals left out that were rejected or are our own and not taken back.</summary>
    public ulong BehindEntries => _journals.Lacking.Aggregate(0UL, (sum, journal) => sum + (journal.HeldByPeer - journal.Held));

    /// <summary>Entries we hold and the peer lacks, as far as it said.</summary>
    public ulong AheadEntries =>
        _journals.All.Aggregate(0UL, (sum, journal) => sum + (journal.Held > journal.HeldByPeer ? journal.Held - journal.HeldByPeer : 0));

    /// <summary>Since when, without a break, we have lacked entries the peer holds; null when we lack none.</summary>
    public DateTimeOffset? LackingSince => _journals.LackingSince;

    /// <summary>Both have told what they hold, and hold the same; what either does not follow is not known to be.</summary>
    public bool IsEqual => Phase == ConversationPhase.Open && BehindEntries == 0 && AheadEntries == 0 && !_journals.All.Any(journal => journal.IsContradicted);

    /// <summary>When the peer was last heard; null before its first message.</summary>
    public DateTimeOffset? LastHeard => _times.LastHeard;

    /// <summary>How many entries of a journal the peer said it holds; 0 when it did not name it.</summary>
    public ulong HeldByPeer(JournalId journal) => _journals.Find(journal)?.HeldByPeer ?? 0;

    /// <summary>The connection is open: say Hello.</summary>
    public IReadOnlyList<Effect> Open(DateTimeOffset now)
    {
        _times.Opened(now);
        _handshake = new Handshake(_settings, now);
        return [new Effect.Send(_handshake.Hello)];
    }

    /// <summary>A message of the peer. Kinds of messages this program does not know change nothing.</summary>
    public IReadOnlyList<Effect> Receive(SyncMessage message, DateTimeOffset now)
    {
        if (Phase == ConversationPhase.Over)
            return [];
        _times.Heard(now);
        List<Effect> effects = [];
        switch (message.MessageCase)
        {
            case SyncMessage.MessageOneofCase.Hello when Phase == ConversationPhase.Hello:
                HearHello(message.Hello, now, effects);
                break;
            case SyncMessage.MessageOneofCase.Proof when Phase == ConversationPhase.Proof:
                HearProof(message.Proof, effects);
                break;
            case SyncMessage.MessageOneofCase.Heartbeat when Phase >= ConversationPhase.Admission:
                _heartbeats.Hear(message.Heartbeat, now, effects);
                break;
            case SyncMessage.MessageOneofCase.Checkpoints when Phase >= ConversationPhase.Admission && !_digests.IsTheirsHeard:
                HearDigest(message.Checkpoints, now, effects);
                break;
            case SyncMessage.MessageOneofCase.Checkpoints when IsMet:
                HearCheckpoints(message.Checkpoints, now, effects);
                break;
            case SyncMessage.MessageOneofCase.Want when IsMet:
                Require(_answering.Receive(message.Want, effects), effects);
                break;
            case SyncMessage.MessageOneofCase.Entries when IsMet && _branching.IsAbout(message.Entries):
                Require(_branching.Receive(message.Entries, now, effects), effects);
                break;
            case SyncMessage.MessageOneofCase.Entries when IsMet:
                Require(_again.IsAnswer(message.Entries) ? _again.Receive(message.Entries, now, effects) : _fetching.Receive(message.Entries, now, effects), effects);
                break;
            case SyncMessage.MessageOneofCase.Goodbye:
                End();
                effects.Add(new Effect.HangUp(
                    message.Goodbye.Reason, PeerText.Clean(message.Goodbye.Detail, Limits.DetailLength), ByPeer: true, message.Goodbye.Other));
                break;
            case SyncMessage.MessageOneofCase.None:
                break;
            default:
                Require($"You sent {message.MessageCase} in the phase {Phase}.", effects);
                break;
        }

        return Noted(effects, now);
    }

    /// <summary>The node's yes to <see cref="Effect.AskAdmission"/>.</summary>
    /// <param name="held">Each journal the node holds entries of, as it stands now: what grows from here on comes by <see cref="Grown"/>.</param>
    /// <param name="now">Now.</param>
    /// <param name="left">Journals the node does not follow any more: not asked for, and told to their origin alone.</param>
    public IReadOnlyList<Effect> Admitted(IReadOnlyCollection<JournalHead> held, DateTimeOffset now, IReadOnlyCollection<LeftJournal>? left = null)
    {
        if (Phase != ConversationPhase.Admission)
            return [];
        _times.Told(now);
        _journals.Meet(held, left ?? [], Hello!.Origin);
        Phase = ConversationPhase.Frontiers;
        List<Effect> effects = [_digests.Make(held)];
        CompareDigests(now, effects);
        return Noted(effects, now);
    }

    /// <summary>The node's no to <see cref="Effect.AskAdmission"/>.</summary>
    public IReadOnlyList<Effect> Refused(GoodbyeReason reason, string detail) => Close(reason, detail);

    /// <summary>
    /// A journal grew here, by an own append or by entries another conversation fetched; harmless when this conversation knows it.
    /// </summary>
    /// <param name="head">How the durable copy stands now.</param>
    /// <param name="traceparent">W3C trace context of what made it grow, or null.</param>
    /// <param name="now">Now.</param>
    public IReadOnlyList<Effect> Grown(JournalHead head, string? traceparent, DateTimeOffset now)
    {
        if (Phase is ConversationPhase.Over or < ConversationPhase.Frontiers)
            return [];
        List<Effect> effects = [];
        var journal = _journals.Ours(head.Journal);
        var before = journal.Held;
        Advance(journal, head, traceparent ?? "", now, effects);
        if (IsMet)
            _fetching.Grown(journal, now, effects);
        _hearing.Grown(journal, before, now, effects);
        return Noted(effects, now);
    }

    /// <summary>
    /// What <see cref="Effect.Store"/> asked for is durable. To be called before <see cref="Grown"/> is called at the node's other
    /// conversations, so that they find the journal free.
    /// </summary>
    /// <param name="head">How the durable copy stands now: the range's head.</param>
    /// <param name="now">Now.</param>
    public IReadOnlyList<Effect> Stored(JournalHead head, DateTimeOffset now)
    {
        if (Phase == ConversationPhase.Over || _journals.Find(head.Journal) is not { } journal)
            return [];
        List<Effect> effects = [];
        Advance(journal, head, journal.Traceparent, now, effects);
        _fetching.Stored(journal, isStored: true, now, effects);
        return Noted(effects, now);
    }

    /// <summary>What <see cref="Effect.Store"/> asked for could not be stored; the journal is asked for again after a pause.</summary>
    public IReadOnlyList<Effect> StoreFailed(JournalId journal, DateTimeOffset now) =>
        About(journal, now, (failed, effects) => _fetching.Stored(failed, isStored: false, now, effects));

    /// <summary>The node does not follow this journal any more: the peer is not asked for it in this conversation.</summary>
    public IReadOnlyList<Effect> Leave(JournalId journal, DateTimeOffset now) => About(journal, now, (left, effects) => _fetching.Leave(left, now, effects));

    /// <summary>What <see cref="Effect.Read"/> asked for was sent up to <paramref name="next"/>, or could not be read; then that is where it began.</summary>
    public IReadOnlyList<Effect> ReadDone(JournalId journal, ulong next, DateTimeOffset now) =>
        About(journal, now, (read, effects) => _answering.Done(read, next, effects));

    /// <summary>From now on this journal of our own is fetched like any other; the answer to <see cref="Effect.OwnJournalAhead"/>.</summary>
    public IReadOnlyList<Effect> TakeBack(JournalId journal, DateTimeOffset now) => About(journal, now, (own, effects) =>
    {
        own.IsWithheld = false;
        _journals.Changed(own, now);
        _fetching.Try(own, now, effects);
    });

    /// <summary>Asks the peer again for entries that are damaged here; answered once by <see cref="Effect.FetchedAgain"/>, unless the conversation ends.</summary>
    public IReadOnlyList<Effect> FetchAgain(FetchAgain request, DateTimeOffset now)
    {
        if (!IsMet)
            return Noted([new Effect.FetchedAgain(request, null)], now);
        List<Effect> effects = [];
        _again.Ask(request, now, effects);
        return Noted(effects, now);
    }

    /// <summary>
    /// Looks for the version of a rejected journal that the peer holds: where it parts from ours, and what follows. The outcome is
    /// <see cref="Effect.BranchFound"/> or <see cref="Effect.BranchMissed"/>; one journal is searched at a time. Not <paramref name="isWhole"/>: only
    /// as much as proves that there are two versions.
    /// </summary>
    public IReadOnlyList<Effect> SearchBranch(JournalId journal, bool isWhole, DateTimeOffset now) =>
        About(journal, now, (rejected, _) => _branching.Begin(rejected, isWhole));

    /// <summary>What <see cref="SearchBranch"/> found contradicts nothing that we hold: the peer is believed about this journal again.</summary>
    public IReadOnlyList<Effect> Agree(JournalId journal, DateTimeOffset now) => About(journal, now, (agreed, effects) => _hearing.Agree(agreed, now, effects));

    /// <summary>The answer to <see cref="Effect.ReadPrefix"/>; null when it could not be read.</summary>
    public IReadOnlyList<Effect> Prefix(JournalId journal, MerkleRange? prefix, DateTimeOffset now) =>
        About(journal, now, (searched, effects) => _branching.HearPrefix(searched, prefix, now, effects));

    /// <summary>The answer to <see cref="Effect.Compare"/>: the root of our first entries; null when it could not be read.</summary>
    public IReadOnlyList<Effect> Compared(JournalId journal, ulong size, Hash? root, DateTimeOffset now) =>
        About(journal, now, (compared, effects) => _hearing.Compared(compared, size, root, now, effects));

    /// <summary>Time passes; to be called every <see cref="Limits.TickInterval"/>.</summary>
    public IReadOnlyList<Effect> Tick(DateTimeOffset now)
    {
        if (Phase == ConversationPhase.Over || _handshake is null)
            return [];
        if (_times.Overdue(Phase, now) is { } overdue)
            return Close(GoodbyeReason.Timeout, overdue);
        if (_fetching.IsOverdue(now) || _again.IsOverdue(now) || _branching.IsOverdue(now))
            return Close(GoodbyeReason.Timeout, $"You did not send what I wanted for {Limits.AnswerTime.TotalSeconds} s.");

        List<Effect> effects = [];
        if (IsMet)
        {
            _telling.TellLate(effects);
            _fetching.TryAll(now, effects);
            _again.TryNext(now, effects);
        }

        // One side is enough, since the other answers: half the bytes on an idle link.
        if (_settings.Role == ConversationRole.Caller && Phase >= ConversationPhase.Frontiers && effects.Count == 0 && _times.IsHeartbeatDue(now))
            effects.Add(Heartbeats.Beat(now));
        return Noted(effects, now);
    }

    /// <summary>Has the peer's process sign that it runs; the answer is <see cref="Effect.AliveHeard"/>, and none when it does not.</summary>
    public IReadOnlyList<Effect> AskAlive(DateTimeOffset now) => Phase is >= ConversationPhase.Admission and not ConversationPhase.Over ? Noted([_heartbeats.AskAlive(now)], now) : [];

    /// <summary>This node hangs up.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="detail">Why, in a sentence for the peer's admin.</param>
    /// <param name="other">What another process with the peer's key signed; null: there is none.</param>
    public IReadOnlyList<Effect> Close(GoodbyeReason reason, string detail, Alive? other = null)
    {
        if (Phase == ConversationPhase.Over)
            return [];
        End();
        return Goodbyes.Say(reason, detail, other);
    }

    /// <summary>The connection broke: gives up what was being fetched, so that the node's other conversations may fetch it.</summary>
    public void Lost() => End();

    // Both digests are known: checkpoints, wants and entries may flow.
    private bool IsMet => Phase is ConversationPhase.Frontiers or ConversationPhase.Open && _digests.IsTheirsHeard;

    // What the node did about a journal; nothing when the conversation is over or never heard of it.
    private List<Effect> About(JournalId id, DateTimeOffset now, Action<PeerJournal, List<Effect>> hear)
    {
        if (Phase == ConversationPhase.Over || _journals.Find(id) is not { } journal)
            return [];
        List<Effect> effects = [];
        hear(journal, effects);
        return Noted(effects, now);
    }

    private void HearHello(Hello hello, DateTimeOffset now, List<Effect> effects)
    {
        switch (_handshake!.Hear(hello, now))
        {
            case HelloOutcome.Refused refused:
                effects.AddRange(Close(refused.Reason, refused.Detail));
                break;
            case HelloOutcome.Heard heard:
                Hello = heard.Hello;
                _heartbeats.Meet(heard.Hello);
                Phase = ConversationPhase.Proof;
                effects.Add(new Effect.Send(_handshake.Proof(now)));
                break;
        }
    }

    private void HearProof(Proof proof, List<Effect> effects)
    {
        if (!_handshake!.IsProven(proof, out var claim))
        {
            effects.AddRange(Close(GoodbyeReason.BadProof, "Your proof does not fit the key in your Hello."));
            return;
        }

        Phase = ConversationPhase.Admission;
        effects.Add(new Effect.AskAdmission(Hello!.Origin, Hello, claim, NodeInstance.Said(Hello.Origin, proof.Alive)));
    }

    private void HearDigest(Checkpoints message, DateTimeOffset now, List<Effect> effects)
    {
        Require(_digests.Hear(message), effects);
        _times.Told(now);
        CompareDigests(now, effects);
    }

    private void CompareDigests(DateTimeOffset now, List<Effect> effects)
    {
        if (_digests.AreEqual is not { } areEqual || Phase != ConversationPhase.Frontiers)
            return;
        _telling.TellProofs(effects);
        if (!areEqual)
        {
            _telling.TellAll(effects);
            return;
        }

        foreach (var journal in _journals.All)
        {
            (journal.HeldByPeer, journal.Told) = (journal.HeldAtMeeting, journal.HeldAtMeeting);
            _telling.Tell(journal, "", effects);
        }

        Heard(isEqual: true, effects);
        _fetching.TryAll(now, effects);
    }

    private void HearCheckpoints(Checkpoints message, DateTimeOffset now, List<Effect> effects)
    {
        _times.Told(now);
        if (!message.FrontierDigest.IsEmpty)
            Require("You sent your frontier digest twice.", effects);
        else if (message.Complete && Phase == ConversationPhase.Open)
            Require("You told twice that you told all you hold.", effects);
        else
            Require(_hearing.Receive(message, now, effects), effects);
        if (message.Complete && Phase == ConversationPhase.Frontiers)
            Heard(isEqual: false, effects);
    }

    private void Heard(bool isEqual, List<Effect> effects)
    {
        Phase = ConversationPhase.Open;
        effects.Add(new Effect.FrontierHeard(isEqual));
    }

    private void Advance(PeerJournal journal, JournalHead head, string traceparent, DateTimeOffset now, List<Effect> effects)
    {
        if (head.Size <= journal.Held)
            return;
        journal.Ours = head;
        _journals.Changed(journal, now);
        if (IsMet)
            _telling.Tell(journal, traceparent, effects);
    }

    private void Require(string? violation, List<Effect> effects)
    {
        if (violation is not null)
            effects.AddRange(Close(GoodbyeReason.ProtocolViolation, violation));
    }

    private void End()
    {
        _fetching.Release();
        Phase = ConversationPhase.Over;
    }

    private List<Effect> Noted(List<Effect> effects, DateTimeOffset now)
    {
        if (IsMet)
            _branching.TryNext(effects);
        // A fork is its origin's doing; everything else an honest peer would have found out itself before it carried it here.
        _rejected += effects.Count(effect => effect is Effect.Reject { Reason: not (RejectReason.Fork or RejectReason.GivenUp or RejectReason.TooManyJournals) });
        Require(_rejected > Limits.RejectedJournals ? $"More than {Limits.RejectedJournals} of the journals you carry could not be verified." : null, effects);
        if (effects.Exists(effect => effect is Effect.Send))
            _times.Sent(now);
        return effects;
    }
}
