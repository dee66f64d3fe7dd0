namespace OuiShare.Federation.Protocol;

/// <summary>A request for entries of a journal that this node holds already and that its disk damaged.</summary>
/// <param name="Journal">The journal.</param>
/// <param name="Before">The leaves before the first entry wanted, [0, from), as this node proves them from what is sound. Not changed.</param>
/// <param name="Count">How many entries; 1 to <see cref="Limits.AgainEntries"/>.</param>
public sealed record FetchAgain(JournalId Journal, MerkleRange Before, int Count)
{
    /// <summary>Position of the first entry.</summary>
    public ulong From => Before.End;

    /// <summary>The position after the last one.</summary>
    public ulong End => Before.End + (ulong)Count;
}
