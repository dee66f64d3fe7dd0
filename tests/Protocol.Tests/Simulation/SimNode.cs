using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Simulation;

/// <summary>
/// A node whose disk is a dictionary: what <see cref="TryStore"/> took survives a restart, what was only on its way does not. It does
/// what the real node does with effects, and checks that nothing is stored that its origin did not write.
/// </summary>
internal sealed class SimNode
{
    // Small, so that a journal of some hundred entries takes many messages.
    private const int BatchEntries = 7;

    private Dictionary<JournalId, (List<VerifiedEntry> Entries, JournalHead Head)> _disk = [];

    public SimNode(int number, SimTruth truth)
    {
        (Number, Key, Truth) = (number, Chapters.Key(number), truth);
        Forks = new SimForks(this);
    }

    public int Number { get; }

    public NodeKey Key { get; }

    public SimTruth Truth { get; }

    /// <summary>What it does about journals with two versions, its own among them.</summary>
    public SimForks Forks { get; }

    /// <summary>It does about forks what a node does; else a test says what it does.</summary>
    public bool SettlesForks { get; init; }

    /// <summary>The range of a journal's first entries; null when it has fewer.</summary>
    public MerkleRange? Prefix(JournalId journal, ulong size) => Held(journal) >= size ? Chapters.Prefix(Entries(journal), (int)size) : null;

    /// <summary>The journal it writes.</summary>
    public JournalId Own => OwnEpochs.Append(new JournalId(Key.Origin, 0)).Max();

    /// <summary>The epochs of its own journal that it holds.</summary>
    public IEnumerable<JournalId> OwnEpochs => EpochsOf(Key.Origin);

    public FetchPlan Plan { get; private set; } = new();

    public IReadOnlyCollection<JournalHead> Heads => [.. _disk.Values.Select(journal => journal.Head)];

    public Hash Frontier => FrontierDigest.Of(Heads);

    /// <summary>Ranges the disk refused because the journal had grown meanwhile: fetched twice.</summary>
    public int Stale { get; private set; }

    public int EntriesStored { get; private set; }

    /// <summary>The epochs that it holds of an origin.</summary>
    public IEnumerable<JournalId> EpochsOf(Origin origin) => _disk.Keys.Where(journal => journal.Origin == origin);

    public JournalHead? Head(JournalId journal) => _disk.TryGetValue(journal, out var kept) ? kept.Head : null;

    public ulong Held(JournalId journal) => _disk.TryGetValue(journal, out var kept) ? kept.Head.Size : 0;

    public IReadOnlyList<VerifiedEntry> Entries(JournalId journal) => _disk.TryGetValue(journal, out var kept) ? kept.Entries : [];

    /// <summary>Every entry on its disk.</summary>
    public IEnumerable<VerifiedEntry> AllEntries => _disk.Values.SelectMany(kept => kept.Entries);

    /// <summary>Writes to the node's own journal; durable at once.</summary>
    public JournalHead Append(Random random, int entries, int recordBytes = 40) =>
        Write(Own, Enumerable.Range(0, entries).Select(_ => Chapters.Draft(random, recordBytes)));

    /// <summary>Writes these entries to one of its own epochs.</summary>
    public JournalHead Write(JournalId journal, IEnumerable<EntryDraft> drafts)
    {
        var writer = new JournalWriter(Key, journal, Head(journal)?.Range ?? new MerkleRange());
        foreach (var draft in drafts)
            writer.Append(draft, Chapters.Noon);
        var range = writer.Take();
        Truth.Wrote(range);
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

        Truth.Check(range);
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
    public void Restart()
    {
        Plan = new FetchPlan();
        Forks.Restart(Forks.Left);
    }

    /// <summary>The disk as it was in a backup: the journal is cut to a size it once had.</summary>
    public void RestoreBackup(JournalId journal, JournalHead old) =>
        _disk[journal] = ([.. _disk[journal].Entries.Take((int)old.Size)], old);

    /// <summary>The whole disk as it is now, for <see cref="RollBack"/>.</summary>
    public SimSnapshot Snapshot() => new(_disk.ToDictionary(journal => journal.Key, journal => (journal.Value.Entries.ToList(), journal.Value.Head)), Forks.Left.ToDictionary());

    /// <summary>The whole disk is what it was; the process starts again and knows nothing of it.</summary>
    public void RollBack(SimSnapshot old)
    {
        Restart();
        _disk = old.Disk.ToDictionary(journal => journal.Key, journal => (journal.Value.Entries.ToList(), journal.Value.Head));
        Forks.Restart(old.Left);
    }

    /// <summary>Another version takes the place of a journal's end, in one step.</summary>
    public void Replace(JournalBranch branch, JournalId journal)
    {
        var kept = _disk[journal];
        foreach (var part in branch.Parts)
            Truth.Check(part);
        _disk[journal] = ([.. kept.Entries.Take((int)branch.Begin), .. branch.Entries], branch.Parts[^1].Head);
    }

    public Conversation Talk(ConversationRole role, SimNode other, Random random, InvitationCode? invitation = null) => new(new ConversationSettings
    {
        Key = Key,
        Role = role,
        Plan = Plan,
        Random = new SeededRandom(random.Next()),
        ChapterName = $"Chapter {Number}",
        ExpectedPeer = role == ConversationRole.Caller ? other.Key.Origin : null,
        Invitation = invitation,
        FindGivenUp = held => [.. held.Select(head => head.Journal).Where(Forks.IsGivenUp)],
    });
}

/// <summary>A disk as it was.</summary>
internal sealed record SimSnapshot(
    IReadOnlyDictionary<JournalId, (List<VerifiedEntry> Entries, JournalHead Head)> Disk, IReadOnlyDictionary<JournalId, ReadOnlyMemory<byte>> Left);
