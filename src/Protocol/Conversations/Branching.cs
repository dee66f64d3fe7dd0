using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// Searches the peer's version of a journal that contradicts ours: asks for entries from further and further back until they lead to what the
/// origin signed, and then for what follows. Ordinary Wants do it, so any peer answers them. One journal at a time, since all of the branch is
/// held in memory (<see cref="Limits.BranchBytes"/>).
/// </summary>
internal sealed class Branching
{
    private readonly Queue<(PeerJournal Journal, bool IsWhole)> _waiting = [];
    private Search? _search;

    /// <summary>The peer's version of this journal is wanted.</summary>
    public void Begin(PeerJournal journal, bool isWhole)
    {
        if (_search?.Journal != journal && _waiting.All(waiting => waiting.Journal != journal))
            _waiting.Enqueue((journal, isWhole));
    }

    /// <summary>Begins the next search once nothing else of its journal is on its way.</summary>
    public void TryNext(List<Effect> effects)
    {
        if (_search is not null || !_waiting.TryPeek(out var next) || next.Journal.Fetch is not null)
            return;
        _waiting.Dequeue();
        if (next.Journal.HeldByPeer == 0)
        {
            effects.Add(Missed(next.Journal));
            return;
        }

        // The nearest place at which the two can part: the last entry that both could have.
        _search = new Search(next.Journal, next.IsWhole) { From = Math.Min(next.Journal.Held, next.Journal.HeldByPeer - 1) };
        effects.Add(new Effect.ReadPrefix(next.Journal.Id, _search.From));
    }

    /// <summary>The range of our entries before the place where the search looks next; null: they cannot be read.</summary>
    public void HearPrefix(PeerJournal journal, MerkleRange? prefix, DateTimeOffset now, List<Effect> effects)
    {
        if (_search is not { Branch: null, Wants: 0 } search || search.Journal != journal)
            return;
        if (prefix is null || prefix.End != search.From)
        {
            End(Missed(search.Journal), effects);
            return;
        }

        search.Branch = new JournalBranch(prefix);
        Want(search, now, effects);
    }

    /// <summary>Whether these entries answer the search.</summary>
    public bool IsAbout(Entries message) =>
        _search is { Wants: > 0 } search && search.Journal.Id.Epoch == message.Epoch && search.Journal.Id.Origin.Bytes.SequenceEqual(message.Origin.Span);

    /// <summary>Entries came. Null, or a sentence that says which rule the peer broke.</summary>
    public string? Receive(Entries message, DateTimeOffset now, List<Effect> effects)
    {
        var search = _search!;
        search.ProgressAt = now;
        if (message.Entries_.Count == 0 && !message.Last)
            return "You sent an answer without entries that was not the last.";
        search.BytesLeft -= message.CalculateSize();
        // Proofs and framing count here too, so twice what was asked for is still honest.
        if (search.BytesLeft < -Limits.MessageBytes - Limits.AskedBytes)
            return "You sent more entries than I had asked for.";
        search.IsRefused |= message.Entries_.Count > 0 && !TryTake(search, message);
        if (!message.Last)
            return null;

        search.Wants = 0;
        if (search.IsRefused && search.Branch!.Parts.Count == 0 && search.From > 0)
            GoBack(search, effects);
        else if (search.Branch!.Parts.Count == 0 || search.IsRefused)
            End(Missed(search.Journal), effects);
        else if (!search.IsWhole || message.Entries_.Count == 0 || search.Branch.End >= search.Journal.HeldByPeer)
            End(new Effect.BranchFound(search.Journal.Id, search.Branch, search.Journal.Ours?.Checkpoint), effects);
        else if (search.Branch.Bytes > Limits.BranchBytes)
            End(new Effect.BranchMissed(search.Journal.Id, $"The two versions differ by more than {Limits.BranchBytes >> 20} MiB, which is no roll-back."), effects);
        else
            Want(search, now, effects);
        return null;
    }

    /// <summary>The peer has owed an answer for too long.</summary>
    public bool IsOverdue(DateTimeOffset now) => _search is { Wants: > 0 } search && now - search.ProgressAt > Limits.AnswerTime;

    private static bool TryTake(Search search, Entries message)
    {
        if (search.IsRefused)
            return false;
        if (RangeVerifier.Verify(search.Journal.Id, message, search.Branch!.After, search.Branch.Checkpoint ?? search.Journal.Theirs)
            is not RangeVerification.Verified { Range: var range })
            return false;
        search.Branch.Add(range);
        return true;
    }

    // Twice as far as before, so that a long tail takes few questions.
    private static void GoBack(Search search, List<Effect> effects)
    {
        search.From -= Math.Min(search.From, search.Step);
        search.Step *= 2;
        (search.Branch, search.IsRefused) = (null, false);
        effects.Add(new Effect.ReadPrefix(search.Journal.Id, search.From));
    }

    private static void Want(Search search, DateTimeOffset now, List<Effect> effects)
    {
        (search.Wants, search.ProgressAt, search.BytesLeft) = (1, now, Limits.AskedBytes);
        effects.Add(new Effect.Send(new SyncMessage
        {
            Want = new Want
            {
                Origin = Google.Protobuf.UnsafeByteOperations.UnsafeWrap(search.Journal.Id.Origin.ToByteArray()),
                Epoch = search.Journal.Id.Epoch,
                From = search.Branch!.End,
                // While it is not found where the versions part, a short answer tells as much as a long one.
                MaxBytes = (uint)(search.IsWhole && search.Branch.Parts.Count > 0 ? Limits.AskedBytes : Limits.BatchBytes),
            },
        }));
    }

    private void End(Effect outcome, List<Effect> effects)
    {
        _search = null;
        effects.Add(outcome);
        TryNext(effects);
    }

    private static Effect.BranchMissed Missed(PeerJournal journal) => new(
        journal.Id,
        $"What the peer holds of journal {journal.Id.Origin.Short} (epoch {journal.Id.Epoch}) does not lead to what its origin signed, wherever it begins: the peer changed it.");

    private sealed class Search(PeerJournal journal, bool isWhole)
    {
        public PeerJournal Journal { get; } = journal;

        public bool IsWhole { get; } = isWhole;

        /// <summary>Where the search looks: entries before it are taken for the same in both versions.</summary>
        public ulong From { get; set; }

        /// <summary>How far back it goes when that proves wrong.</summary>
        public ulong Step { get; set; } = 1;

        /// <summary>What was found; null until the range before it is known.</summary>
        public JournalBranch? Branch { get; set; }

        public int Wants { get; set; }

        public long BytesLeft { get; set; }

        /// <summary>A part of the answer did not lead to a signed root; what still comes of it is dropped.</summary>
        public bool IsRefused { get; set; }

        public DateTimeOffset ProgressAt { get; set; }
    }
}
