using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>
/// What a simulated node does when it hears of another version of a journal, its own or a copy: the effects are carried out on its disk as the
/// real node does on its database; what is decided is decided by the same <see cref="ForkCase"/>.
/// </summary>
internal sealed class SimForks(SimNode node)
{
    private readonly Dictionary<SimEnd, Dictionary<JournalId, Effect.Reject>> _searching = [];
    private readonly TakingBack _takingBack = new();
    private Dictionary<JournalId, ReadOnlyMemory<byte>> _left = [];

    /// <summary>Journals that are not followed until their origin decides.</summary>
    public IReadOnlyDictionary<JournalId, ReadOnlyMemory<byte>> Left => _left;

    /// <summary>Copies that wait: their origin gave them up, and something in them is not written again yet.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>The node may write: nobody is known to hold more of its journal, or another version.</summary>
    public bool IsOpen => !_takingBack.IsWanting && !_searching.Values.Any(journals => journals.Keys.Any(journal => journal.Origin == node.Key.Origin));

    public IReadOnlyCollection<JournalHead> Followed => [.. node.Heads.Where(head => !_left.ContainsKey(head.Journal))];

    public IReadOnlyCollection<LeftJournal> LeftJournals =>
        [.. node.Heads.Where(head => _left.ContainsKey(head.Journal)).Select(head => new LeftJournal(head, _left[head.Journal]))];

    public void Restart(IReadOnlyDictionary<JournalId, ReadOnlyMemory<byte>> left)
    {
        _left = left.ToDictionary();
        _searching.Clear();
        _takingBack.Forget();
        IsWaiting = false;
    }

    public void Broke(SimEnd end)
    {
        _searching.Remove(end);
        _takingBack.Forget();
    }

    /// <summary>Connections begin anew, and with them every search.</summary>
    public void Retry() => IsWaiting = false;

    public void HearAhead(SimEnd end, Effect.OwnJournalAhead ahead, DateTimeOffset now)
    {
        var journal = ahead.Theirs.Checkpoint.Journal;
        _takingBack.Hear(journal, ahead.HeldByPeer, node.Own.Epoch, node.Held(journal));
        end.Do(end.Conversation.TakeBack(journal, now));
    }

    /// <summary>Who must be met again because of it.</summary>
    public SimMeeting HearRejected(SimEnd end, Effect.Reject reject, DateTimeOffset now)
    {
        var step = ForkRule.AfterReject(reject, reject.Journal.Origin == node.Key.Origin, EndsOf(reject.Journal.Origin).ContainsKey(reject.Journal.Epoch));
        if (step == RejectStep.None)
            return SimMeeting.Nobody;
        if (step == RejectStep.Quarantine)
            return Leave(reject);
        if (!_searching.TryGetValue(end, out var journals))
            _searching[end] = journals = [];
        journals[reject.Journal] = reject;
        _takingBack.Drop(reject.Journal);
        end.Do(end.Conversation.SearchBranch(reject.Journal, isWhole: step == RejectStep.Search, now));
        return SimMeeting.Nobody;
    }

    /// <summary>Who must be met again because the disk changed.</summary>
    public SimMeeting HearMissed(SimEnd end, JournalId journal) =>
        _searching[end].Remove(journal, out var reject) && journal.Origin == node.Key.Origin && SettleProof(reject) ? SimMeeting.Everybody : SimMeeting.Nobody;

    /// <summary>Who must be met again because the disk changed.</summary>
    public SimMeeting HearBranch(SimEnd end, Effect.BranchFound found, DateTimeOffset now)
    {
        _searching[end].Remove(found.Journal, out var reject);
        var fork = CaseOf(found);
        if (found.Journal.Origin != node.Key.Origin)
            return SettleCopy(end, reject!, fork, now);
        if (fork.DivergesAt is null ? SettleProof(reject!) : SettleOwn(found, fork))
            return SimMeeting.Everybody;
        if (fork.DivergesAt is null)
            end.Do(end.Conversation.Agree(found.Journal, now));
        return SimMeeting.Nobody;
    }

    /// <summary>Entries were stored. Whether everybody must be met again: a journal is followed again because of them, or a copy is known to be given up.</summary>
    public bool Stored(VerifiedRange range)
    {
        _takingBack.Stored(range.Journal, range.After.End);
        if (range.Entries[0] is not { Kind: RecordKind.Epoch, Position: 0 })
            return false;
        var ends = EndsOf(range.Journal.Origin);
        var lifted = _left.Keys.Where(journal => journal.Origin == range.Journal.Origin && ends.ContainsKey(journal.Epoch)).ToList();
        lifted.ForEach(journal => _left.Remove(journal));
        return lifted.Count > 0 || node.EpochsOf(range.Journal.Origin).Any(IsGivenUp);
    }

    /// <summary>Whether a copy is one that its origin gave up.</summary>
    public bool IsGivenUp(JournalId journal)
    {
        var end = EndsOf(journal.Origin).GetValueOrDefault(journal.Epoch);
        return end is not null && ForkRule.IsGivenUp(end, node.Prefix(journal, end.Size)?.Root());
    }

    private bool SettleOwn(Effect.BranchFound found, ForkCase fork)
    {
        var isWritten = found.Journal == node.Own;
        var step = fork.AsOrigin(isWritten);
        if (step.Kept == ForkVersion.Theirs)
            node.Replace(found.Branch, found.Journal);
        var written = step.WriteAgain.Select(Again).ToList();
        if (step.OpensEpoch)
            OpenEpoch(written);
        else if (written.Count > 0)
        {
            node.Write(node.Own, written);
        }

        return step.Kept == ForkVersion.Theirs || step.OpensEpoch || written.Count > 0;
    }

    // A note of its own proves the fork, and nobody has the other version: whoever keeps the note waits for a word all the same.
    private bool SettleProof(Effect.Reject reject)
    {
        var end = EndsOf(node.Key.Origin).GetValueOrDefault(reject.Journal.Epoch);
        if (reject.Reason != RejectReason.Fork || ForkRule.IsSettled(
                end, end is null ? null : node.Prefix(reject.Journal, end.Size)?.Root(), reject.Theirs!.Checkpoint.Size, node.Held(reject.Journal), reject.Journal == node.Own))
            return false;
        OpenEpoch([]);
        return true;
    }

    private void OpenEpoch(IReadOnlyList<EntryDraft> written)
    {
        var previous = node.Own;
        var record = EpochEnds.Write(previous.Epoch, node.Head(previous), node.OwnEpochs.Select(epoch => node.Head(epoch)!));
        node.Write(new JournalId(node.Key.Origin, previous.Epoch + 1), [new EntryDraft(RecordKind.Epoch, RecordId.Zero, Body(record.ToByteArray())), .. written]);
    }

    private SimMeeting SettleCopy(SimEnd end, Effect.Reject reject, ForkCase fork, DateTimeOffset now)
    {
        switch (fork.AsReplica())
        {
            case ReplicaStep.Replace:
                node.Replace(fork.Branch, reject.Journal);
                return SimMeeting.Everybody;
            case ReplicaStep.Wait:
                IsWaiting = true;
                return SimMeeting.Nobody;
            case ReplicaStep.Agree:
                end.Do(end.Conversation.Agree(reject.Journal, now));
                return SimMeeting.Nobody;
            case ReplicaStep.Quarantine:
                return Leave(reject);
            default:
                return SimMeeting.Nobody;
        }
    }

    private SimMeeting Leave(Effect.Reject reject) => _left.TryAdd(reject.Journal, reject.Theirs!.Note) ? SimMeeting.Origin : SimMeeting.Nobody;

    private ForkCase CaseOf(Effect.BranchFound found)
    {
        var end = EndsOf(found.Journal.Origin).GetValueOrDefault(found.Journal.Epoch);
        var entries = node.Entries(found.Journal);
        return new ForkCase
        {
            Branch = found.Branch,
            End = end,
            OurRootAtEnd = end is not null && end.Size <= (ulong)entries.Count ? Chapters.Prefix(entries, (int)end.Size).Root() : null,
            Ours = [.. entries.Skip((int)found.Branch.Begin).Select(entry => (entry.LeafHash, ForkCase.Said(entry)))],
            Later = node.EpochsOf(found.Journal.Origin).Where(journal => journal.Epoch > found.Journal.Epoch)
                .SelectMany(node.Entries).GroupBy(entry => (entry.Kind, entry.RecordId))
                .ToDictionary(record => record.Key, record => record.Any(entry => entry.BodyHash is null)),
        };
    }

    private IReadOnlyDictionary<uint, EpochEnd> EndsOf(Origin origin)
    {
        var newest = node.EpochsOf(origin).Where(journal => journal.Epoch > 0).DefaultIfEmpty().Max();
        return newest == default || node.Entries(newest)[0].Body is not { } body
            ? new Dictionary<uint, EpochEnd>()
            : EpochEnds.Read(newest.Epoch, body.Record.Span);
    }

    // A fresh salt, as a node draws it: else two nodes' entries could be the same by chance of the seed.
    private EntryDraft Again(GivenUpEntry entry) => new(entry.Kind, entry.RecordId, entry.IsWithdrawal ? null : Body(entry.Record!.Value));

    private RecordBody Body(ReadOnlyMemory<byte> record)
    {
        using var random = new SeededRandom(node.Truth.NextSalt());
        return RecordBody.Create(record.ToArray(), random);
    }
}

/// <summary>Whom a node meets again because of what it did about a fork.</summary>
internal enum SimMeeting
{
    Nobody,

    /// <summary>The journal's origin, who is shown what contradicts the copy that was left.</summary>
    Origin,

    /// <summary>All: what conversations know of the node is not so any more.</summary>
    Everybody,
}
