namespace OuiShare.Federation.Protocol;

/// <summary>What came of checking entries that a peer sent.</summary>
public abstract record RangeVerification
{
    private RangeVerification()
    {
    }

    /// <summary>The origin signed every one of them at its place.</summary>
    /// <param name="Range">What the store may take.</param>
    public sealed record Verified(VerifiedRange Range) : RangeVerification;

    /// <summary>None of them is to be believed.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Sentence">Why, in English, for an admin.</param>
    /// <param name="Checkpoint">The signed checkpoint the entries should have led to, once it was verified; else null.</param>
    public sealed record Refused(RangeRefusal Reason, string Sentence, SignedCheckpoint? Checkpoint = null) : RangeVerification;
}

/// <summary>Why entries were refused.</summary>
public enum RangeRefusal
{
    /// <summary>The message is about another journal than the one that was asked for.</summary>
    WrongJournal,

    /// <summary>The message does not begin where our copy ends.</summary>
    WrongPosition,

    /// <summary>No entries, or more than <see cref="Limits.BatchEntries"/>.</summary>
    WrongCount,

    /// <summary>An entry is too large or cannot be read.</summary>
    MalformedEntry,

    /// <summary>An entry names another origin, epoch or position than the place it stands at.</summary>
    MisplacedEntry,

    /// <summary>An EpochRecord elsewhere than at the opening of a later epoch, or missing there.</summary>
    MisplacedEpoch,

    /// <summary>A body is too large, its salt has another length than 16, or it came with a withdrawal.</summary>
    MalformedBody,

    /// <summary>A body is not the one its entry names.</summary>
    WrongBody,

    /// <summary>The signed note is not a checkpoint, or not signed by the origin.</summary>
    BadCheckpoint,

    /// <summary>The checkpoint is another journal's, or smaller than the entries.</summary>
    WrongCheckpoint,

    /// <summary>There are more or fewer hashes to the right than the checkpoint's size needs, or one is not 32 bytes.</summary>
    MalformedRight,

    /// <summary>The entries do not lead to the root that the origin signed: somebody changed them, or the journal was forked.</summary>
    WrongRoot,
}
