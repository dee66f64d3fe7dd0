using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// How far a node's durable copy of a journal reaches, with all that is needed to go on from there and to prove what it holds. Where
/// a first copy is under way, the checkpoint is ahead of the copy, and <see cref="Right"/> covers what is missing.
/// <code>
///   leaves   0 ............ Size ............ Checkpoint.Size
///            [---- Range ----)[----- Right -----)              Range and Right together give Checkpoint.Root
/// </code>
/// Ranges in it are not to be changed.
/// </summary>
public sealed class JournalHead
{
    /// <summary>A head.</summary>
    /// <param name="checkpoint">A checkpoint that covers all that is held.</param>
    /// <param name="range">The leaves held: [0, size).</param>
    /// <param name="right">The leaves from there to the checkpoint's size; null when there are none.</param>
    /// <exception cref="ArgumentException">The ranges do not lie as drawn above.</exception>
    public JournalHead(SignedCheckpoint checkpoint, MerkleRange range, MerkleRange? right = null)
    {
        Checkpoint = checkpoint;
        Range = range;
        Right = right ?? new MerkleRange(range.End);
        if (Range.Begin != 0 || Right.Begin != Range.End || Right.End != checkpoint.Checkpoint.Size)
            throw new ArgumentException(
                $"Ranges [{Range.Begin},{Range.End}) and [{Right.Begin},{Right.End}) do not make a tree of {checkpoint.Checkpoint.Size}.");
    }

    /// <summary>The journal.</summary>
    public JournalId Journal => Checkpoint.Checkpoint.Journal;

    /// <summary>How many entries are held, from the first on.</summary>
    public ulong Size => Range.End;

    /// <summary>A checkpoint that covers all that is held, or more.</summary>
    public SignedCheckpoint Checkpoint { get; }

    /// <summary>The leaves held: [0, <see cref="Size"/>).</summary>
    public MerkleRange Range { get; }

    /// <summary>The leaves from there to the checkpoint's size; without leaves when all is held.</summary>
    public MerkleRange Right { get; }

    /// <summary>
    /// The message that carries entries of this journal to a peer, with the proof that they stand in it.
    /// </summary>
    /// <param name="from">Position of the first entry.</param>
    /// <param name="entries">Consecutive entries, at least one, that end within <see cref="Size"/>.</param>
    /// <param name="last">This is all the peer asked for, or all there is.</param>
    /// <param name="hashOf">Hash of a complete subtree of entries that are held.</param>
    public Entries Compose(ulong from, IEnumerable<CarriedEntry> entries, bool last, Func<SubtreePlace, Hash> hashOf)
    {
        var message = new Entries
        {
            Origin = UnsafeByteOperations.UnsafeWrap(Journal.Origin.ToByteArray()),
            Epoch = Journal.Epoch,
            From = from,
            Checkpoint = UnsafeByteOperations.UnsafeWrap(Checkpoint.Note),
            Last = last,
        };
        message.Entries_.AddRange(entries);
        foreach (var hash in RightOf(from + (ulong)message.Entries_.Count, hashOf).Hashes)
            message.RightHashes.Add(UnsafeByteOperations.UnsafeWrap(hash.ToByteArray()));
        return message;
    }

    /// <summary>The leaves from a position to the checkpoint's size, which prove the entries before that position.</summary>
    /// <param name="position">0 to <see cref="Size"/>.</param>
    /// <param name="hashOf">Hash of a complete subtree of entries that are held.</param>
    public MerkleRange RightOf(ulong position, Func<SubtreePlace, Hash> hashOf)
    {
        var places = MerkleRange.Subtrees(position, Size);
        var hashes = new Hash[places.Count];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = hashOf(places[i]);
        var right = MerkleRange.FromSubtrees(position, Size, hashes);
        right.Merge(Right);
        return right;
    }
}
