using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// The asking side: claims journals the peer has more of, asks for ranges so that the link never idles, verifies what comes and has
/// it stored. A fetch of a journal goes through
/// <list type="number">
/// <item>a claim in the plan shared by the node's conversations, so that one peer is asked;</item>
/// <item>a Want from the end of our copy, and another that continues it when half of the first has come;</item>
/// <item>verification against what was verified before, ahead of the disk, and a Store effect for each message;</item>
/// <item>its end, when all is stored, or draining, when something went wrong: what is still on its way is counted and dropped.</item>
/// </list>
/// </summary>
internal sealed class Fetching(FetchPlan plan, PeerJournals journals, Func<Origin> peer)
{
    private int _active;
    private long _unstored;

    /// <summary>Some journal is being fetched.</summary>
    public bool IsActive => _active > 0;

    /// <summary>Begins what can be begun.</summary>
    public void TryAll(DateTimeOffset now, List<Effect> effects)
    {
        foreach (var journal in journals.Lacking)
        {
            if (_active >= Limits.FetchesAtOnce)
                return;
            Try(journal, now, effects);
        }
    }

    /// <summary>Begins to fetch a journal, unless it is being fetched, here or from another peer.</summary>
    public void Try(PeerJournal journal, DateTimeOffset now, List<Effect> effects)
    {
        if (journal.Fetch is { } fetch)
        {
            GoOn(journal, fetch, now, effects);
            return;
        }

        if (!journal.IsLacking || journal.IsAskedAgain || IsPaused(journal, now) || _active >= Limits.FetchesAtOnce || !plan.TryClaim(journal.Id, this, now))
            return;
        _active++;
        journal.Fetch = new Fetch(journal.Ours?.Range ?? new MerkleRange(), now);
        Want(journal, journal.Fetch, now, effects);
    }

    /// <summary>Entries came. Null, or a sentence that says which rule the peer broke.</summary>
    public string? Receive(Entries message, DateTimeOffset now, List<Effect> effects)
    {
        if (!Origin.TryFromBytes(message.Origin.Span, out var origin)
            || journals.Find(new JournalId(origin, message.Epoch)) is not { Fetch: { Wants: > 0 } fetch } journal)
            return "You sent entries that I had not asked for.";
        fetch.ProgressAt = now;
        // What is dropped counts too, or a peer could go on sending it for ever.
        var bytes = SizeOf(message);
        fetch.BytesLeft -= bytes;
        if (message.Entries_.Count == 0 && !message.Last)
            return "You sent an answer without entries that was not the last.";
        if (message.Entries_.Count > 0 && !fetch.IsDraining)
            Take(journal, fetch, message, bytes, now, effects);
        if (fetch.BytesLeft < -Limits.MessageBytes)
            return "You sent more entries than I had asked for.";
        if (message.Last)
        {
            fetch.Wants--;
            fetch.BytesLeft = Limits.AskedBytes;
            // An answer without entries: the peer holds less than it said, so that asking again would go on for ever. Where entries
            // were dropped before, it says nothing about what the peer holds.
            if (message.Entries_.Count == 0 && fetch is { Wants: 0, IsDraining: false } && journal.HeldByPeer > fetch.Verified.End)
            {
                SetHeldByPeer(journal, fetch.Verified.End, now);
                journal.PausedUntil = now + Limits.EmptyPause;
            }
        }

        GoOn(journal, fetch, now, effects);
        return null;
    }

    /// <summary>Our durable copy grew, by this conversation or by another.</summary>
    public void Grown(PeerJournal journal, DateTimeOffset now, List<Effect> effects)
    {
        // Another conversation overtook this one: what is on its way here is known already.
        if (journal.Fetch is { } fetch && journal.Held > fetch.Verified.End)
            fetch.IsDraining = true;
        Try(journal, now, effects);
    }

    /// <summary>The oldest range of this journal that was given to the node is stored, or could not be.</summary>
    public void Stored(PeerJournal journal, bool isStored, DateTimeOffset now, List<Effect> effects)
    {
        if (journal.Fetch is not { Storing.Count: > 0 } fetch)
            return;
        _unstored -= fetch.Storing.Dequeue();
        if (isStored)
        {
            // A slow disk is progress too.
            fetch.IsDraining |= !plan.TryClaim(journal.Id, this, now);
        }
        else
        {
            fetch.IsDraining = true;
            journal.PausedUntil = now + Limits.StorePause;
        }

        GoOn(journal, fetch, now, effects);
        // Room for others that waited for the disk.
        foreach (var waiting in journals.Lacking.Where(waiting => waiting.Fetch is not null && waiting != journal))
            GoOn(waiting, waiting.Fetch!, now, effects);
    }

    /// <summary>What the peer says about this journal is untrue.</summary>
    public void Reject(
        PeerJournal journal, RejectReason reason, string sentence, SignedCheckpoint? theirs, DateTimeOffset now, List<Effect> effects)
    {
        if (journal.IsRejected)
            return;
        var contradicted = theirs is null ? null : journal.Contradicted(theirs.Checkpoint);
        journal.IsRejected = true;
        journal.IsContradicted |= reason is RejectReason.Fork or RejectReason.WrongRoot or RejectReason.GivenUp;
        journals.Changed(journal, now);
        if (contradicted is not null)
            sentence = ForkSentence(journal.Id, theirs!.Checkpoint.Size);
        effects.Add(new Effect.Reject(
            journal.Id, contradicted is null ? reason : RejectReason.Fork, sentence, contradicted ?? journal.Ours?.Checkpoint, theirs));
        if (journal.Fetch is { } fetch)
        {
            fetch.IsDraining = true;
            GoOn(journal, fetch, now, effects);
        }
    }

    /// <summary>Says that a journal has two versions.</summary>
    public static string ForkSentence(JournalId journal, ulong size) =>
        $"{journal.Origin.Short} signed two different journals of {size} entries (epoch {journal.Epoch}).";

    /// <summary>The node does not take this journal, whatever the peer says about it.</summary>
    public void Leave(PeerJournal journal, DateTimeOffset now, List<Effect> effects)
    {
        journal.IsRejected = true;
        journals.Changed(journal, now);
        if (journal.Fetch is not { } fetch)
            return;
        fetch.IsDraining = true;
        GoOn(journal, fetch, now, effects);
    }

    /// <summary>The peer has owed an answer for too long.</summary>
    public bool IsOverdue(DateTimeOffset now) =>
        _active > 0 && journals.All.Any(journal => journal.Fetch is { Wants: > 0 } fetch && now - fetch.ProgressAt > Limits.AnswerTime);

    /// <summary>The conversation is over: others may fetch what this one did.</summary>
    public void Release()
    {
        foreach (var journal in journals.All.Where(journal => journal.Fetch is not null))
        {
            plan.Release(journal.Id, this);
            journal.Fetch = null;
        }

        _active = 0;
    }

    private void Take(PeerJournal journal, Fetch fetch, Entries message, int bytes, DateTimeOffset now, List<Effect> effects)
    {
        switch (RangeVerifier.Verify(journal.Id, message, fetch.Verified, journal.Theirs))
        {
            case RangeVerification.Refused refused:
                var reason = refused.Reason switch
                {
                    RangeRefusal.WrongRoot => RejectReason.WrongRoot,
                    RangeRefusal.BadCheckpoint or RangeRefusal.WrongCheckpoint => RejectReason.BadCheckpoint,
                    _ => RejectReason.BadEntries,
                };
                Reject(journal, reason, refused.Sentence, refused.Checkpoint, now, effects);
                break;
            case RangeVerification.Verified { Range: var range } when journal.Contradicted(range.Checkpoint.Checkpoint) is not null:
                Reject(journal, RejectReason.Fork, "", range.Checkpoint, now, effects);
                break;
            case RangeVerification.Verified { Range: var range }:
                fetch.Verify(range);
                _unstored += range.Bytes;
                if (range.Checkpoint.Checkpoint.Size > (journal.Theirs?.Checkpoint.Size ?? 0))
                    journal.Theirs = range.Checkpoint;
                if (range.After.End > journal.HeldByPeer)
                    SetHeldByPeer(journal, range.After.End, now);
                effects.Add(new Effect.Store(range, peer(), journal.Traceparent));
                // Another conversation may have taken over a claim that made no progress; then nothing more is asked for here.
                fetch.IsDraining = !plan.TryClaim(journal.Id, this, now, bytes);
                break;
        }
    }

    private void GoOn(PeerJournal journal, Fetch fetch, DateTimeOffset now, List<Effect> effects)
    {
        var isLacking = !fetch.IsDraining && journal.HeldByPeer > fetch.Verified.End;
        if (!isLacking && fetch.IsQuiet)
        {
            End(journal, now, effects);
            return;
        }

        var isHalfway = fetch.Wants == 1
            && fetch.BytesLeft <= Limits.AskedBytes / 2
            && fetch.BytesUntil(journal.HeldByPeer) > fetch.BytesLeft;
        if (isLacking && _unstored <= Limits.UnstoredBytes && (fetch.Wants == 0 || isHalfway))
            Want(journal, fetch, now, effects);
    }

    private void End(PeerJournal journal, DateTimeOffset now, List<Effect> effects)
    {
        journal.Fetch = null;
        _active--;
        plan.Release(journal.Id, this);
        TryAll(now, effects);
    }

    // A clock that was set back must not make a pause last longer.
    private static bool IsPaused(PeerJournal journal, DateTimeOffset now) =>
        now < journal.PausedUntil && journal.PausedUntil - now <= Limits.EmptyPause;

    internal static int SizeOf(Entries message)
    {
        var bytes = 0;
        foreach (var carried in message.Entries_)
            bytes += carried.Entry.Length + (carried.Body is { } body ? body.Salt.Length + body.Record.Length : 0);
        return Math.Max(bytes, message.Entries_.Count * Limits.SmallestEntry);
    }

    private void SetHeldByPeer(PeerJournal journal, ulong held, DateTimeOffset now)
    {
        journal.HeldByPeer = held;
        journals.Changed(journal, now);
    }

    private static void Want(PeerJournal journal, Fetch fetch, DateTimeOffset now, List<Effect> effects)
    {
        var continues = fetch.Wants > 0;
        if (!continues)
            fetch.BytesLeft = Limits.AskedBytes;
        fetch.Wants++;
        fetch.ProgressAt = now;
        effects.Add(new Effect.Send(new SyncMessage
        {
            Want = new Want
            {
                Origin = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(journal.Id.Origin.ToByteArray()),
                Epoch = journal.Id.Epoch,
                From = continues ? 0 : fetch.Verified.End,
                MaxBytes = Limits.AskedBytes,
                Continues = continues,
            },
        }));
    }
}
