namespace OuiShare.Federation.Protocol;

/// <summary>
/// Consecutive verified entries of one journal with what is to be stored beside them, in one transaction. It is stored only onto a
/// journal that holds exactly <see cref="From"/> entries. Nothing outside this project can make one.
/// </summary>
public sealed class VerifiedRange
{
    internal VerifiedRange(
        IReadOnlyList<VerifiedEntry> entries, IReadOnlyList<Subtree> subtrees, JournalHead head, int bytes)
    {
        Entries = entries;
        Subtrees = subtrees;
        Head = head;
        Bytes = bytes;
    }

    /// <summary>The journal.</summary>
    public JournalId Journal => Head.Journal;

    /// <summary>Position of the first entry.</summary>
    public ulong From => Entries[0].Position;

    /// <summary>The entries in order; at least one.</summary>
    public IReadOnlyList<VerifiedEntry> Entries { get; }

    /// <summary>The range [0, From + count): what the journal's next entry is appended to. Not to be changed.</summary>
    public MerkleRange After => Head.Range;

    /// <summary>The range from there to the checkpoint's size; without leaves when the entries reach it. Not to be changed.</summary>
    public MerkleRange Right => Head.Right;

    /// <summary>Subtrees these entries completed, of <see cref="Subtree.LowestKeptLevel"/> and higher: kept to prove parts later.</summary>
    public IReadOnlyList<Subtree> Subtrees { get; }

    /// <summary>The signed checkpoint the entries lead to; its size is at least From + count.</summary>
    public SignedCheckpoint Checkpoint => Head.Checkpoint;

    /// <summary>How the journal stands once this range is stored.</summary>
    public JournalHead Head { get; }

    /// <summary>Bytes of the entries and bodies together.</summary>
    public int Bytes { get; }
}
