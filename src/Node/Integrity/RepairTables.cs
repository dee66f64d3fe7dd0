using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>What became of a text that was damaged.</summary>
internal enum TextState
{
    /// <summary>It is what its entry names, or no longer wanted: the record has a newer entry, or was taken back.</summary>
    Sound,

    /// <summary>It is not here, and counted as missing.</summary>
    Missing,

    /// <summary>Its entry is damaged itself.</summary>
    EntryDamaged,
}

/// <summary>Puts what peers gave back into the tables. Writes only within the writer's transaction.</summary>
internal static class RepairTables
{
    /// <summary>Looks at a text again, and counts it as missing when it is damaged. The damaged copy stays until a sound one is here.</summary>
    public static TextState Mark(DatabaseSession session, StoredJournal journal, ulong position)
    {
        var row = EntryRows.Read(session, journal, position);
        if (HeaderOf(journal, position, row) is not { } header)
            return TextState.EntryDamaged;
        var number = JournalNumbers.Entry(journal.Number, position);
        if (RecordRow.Find(session, journal.OriginNumber, header) is not { } record || record.Number != number || record.IsWithdrawn)
        {
            session.Execute("DELETE FROM bodies WHERE entry_number = ?1", number);
            return TextState.Sound;
        }

        var isSound = row.Body is { } body && body.Hash() == header.BodyHash;
        SetMissing(session, journal, header, !isSound);
        return isSound ? TextState.Sound : TextState.Missing;
    }

    /// <summary>Takes the text of an entry from what a peer sent, if it is the same entry.</summary>
    public static TextState StoreText(DatabaseSession session, StoredJournal journal, VerifiedEntry entry)
    {
        var row = EntryRows.Read(session, journal, entry.Position);
        if (row.Bytes is null || !entry.Bytes.Span.SequenceEqual(row.Bytes))
            return TextState.EntryDamaged;
        return Put(session, journal, entry, row);
    }

    /// <summary>Whether these entries lead to the hashes that this node keeps of them: it is our journal, not another version of it.</summary>
    public static bool IsOurs(DatabaseSession session, StoredJournal journal, JournalHead head, MerkleRange before, IReadOnlyList<VerifiedEntry> entries)
    {
        var block = new MerkleRange(before.End);
        foreach (var entry in entries)
            block.Append(entry.LeafHash);
        if (block.End - block.Begin == IntegrityLimits.Block)
        {
            var place = new SubtreePlace(Subtree.LowestKeptLevel, block.Begin / IntegrityLimits.Block);
            return KeptHash(session, journal, place) is { } kept && kept == block.Hashes[0];
        }

        // What the journal ends with.
        return block.End == head.Size && block.Hashes.SequenceEqual(head.Range.Hashes[^block.Hashes.Length..]);
    }

    /// <summary>Puts a block of entries in place of what stands there. What is derived from them, and their texts, are to follow.</summary>
    public static void StoreBlock(DatabaseSession session, StoredJournal journal, IReadOnlyList<VerifiedEntry> entries, DateTimeOffset now)
    {
        foreach (var entry in entries)
        {
            if (EntryRows.Read(session, journal, entry.Position).Bytes is not { } bytes || !entry.Bytes.Span.SequenceEqual(bytes))
            {
                session.Execute(
                    "INSERT OR REPLACE INTO entries(entry_number, bytes, stored_at) VALUES (?1, ?2, ?3)",
                    JournalNumbers.Entry(journal.Number, entry.Position), entry.Bytes.ToArray(), now.ToUnixTimeMilliseconds());
            }
        }
    }

    /// <summary>Takes the texts that live from a block of entries that is stored.</summary>
    public static void StoreTexts(DatabaseSession session, StoredJournal journal, IReadOnlyList<VerifiedEntry> entries)
    {
        foreach (var entry in entries)
            Put(session, journal, entry, EntryRows.Read(session, journal, entry.Position));
    }

    /// <summary>The leaves [0, position) from what is sound here; null when some of it is not.</summary>
    public static MerkleRange? RangeBefore(DatabaseSession session, StoredJournal journal, ulong position)
    {
        var begin = position / IntegrityLimits.Block * IntegrityLimits.Block;
        var places = MerkleRange.Subtrees(0, begin);
        var hashes = new Hash[places.Count];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (KeptHash(session, journal, places[i]) is not { } hash)
                return null;
            hashes[i] = hash;
        }

        var range = MerkleRange.FromSubtrees(0, begin, hashes);
        if (begin == position)
            return range;
        foreach (var row in EntryRows.Read(session, journal, begin, position))
        {
            if (row.Bytes is null)
                return null;
            range.Append(Hash.OfLeaf(row.Bytes));
        }

        return range;
    }

    private static TextState Put(DatabaseSession session, StoredJournal journal, VerifiedEntry entry, EntryRow row)
    {
        if (HeaderOf(journal, entry.Position, row) is not { } header)
            return TextState.EntryDamaged;
        var number = JournalNumbers.Entry(journal.Number, entry.Position);
        if (RecordRow.Find(session, journal.OriginNumber, header) is not { } record || record.Number != number || record.IsWithdrawn)
            return TextState.Sound;
        if (row.Body is { } held && held.Hash() == header.BodyHash)
        {
            SetMissing(session, journal, header, isMissing: false);
            return TextState.Sound;
        }

        if (entry.Body is not { } body)
        {
            SetMissing(session, journal, header, isMissing: true);
            return TextState.Missing;
        }

        session.Execute("INSERT OR REPLACE INTO bodies(entry_number, salt, record) VALUES (?1, ?2, ?3)", number, body.Salt.ToArray(), body.Record.ToArray());
        SetMissing(session, journal, header, isMissing: false);
        return TextState.Sound;
    }

    private static void SetMissing(DatabaseSession session, StoredJournal journal, EntryHeader header, bool isMissing) => session.Execute(
        "UPDATE records SET is_missing = ?4 WHERE origin_number = ?1 AND kind = ?2 AND record_id = ?3 AND is_missing <> ?4",
        journal.OriginNumber, (long)header.Kind, header.RecordId.ToByteArray(), isMissing ? 1 : 0);

    private static EntryHeader? HeaderOf(StoredJournal journal, ulong position, EntryRow row) =>
        row.Bytes is { } bytes && EntryHeader.TryRead(bytes, out var header, out _) && header.Journal == journal.Journal && header.Position == position ? header : null;

    private static Hash? KeptHash(DatabaseSession session, StoredJournal journal, SubtreePlace place)
    {
        var kept = session.Scalar<byte[]>(
            "SELECT hash FROM subtrees WHERE journal_number = ?1 AND level = ?2 AND subtree_index = ?3", journal.Number, place.Level, (long)place.Index);
        return kept is not null && Hash.TryFromBytes(kept, out var hash) ? hash : null;
    }
}
