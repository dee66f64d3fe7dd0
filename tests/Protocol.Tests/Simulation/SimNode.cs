using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>
/// A node whose disk is a dictionary: what <see cref="TryStore"/> took survives a restart, what was only on its way does not. It does
/// what the real node does with effects, and checks that nothing is stored that its origin did not write.
/// </summary>
internal sealed class SimNode(int number, SimTruth truth)
{
    // Small, so that a journal of some hundred entries takes many messages.
    private const int BatchEntries = 7;

    private readonly Dictionary<JournalId, (List<VerifiedEntry> Entries, JournalHead Head)> _disk = [];

    public int Number { get; } = number;

    public NodeKey Key { get; } = Chapters.Key(number);

    public FetchPlan Plan { get; private set; } = new();

    public IReadOnlyCollection<JournalHead> Heads => [.. _disk.Values.Select(journal => journal.Head)];

    public Hash Frontier => FrontierDigest.Of(Heads);

    /// <summary>Ranges the disk refused because the journal had grown meanwhile: fetched twice.</summary>
    public int Stale { get; private set; }

    public int EntriesStored { get; private set; }

    public ulong Held(JournalId journal) => _disk.TryGetValue(journal, out var kept) ? kept.Head.Size : 0;

    public IReadOnlyList<VerifiedEntry> Entries(JournalId journal) => _disk[journal].Entries;

    /// <summary>Writes to the node's own journal; durable at once.</summary>
    public JournalHead Append(Random random, int entries, uint epoch = 0, int recordBytes = 40)
    {
        var journal = new JournalId(Key.Origin, epoch);
        var writer = new JournalWriter(Key, journal, _disk.TryGetValue(journal, out var kept) ? kept.Head.Range : new MerkleRange());
        for (var i = 0; i < entries; i++)
            writer.Append(Chapters.Draft(random, recordBytes), Chapters.Noon);
        var range = writer.Take();
        truth.Wrote(range);
        TryStore(range);
        return range.Head;
    }

    /// <summary>Stores a range in one step, onto a journal of exactly the size it follows.</summary>
    public bool TryStore(VerifiedRange range)
    {
        if (Held(range.Journal) != range.From)
        {
            Stale++;
            return false;
        }

        truth.Check(range);
        if (!_disk.TryGetValue(range.Journal, out var kept))
            kept.Entries = [];
        kept.Entries.AddRange(range.Entries);
        _disk[range.Journal] = (kept.Entries, range.Head);
        EntriesStored += range.Entries.Count;
        return true;
    }

    /// <summary>The messages that answer a Want, and where they end.</summary>
    public (List<SyncMessage> Messages, ulong Next) Read(JournalId journal, ulong from, long maxBytes)
    {
        var (entries, head) = _disk[journal];
        List<SyncMessage> messages = [];
        var next = (int)from;
        for (var isLast = false; !isLast;)
        {
            var begin = next;
            for (; next < entries.Count && next - begin < BatchEntries && maxBytes > 0; next++)
                maxBytes -= entries[next].Bytes.Length + (entries[next].Body is { } body ? Limits.SaltBytes + body.Record.Length : 0);
            isLast = next == entries.Count || maxBytes <= 0;
            var message = head.Compose(
                (ulong)begin, entries.Skip(begin).Take(next - begin).Select(Chapters.Carry), isLast, place => Chapters.SubtreeHash(entries, place));
            messages.Add(new SyncMessage { Entries = message });
        }

        return (messages, (ulong)next);
    }

    /// <summary>The process ends and starts again: what was being fetched is forgotten.</summary>
    public void Restart() => Plan = new FetchPlan();

    /// <summary>The disk as it was in a backup: the journal is cut to a size it once had.</summary>
    public void RestoreBackup(JournalId journal, JournalHead old) =>
        _disk[journal] = ([.. _disk[journal].Entries.Take((int)old.Size)], old);

    public Conversation Talk(ConversationRole role, SimNode other, Random random, InvitationCode? invitation = null) => new(new ConversationSettings
    {
        Key = Key,
        Role = role,
        Plan = Plan,
        Random = new SeededRandom(random.Next()),
        ChapterName = $"Chapter {Number}",
        ExpectedPeer = role == ConversationRole.Caller ? other.Key.Origin : null,
        Invitation = invitation,
    });
}

/// <summary>What every origin wrote, against which every stored entry is compared.</summary>
internal sealed class SimTruth
{
    private readonly Dictionary<JournalId, List<VerifiedEntry>> _written = [];

    public void Wrote(VerifiedRange range)
    {
        if (!_written.TryGetValue(range.Journal, out var entries))
            _written[range.Journal] = entries = [];
        Assert.Equal((ulong)entries.Count, range.From);
        entries.AddRange(range.Entries);
    }

    public void Check(VerifiedRange range)
    {
        foreach (var entry in range.Entries)
        {
            var original = _written[range.Journal][(int)entry.Position];
            Assert.True(original.Bytes.Span.SequenceEqual(entry.Bytes.Span), $"Entry {entry.Position} is not what was written.");
        }
    }

    public long Total => _written.Values.Sum(entries => (long)entries.Count);
}
