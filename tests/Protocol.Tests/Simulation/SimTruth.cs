namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>
/// What every origin wrote, against which every stored entry is compared. An origin that was rolled back wrote several entries for one
/// position; each of them is its own, and none other may be stored.
/// </summary>
internal sealed class SimTruth
{
    private readonly Dictionary<Hash, VerifiedEntry> _written = [];

    /// <summary>All that was ever written and acknowledged.</summary>
    public IReadOnlyCollection<VerifiedEntry> All => _written.Values;

    public long Total => _written.Count;

    public void Wrote(VerifiedRange range)
    {
        foreach (var entry in range.Entries)
            _written.Add(entry.LeafHash, entry);
    }

    public void Check(VerifiedRange range)
    {
        foreach (var entry in range.Entries)
        {
            Assert.True(_written.TryGetValue(entry.LeafHash, out var original), $"Entry {entry.Position} of {entry.Journal} is not what was written.");
            Assert.Equal((range.Journal, entry.Position), (original.Journal, original.Position));
        }
    }
}
