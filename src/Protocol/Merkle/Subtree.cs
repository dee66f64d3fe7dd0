namespace OuiShare.Federation.Protocol;

/// <summary>
/// Where a complete subtree stands in a journal's Merkle tree: at level L it covers the 2^L leaves from
/// <paramref name="Index"/> · 2^L on. Level 0 is a leaf.
/// </summary>
/// <param name="Level">Height above the leaves, 0 to 48.</param>
/// <param name="Index">Which subtree of that level, from 0 at the left.</param>
public readonly record struct SubtreePlace(int Level, ulong Index)
{
    /// <summary>Position of the first leaf it covers.</summary>
    public ulong Begin => Index << Level;

    /// <summary>Position after the last leaf it covers.</summary>
    public ulong End => (Index + 1) << Level;
}

/// <summary>A complete subtree with its hash. Once complete it never changes, so it can be kept for ever.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Hash">Its RFC 6962 hash.</param>
public readonly record struct Subtree(SubtreePlace Place, Hash Hash)
{
    /// <summary>
    /// Lowest level that is worth keeping: below it a hash is made again from at most 255 leaves, which costs about 0.1 ms, while
    /// keeping every level would cost as many rows as there are entries.
    /// </summary>
    public const int LowestKeptLevel = 8;
}
