using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>Hears what the peer holds, and looks for journals that were forked.</summary>
internal sealed class Hearing(PeerJournals journals, Fetching fetching)
{
    private bool _isOverfull;

    /// <summary>The peer tells how far its copies reach. Null, or a sentence that says which rule it broke.</summary>
    public string? Receive(Checkpoints message, DateTimeOffset now, List<Effect> effects)
    {
        if (message.Journals.Count > Limits.CheckpointsInMessage)
            return $"You sent {message.Journals.Count} checkpoints in one message, more than {Limits.CheckpointsInMessage}.";
        foreach (var journal in message.Journals)
        {
            if (Hear(journal, now, effects) is { } violation)
                return violation;
        }

        return null;
    }

    private string? Hear(JournalCheckpoint said, DateTimeOffset now, List<Effect> effects)
    {
        if (said.Note.Length > Limits.NoteBytes
            || !SignedNote.TryReadText(said.Note.Span, out var text)
            || !Checkpoint.TryRead(text, out var checkpoint))
            return "You sent a note that is not a checkpoint.";
        if (said.Held > checkpoint!.Size)
            return "You said you hold more entries than the checkpoint you sent has.";
        if (journals.OfPeer(checkpoint.Journal) is not { } journal)
        {
            TooMany(checkpoint.Journal, effects);
            return null;
        }

        var held = said.Held == 0 ? checkpoint.Size : said.Held;
        if (journal.IsRejected)
        {
            // Nothing follows from it but how far the peer's own version reaches.
            journal.HeldByPeer = held;
            return null;
        }

        if (!TryBelieve(journal, said, checkpoint, held, now, effects))
            return null;
        journal.HeldByPeer = held;
        journal.Traceparent = Traceparent(said.Traceparent);
        journals.Changed(journal, now);
        if (journal.IsWithheld && held > journal.Held && held > journal.AheadSaid)
        {
            journal.AheadSaid = held;
            effects.Add(new Effect.OwnJournalAhead(journal.Theirs!, held));
        }

        fetching.Try(journal, now, effects);
        return null;
    }

    // A signature costs more than all the rest, so it is checked only where something follows from the checkpoint: when the peer
    // holds more than we do, or says otherwise than we know. What it says of smaller copies harms nobody but itself.
    private bool TryBelieve(
        PeerJournal journal, JournalCheckpoint said, Checkpoint checkpoint, ulong held, DateTimeOffset now, List<Effect> effects)
    {
        var isContradiction = journal.Contradicted(checkpoint) is not null;
        if (journal.Theirs?.Note.Span.SequenceEqual(said.Note.Span) == true)
            return true;
        // The peer's copy is not finished, and yet the node itself signed more than it holds: it lost data, whoever has them.
        isContradiction |= journal.IsWithheld && held <= journal.Held && checkpoint.Size > journal.Held;
        if (held <= journal.Held && !isContradiction && !journal.IsGivenUp)
        {
            if (checkpoint.Size > 0 && checkpoint.Size < journal.Held)
                Compare(journal, new SaidCheckpoint(checkpoint, said.Note.Memory), effects);
            return true;
        }

        if (journal.Ours?.Checkpoint is { } ours && ours.Note.Span.SequenceEqual(said.Note.Span))
        {
            journal.Theirs = ours;
            return true;
        }

        switch (SignedCheckpoint.Verify(said.Note.Memory))
        {
            case CheckpointVerification.Refused refused:
                fetching.Reject(journal, RejectReason.BadCheckpoint, refused.Sentence, theirs: null, now, effects);
                return false;
            case CheckpointVerification.Verified { Checkpoint: var theirs } when isContradiction:
                journal.HeldByPeer = held;
                fetching.Reject(journal, RejectReason.Fork, Fetching.ForkSentence(journal.Id, checkpoint.Size), theirs, now, effects);
                return false;
            case CheckpointVerification.Verified { Checkpoint: var theirs } when journal.IsGivenUp:
                journal.HeldByPeer = held;
                fetching.Reject(journal, RejectReason.GivenUp, $"{journal.Id.Origin.Short} gave up the version of its journal that is held here (epoch {journal.Id.Epoch}).", theirs, now, effects);
                return false;
            case CheckpointVerification.Verified { Checkpoint: var theirs }:
                journal.Theirs = theirs;
                return true;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Our copy grew by another's entries: does what this peer showed still agree with it?</summary>
    public void Grown(PeerJournal journal, ulong before, DateTimeOffset now, List<Effect> effects)
    {
        if (journal.IsRejected || journal.Theirs is not { } theirs || theirs.Checkpoint.Size <= before || theirs.Checkpoint.Size > journal.Held)
            return;
        if (journal.Contradicted(theirs.Checkpoint) is not null)
            fetching.Reject(journal, RejectReason.Fork, "", theirs, now, effects);
        else if (theirs.Checkpoint.Size < journal.Held)
            Compare(journal, new SaidCheckpoint(theirs.Checkpoint, theirs.Note), effects);
    }

    /// <summary>The root of our first entries, as many as the checkpoint has that is being compared; null: it could not be read.</summary>
    public void Compared(PeerJournal journal, ulong size, Hash? root, DateTimeOffset now, List<Effect> effects)
    {
        if (journal.ToCompare.Count == 0 || journal.ToCompare[0].Checkpoint.Size != size)
            return;
        var said = journal.ToCompare[0];
        journal.ToCompare.RemoveAt(0);
        if (!journal.IsRejected && root is not null && said.Checkpoint.Root != root)
            Refuse(journal, said, now, effects);
        if (journal.IsRejected)
            journal.ToCompare.Clear();
        else if (journal.ToCompare.Count > 0)
            effects.Add(new Effect.Compare(journal.Id, journal.ToCompare[0].Checkpoint.Size));
    }

    /// <summary>
    /// The two sides hold the same, as far as both hold anything; only a note, or what our origin gave up, said otherwise. The peer is believed again,
    /// a few times: what it shows may contradict the next moment.
    /// </summary>
    public void Agree(PeerJournal journal, DateTimeOffset now, List<Effect> effects)
    {
        if (!journal.IsContradicted || journal.Agreements >= Limits.Agreements)
            return;
        journal.Agreements++;
        (journal.IsRejected, journal.IsContradicted, journal.IsGivenUp) = (false, false, false);
        journals.Changed(journal, now);
        fetching.Try(journal, now, effects);
    }

    // A smaller checkpoint with another root than our first entries have is a fork, too: only whoever holds the entries can see it. When too many
    // wait, the newest takes the last one's place: a copy that grew covers what it was before.
    private static void Compare(PeerJournal journal, SaidCheckpoint said, List<Effect> effects)
    {
        if (journal.ToCompare.Count >= Limits.Comparisons)
            journal.ToCompare.RemoveAt(journal.ToCompare.Count - 1);
        journal.ToCompare.Add(said);
        if (journal.ToCompare.Count == 1)
            effects.Add(new Effect.Compare(journal.Id, said.Checkpoint.Size));
    }

    private void Refuse(PeerJournal journal, SaidCheckpoint said, DateTimeOffset now, List<Effect> effects)
    {
        switch (SignedCheckpoint.Verify(said.Note))
        {
            case CheckpointVerification.Refused refused:
                fetching.Reject(journal, RejectReason.BadCheckpoint, refused.Sentence, theirs: null, now, effects);
                break;
            case CheckpointVerification.Verified { Checkpoint: var theirs }:
                fetching.Reject(journal, RejectReason.Fork, Fetching.ForkSentence(journal.Id, said.Checkpoint.Size), theirs, now, effects);
                break;
        }
    }

    private void TooMany(JournalId journal, List<Effect> effects)
    {
        if (_isOverfull)
            return;
        _isOverfull = true;
        effects.Add(new Effect.Reject(
            journal, RejectReason.TooManyJournals, $"The peer carries more than {Limits.JournalsOfPeer} journals; the rest is not followed.", null, null));
    }

    // Goes into logs and traces: anything else than a trace context's characters is dropped.
    private static string Traceparent(string text) =>
        text.Length <= Limits.TraceparentLength && text.All(character => char.IsAsciiHexDigitLower(character) || character == '-') ? text : "";
}
