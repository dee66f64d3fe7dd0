namespace OuiShare.Federation.Protocol;

/// <summary>
/// Another version of a journal that somebody holds, from a position on up to which it has the same entries as ours; each part was verified
/// against its origin's signature.
/// <code>
///   ours     0 ........ Begin ...... x y z
///   branch              Begin ...... a b            Begin is at or before the first entry that differs
/// </code>
/// </summary>
/// <param name="common">The leaves before the branch, the same in both versions: [0, Begin). Not to be changed.</param>
public sealed class JournalBranch(MerkleRange common)
{
    private readonly List<VerifiedRange> _parts = [];

    /// <summary>Position of its first entry.</summary>
    public ulong Begin => common.End;

    /// <summary>Position after its last entry.</summary>
    public ulong End => After.End;

    /// <summary>The leaves [0, <see cref="End"/>). Not to be changed.</summary>
    public MerkleRange After => _parts.Count == 0 ? common : _parts[^1].After;

    /// <summary>The leaves [0, <see cref="Begin"/>). Not to be changed.</summary>
    public MerkleRange Common => common;

    /// <summary>The parts in order, each of which continues the one before.</summary>
    public IReadOnlyList<VerifiedRange> Parts => _parts;

    /// <summary>Its entries in order.</summary>
    public IEnumerable<VerifiedEntry> Entries => _parts.SelectMany(part => part.Entries);

    /// <summary>The newest signed checkpoint it leads to; null while it has no part.</summary>
    public SignedCheckpoint? Checkpoint => _parts.Count == 0 ? null : _parts[^1].Checkpoint;

    /// <summary>Bytes of its entries and bodies together.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds the part that follows.</summary>
    /// <exception cref="ArgumentException">It begins elsewhere.</exception>
    public void Add(VerifiedRange part)
    {
        if (part.From != End)
            throw new ArgumentException($"The part begins at {part.From}, not at {End}.", nameof(part));
        _parts.Add(part);
        Bytes += part.Bytes;
    }

    /// <summary>The root of this version's first entries; null when there are not so many, or the branch begins later.</summary>
    public Hash? RootAt(ulong size)
    {
        if (Checkpoint?.Checkpoint is { } checkpoint && checkpoint.Size == size)
            return checkpoint.Root;
        if (size < Begin || size > End)
            return null;
        var range = common.Clone();
        foreach (var entry in Entries.TakeWhile(entry => entry.Position < size))
            range.Append(entry.LeafHash);
        return range.Root();
    }

    /// <summary>The first position at which the two versions have different entries; null: one is the beginning of the other.</summary>
    /// <param name="ourLeaves">The leaf hashes of our copy from <see cref="Begin"/> on.</param>
    public ulong? DivergesAt(IReadOnlyList<Hash> ourLeaves)
    {
        var position = 0;
        foreach (var entry in Entries)
        {
            if (position >= ourLeaves.Count)
                return null;
            if (ourLeaves[position] != entry.LeafHash)
                return Begin + (ulong)position;
            position++;
        }

        return null;
    }
}
