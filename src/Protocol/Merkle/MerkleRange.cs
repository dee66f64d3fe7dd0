using System.Numerics;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// The leaves [Begin, End) of a Merkle tree, folded into the hashes of the fewest complete subtrees that cover them (a "compact
/// range"). It grows at the right, joins with the range that follows it, and, from the first leaf on, gives the tree's root.
/// <code>
///   leaves  0 1 2 3 4 5 6        [0,7) = {0..3} {4,5} {6}      sizes fall from left to right
///                                [3,7) = {3} {4,5} {6}         and first rise when Begin is not 0
/// </code>
/// Never more than 2·48 hashes. Not thread-safe; a range that others may see is not appended to (<see cref="Clone"/> it).
/// </summary>
public sealed class MerkleRange
{
    private const int FirstCapacity = 16;
    private Hash[] _hashes;
    private int _count;

    private MerkleRange(ulong begin, ulong end, Hash[] hashes, int count)
    {
        Begin = begin;
        End = end;
        _hashes = hashes;
        _count = count;
    }

    /// <summary>A range without leaves that begins at a position.</summary>
    public MerkleRange(ulong begin = 0) : this(begin, begin, new Hash[FirstCapacity], 0)
    {
    }

    /// <summary>Position of the first leaf.</summary>
    public ulong Begin { get; }

    /// <summary>Position after the last leaf.</summary>
    public ulong End { get; private set; }

    /// <summary>Hashes of the subtrees at <see cref="Subtrees"/>, from left to right.</summary>
    public ReadOnlySpan<Hash> Hashes => _hashes.AsSpan(0, _count);

    /// <summary>
    /// The fewest complete subtrees that cover the leaves [begin, end), from left to right. They are the places of a range's
    /// <see cref="Hashes"/>, and what is to be looked up to make the range of leaves that are stored already.
    /// </summary>
    public static IReadOnlyList<SubtreePlace> Subtrees(ulong begin, ulong end)
    {
        var places = new List<SubtreePlace>();
        for (var position = begin; position < end;)
        {
            var level = LevelAt(position, end);
            places.Add(new SubtreePlace(level, position >> level));
            position += 1UL << level;
        }

        return places;
    }

    /// <summary>How many subtrees <see cref="Subtrees"/> lists.</summary>
    public static int CountSubtrees(ulong begin, ulong end)
    {
        var subtrees = 0;
        for (var position = begin; position < end; subtrees++)
            position += 1UL << LevelAt(position, end);
        return subtrees;
    }

    /// <summary>The range [begin, end) whose subtrees, at <see cref="Subtrees"/>, have these hashes.</summary>
    /// <exception cref="ArgumentException">There are more or fewer hashes than subtrees, or end is before begin.</exception>
    public static MerkleRange FromSubtrees(ulong begin, ulong end, ReadOnlySpan<Hash> hashes)
    {
        if (end < begin || hashes.Length != CountSubtrees(begin, end))
            throw new ArgumentException($"The range from {begin} to {end} does not have {hashes.Length} subtrees.", nameof(hashes));
        return new MerkleRange(begin, end, hashes.ToArray(), hashes.Length);
    }

    /// <summary>The range [begin, end) from what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="ArgumentException">The bytes are not as many as the range's subtrees need.</exception>
    public static MerkleRange FromBytes(ulong begin, ulong end, ReadOnlySpan<byte> bytes)
    {
        var read = new Hash[bytes.Length / Hash.Size];
        for (var i = 0; i < read.Length; i++)
            read[i] = Hash.FromBytes(bytes.Slice(i * Hash.Size, Hash.Size));
        return bytes.Length % Hash.Size == 0
            ? FromSubtrees(begin, end, read)
            : throw new ArgumentException("A range is written as hashes of 32 bytes.", nameof(bytes));
    }

    /// <summary>The range [0, size) from what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="ArgumentException">The bytes are not as many as the range's subtrees need.</exception>
    public static MerkleRange FromBytes(ulong size, ReadOnlySpan<byte> bytes) => FromBytes(begin: 0, end: size, bytes);

    /// <summary>The hashes one after the other, 32 bytes each; begin and end are not in it.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[_count * Hash.Size];
        for (var i = 0; i < _count; i++)
            _hashes[i].CopyTo(bytes.AsSpan(i * Hash.Size));
        return bytes;
    }

    /// <summary>Adds the leaf that stands at <see cref="End"/>.</summary>
    /// <param name="leaf">Its leaf hash, as <see cref="Hash.OfLeaf"/> makes it.</param>
    /// <param name="completed">Called for each subtree above the leaf that this leaf completes, from below.</param>
    public void Append(Hash leaf, Action<Subtree>? completed = null) => Push(new SubtreePlace(0, End), leaf, completed);

    /// <summary>Adds the leaves of the range that begins where this one ends.</summary>
    /// <param name="right">The following range; it is not changed.</param>
    /// <param name="completed">Called for each subtree that spans both ranges and is now complete.</param>
    /// <exception cref="ArgumentException">The other range begins elsewhere.</exception>
    public void Merge(MerkleRange right, Action<Subtree>? completed = null)
    {
        if (right.Begin != End)
            throw new ArgumentException($"The range begins at {right.Begin}, not at {End}.", nameof(right));
        for (var i = 0; i < right._count; i++)
        {
            var level = LevelAt(End, right.End);
            Push(new SubtreePlace(level, End >> level), right._hashes[i], completed);
        }
    }

    /// <summary>A range of its own with the same leaves.</summary>
    public MerkleRange Clone() => new(Begin, End, _hashes.AsSpan().ToArray(), _count);

    /// <summary>The RFC 6962 root of the tree of size <see cref="End"/>; <see cref="Hash.Empty"/> without leaves.</summary>
    /// <exception cref="InvalidOperationException">The range does not begin at the first leaf.</exception>
    public Hash Root()
    {
        if (Begin != 0)
            throw new InvalidOperationException($"A range that begins at {Begin} has no root.");
        if (_count == 0)
            return Hash.Empty;
        var root = _hashes[_count - 1];
        for (var i = _count - 2; i >= 0; i--)
            root = Hash.OfNode(_hashes[i], root);
        return root;
    }

    // The largest complete subtree that begins at a position and does not reach beyond the end.
    private static int LevelAt(ulong position, ulong end) =>
        Math.Min(BitOperations.TrailingZeroCount(position), BitOperations.Log2(end - position));

    private void Push(SubtreePlace place, Hash hash, Action<Subtree>? completed)
    {
        End = place.End;
        // A right-hand subtree joins its left sibling when this range covers that one too; the sibling is then the last hash.
        while (place.Index % 2 == 1 && (place.Index - 1) << place.Level >= Begin)
        {
            hash = Hash.OfNode(_hashes[--_count], hash);
            place = new SubtreePlace(place.Level + 1, place.Index / 2);
            completed?.Invoke(new Subtree(place, hash));
        }

        if (_count == _hashes.Length)
            Array.Resize(ref _hashes, 2 * _count + 1);
        _hashes[_count++] = hash;
    }
}
