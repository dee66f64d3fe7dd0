namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>
/// What every origin wrote, against which every stored entry is compared. An origin that was rolled back wrote several entries for one
/// position; each of them is its own, and none other may be stored.
/// </summary>
internal sealed class SimTruth
{
    private readonly Dictionary<Hash, VerifiedEntry> _written = [];
    private int _salts;

    /// <summary>All that was ever written and acknowledged.</summary>
    public IReadOnlyCollection<VerifiedEntry> All => _written.Values;

    /// <summary>Another number each time, as chance gives a node another salt each time.</summary>
    public int NextSalt() => ++_salts;

    public long Total => _written.Count;

    public void Wrote(VerifiedRange range)
    {
        foreach (var entry in range.Entries)
            _written[entry.LeafHash] = entry;
    }

    /// <summary>What was written and is not among these entries, neither itself nor as a later epoch says the same record again.</summary>
    public IEnumerable<VerifiedEntry> MissingFrom(IEnumerable<VerifiedEntry> held)
    {
        var records = held.ToLookup(entry => (entry.Journal.Origin, entry.Kind, entry.RecordId));
        return All.Where(written => written.Kind != V1.RecordKind.Epoch && !records[(written.Journal.Origin, written.Kind, written.RecordId)].Any(entry =>
            entry.LeafHash == written.LeafHash || (entry.Journal.Epoch > written.Journal.Epoch && (entry.BodyHash is null || written.BodyHash is not null))));
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
