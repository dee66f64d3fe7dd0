using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// An epoch of which a peer holds another version, with all that is needed to decide by <see cref="ForkRule"/> what becomes of it. Pure.
/// </summary>
public sealed record ForkCase
{
    /// <summary>The other version.</summary>
    public required JournalBranch Branch { get; init; }

    /// <summary>Up to where the origin settled the epoch; null: it has not.</summary>
    public required EpochEnd? End { get; init; }

    /// <summary>Root of our first <c>End.Size</c> entries; null: we hold fewer, or there is no end.</summary>
    public required Hash? OurRootAtEnd { get; init; }

    /// <summary>Our entries from <see cref="JournalBranch.Begin"/> on: their leaf hashes and what they say.</summary>
    public required IReadOnlyList<(Hash Leaf, GivenUpEntry Entry)> Ours { get; init; }

    /// <summary>The records that the origin's later epochs name, and whether they withdraw them.</summary>
    public required IReadOnlyDictionary<(RecordKind Kind, RecordId RecordId), bool> Later { get; init; }

    /// <summary>The first position at which the versions differ; null: one is the beginning of the other, and there is no fork.</summary>
    public ulong? DivergesAt => Branch.DivergesAt([.. Ours.Select(ours => ours.Leaf)]);

    /// <summary>What the origin said of the two versions.</summary>
    public ForkVersion Decided => ForkRule.Decide(End, OurRootAtEnd, End is null ? null : Branch.RootAt(End.Size));

    /// <summary>What would be lost with our version.</summary>
    public IReadOnlyList<GivenUpEntry> OurUnsaid => Unsaid(DivergesAt is { } from ? Ours.Skip((int)(from - Branch.Begin)).Select(ours => ours.Entry) : []);

    /// <summary>What would be lost with the other version.</summary>
    public IReadOnlyList<GivenUpEntry> TheirUnsaid => Unsaid(DivergesAt is { } from ? Branch.Entries.Where(entry => entry.Position >= from).Select(Said) : []);

    /// <summary>What a node does that holds a copy of another's journal.</summary>
    public ReplicaStep AsReplica()
    {
        if (DivergesAt is null)
            return AsOneVersion();
        return Decided switch
        {
            ForkVersion.Theirs => OurUnsaid.Count == 0 ? ReplicaStep.Replace : ReplicaStep.Wait,
            ForkVersion.Ours => ReplicaStep.None,
            // Ours was given up, or is too short to tell, and the peer does not hold enough of the other to prove that it is the one.
            _ => End is { } end && OurRootAtEnd != end.Root ? ReplicaStep.Wait : ReplicaStep.Quarantine,
        };
    }

    // Only a note that covers more than the copy has said something else: it leads to a version that was given up.
    private ReplicaStep AsOneVersion()
    {
        var isLonger = Branch.End > Branch.Begin + (ulong)Ours.Count;
        if (isLonger && Decided == ForkVersion.Theirs)
            return ReplicaStep.Replace;
        // What follows after the end of ours may belong to either version as long as it does not reach where the epoch is settled.
        return isLonger && End is not null && !ForkRule.IsGivenUp(End, OurRootAtEnd) ? ReplicaStep.Wait : ReplicaStep.Agree;
    }

    /// <summary>What the origin itself does.</summary>
    /// <param name="isWritten">It is the epoch that it writes.</param>
    public OwnStep AsOrigin(bool isWritten)
    {
        if (DivergesAt is null)
            return new OwnStep(ForkVersion.Ours, [], OpensEpoch: false);
        var decided = Decided;
        var kept = ForkRule.DecideAsOrigin(decided, isWritten);
        return new OwnStep(kept, kept == ForkVersion.Theirs ? OurUnsaid : TheirUnsaid, OpensEpoch: isWritten || decided == ForkVersion.Undecided);
    }

    /// <summary>What an entry of a version says.</summary>
    public static GivenUpEntry Said(VerifiedEntry entry) => new(entry.Kind, entry.RecordId, entry.BodyHash is null, entry.Body?.Record);

    private IReadOnlyList<GivenUpEntry> Unsaid(IEnumerable<GivenUpEntry> givenUp) => ForkRule.Unsaid(givenUp, Later);
}

/// <summary>What a node does with its copy of another's journal.</summary>
public enum ReplicaStep
{
    /// <summary>Nothing: ours is the version that counts.</summary>
    None,

    /// <summary>As far as both have entries they are the same: the peer is believed again.</summary>
    Agree,

    /// <summary>Nothing yet: ours was given up, and something in it was not written again, or the other is not proven to count.</summary>
    Wait,

    /// <summary>The other version takes the place of ours.</summary>
    Replace,

    /// <summary>The origin has not decided: the journal is not followed until it has.</summary>
    Quarantine,
}

/// <summary>What an origin does with a forked epoch of its own.</summary>
/// <param name="Kept">Which version stays.</param>
/// <param name="WriteAgain">What is written again in the newest epoch.</param>
/// <param name="OpensEpoch">A new epoch is begun first, whose record says which version counts.</param>
public sealed record OwnStep(ForkVersion Kept, IReadOnlyList<GivenUpEntry> WriteAgain, bool OpensEpoch);
