namespace OuiShare.Federation.Protocol;

/// <summary>
/// What a node that lost data is being given back of its own journal, and must wait for before it writes on: else it would use positions a
/// second time. Not thread-safe.
/// </summary>
public sealed class TakingBack
{
    private readonly Dictionary<JournalId, ulong> _wanted = [];

    /// <summary>Something is still to come.</summary>
    public bool IsWanting => _wanted.Count > 0;

    /// <summary>A peer holds more of an epoch than we do. Whether writing must wait for it: the end of an epoch that was left is in nobody's way.</summary>
    /// <param name="journal">Which epoch.</param>
    /// <param name="held">How many entries the peer holds.</param>
    /// <param name="written">The epoch that we write.</param>
    /// <param name="ours">How many entries of it are on our disk now: what a peer said may have come meanwhile.</param>
    public bool Hear(JournalId journal, ulong held, uint written, ulong ours)
    {
        if (journal.Epoch < written || held <= ours)
            return false;
        _wanted[journal] = Math.Max(held, _wanted.GetValueOrDefault(journal));
        return true;
    }

    /// <summary>An epoch is held up to a size.</summary>
    public void Stored(JournalId journal, ulong size)
    {
        if (_wanted.TryGetValue(journal, out var wanted) && size >= wanted)
            _wanted.Remove(journal);
    }

    /// <summary>What a peer holds of an epoch is not the continuation of ours, or its end is not waited for any more.</summary>
    public void Drop(JournalId journal) => _wanted.Remove(journal);

    /// <summary>An epoch and those before it are not written any more.</summary>
    public void Left(uint epoch)
    {
        foreach (var journal in _wanted.Keys.Where(journal => journal.Epoch <= epoch).ToArray())
            _wanted.Remove(journal);
    }

    /// <summary>Nothing is waited for any more.</summary>
    public void Forget() => _wanted.Clear();
}
