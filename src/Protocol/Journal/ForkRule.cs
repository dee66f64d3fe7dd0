using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>Which of two versions of an epoch counts.</summary>
public enum ForkVersion
{
    /// <summary>The origin has not said it, or not so far.</summary>
    Undecided,

    /// <summary>Ours.</summary>
    Ours,

    /// <summary>The other one.</summary>
    Theirs,
}

/// <summary>What a node does first about a journal of which a peer shows something that contradicts its copy.</summary>
public enum RejectStep
{
    /// <summary>Nothing: it is no matter of two versions.</summary>
    None,

    /// <summary>Two notes prove the fork, and the origin has not decided: the journal is not followed until it has.</summary>
    Quarantine,

    /// <summary>Looks for as much of the other version as proves that there are two.</summary>
    SearchProof,

    /// <summary>Looks for all of the other version: it may be what counts, or, for the origin, what it signed and lost.</summary>
    Search,
}

/// <summary>What an entry said that stands in a version that is given up.</summary>
/// <param name="Kind">What kind of record it is about.</param>
/// <param name="RecordId">The record.</param>
/// <param name="IsWithdrawal">It takes the record back.</param>
/// <param name="Record">The record's bytes; null for a withdrawal, and where the body is not held (any more).</param>
public sealed record GivenUpEntry(RecordKind Kind, RecordId RecordId, bool IsWithdrawal, ReadOnlyMemory<byte>? Record);

/// <summary>
/// What becomes of an epoch that exists in two versions, because its origin wrote on older data than its peers held. Pure; nodes and the
/// simulation of networks decide by the same lines.
/// <list type="number">
/// <item>Only the origin decides which version counts, by the ends in its newest EpochRecord (<see cref="EpochEnds"/>).</item>
/// <item>Nobody drops an entry whose record was not written again in a later epoch: so nothing is lost, and the origin can still be given it.</item>
/// <item>The origin writes again in a later epoch what stands in the version that it gives up.</item>
/// </list>
/// </summary>
public static class ForkRule
{
    /// <summary>What the origin said.</summary>
    /// <param name="end">Up to where it settled the epoch; null: it has not.</param>
    /// <param name="ourRoot">Root of our first <c>end.Size</c> entries; null: we hold fewer.</param>
    /// <param name="theirRoot">The same of the other version.</param>
    public static ForkVersion Decide(EpochEnd? end, Hash? ourRoot, Hash? theirRoot)
    {
        if (end is null || ourRoot == theirRoot)
            return ForkVersion.Undecided;
        if (ourRoot == end.Root)
            return ForkVersion.Ours;
        return theirRoot == end.Root ? ForkVersion.Theirs : ForkVersion.Undecided;
    }

    /// <summary>Whether the origin gave a version up: what it holds up to where the epoch is settled is not what the origin confirmed.</summary>
    /// <param name="end">Up to where it settled the epoch; null: it has not.</param>
    /// <param name="ourRoot">Root of our first <c>end.Size</c> entries; null: we hold fewer, and cannot tell.</param>
    public static bool IsGivenUp(EpochEnd? end, Hash? ourRoot) => end is not null && ourRoot is not null && ourRoot != end.Root;

    /// <summary>What a node does first when a peer showed of a journal what contradicts its own copy.</summary>
    /// <param name="reject">What was rejected, and why.</param>
    /// <param name="isOwn">It is the node's own journal.</param>
    /// <param name="isDecided">The origin said which of two versions of this epoch counts.</param>
    public static RejectStep AfterReject(Effect.Reject reject, bool isOwn, bool isDecided)
    {
        if (reject is not { Reason: RejectReason.Fork or RejectReason.GivenUp or RejectReason.WrongRoot, Theirs: not null })
            return RejectStep.None;
        if (isOwn || isDecided)
            return RejectStep.Search;
        return reject.Reason == RejectReason.Fork ? RejectStep.Quarantine : RejectStep.SearchProof;
    }

    /// <summary>
    /// Whether the origin need not say anything more about a note of its own that contradicts its journal: what it said before covers that.
    /// </summary>
    /// <param name="end">Up to where it settled the epoch; null: it has not.</param>
    /// <param name="ourRoot">Root of its first <c>end.Size</c> entries; null: it holds fewer.</param>
    /// <param name="contradicted">The size of the note.</param>
    /// <param name="held">How many entries of the epoch the origin holds; in an epoch that it left, nothing can be said of what follows.</param>
    /// <param name="isWritten">It is the epoch that it writes.</param>
    public static bool IsSettled(EpochEnd? end, Hash? ourRoot, ulong contradicted, ulong held, bool isWritten) =>
        end is not null && ourRoot == end.Root && (contradicted <= end.Size || (!isWritten && contradicted > held));

    /// <summary>
    /// What the origin itself makes of it: while it still writes the epoch, what it signed before it lost it counts; an epoch that it left stays
    /// as it holds it.
    /// </summary>
    /// <param name="decided">What it said before.</param>
    /// <param name="isWritten">It is the epoch that it writes.</param>
    public static ForkVersion DecideAsOrigin(ForkVersion decided, bool isWritten) =>
        decided is not ForkVersion.Undecided ? decided : isWritten ? ForkVersion.Theirs : ForkVersion.Ours;

    /// <summary>
    /// What of a version that is given up would be lost with it: of each record the newest that it says, or that it is withdrawn, unless a later
    /// epoch says of the same record at least as much. Bodies that are not held are lost already.
    /// </summary>
    /// <param name="givenUp">The entries from the first that differs on, in order.</param>
    /// <param name="later">The records that the origin's later epochs name, and whether they withdraw them.</param>
    public static IReadOnlyList<GivenUpEntry> Unsaid(
        IEnumerable<GivenUpEntry> givenUp, IReadOnlyDictionary<(RecordKind Kind, RecordId RecordId), bool> later)
    {
        var newest = new Dictionary<(RecordKind, RecordId), (int Turn, GivenUpEntry Entry)>();
        var turn = 0;
        foreach (var entry in givenUp.Where(entry => entry.Kind != RecordKind.Epoch && (entry.IsWithdrawal || entry.Record is not null)))
        {
            if (!newest.TryGetValue((entry.Kind, entry.RecordId), out var before) || !before.Entry.IsWithdrawal)
                newest[(entry.Kind, entry.RecordId)] = (turn++, entry);
        }

        return [.. newest.Values.OrderBy(kept => kept.Turn).Select(kept => kept.Entry).Where(entry => !IsSaid(entry))];

        bool IsSaid(GivenUpEntry entry) => later.TryGetValue((entry.Kind, entry.RecordId), out var isWithdrawn) && (isWithdrawn || !entry.IsWithdrawal);
    }
}
