using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using EpochEnd = OuiShare.Federation.Protocol.EpochEnd;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Journal;

/// <summary>Reads what decides about two versions of a journal, and puts one in place of the other. What decides is <see cref="ForkCase"/>.</summary>
internal static class ForkTables
{
    /// <summary>The range of a journal's first entries; null when it has fewer.</summary>
    /// <exception cref="InvalidDataException">An entry or a hash is missing from the database.</exception>
    public static MerkleRange? Prefix(DatabaseSession session, StoredJournal journal, ulong size)
    {
        if (size > journal.Size)
            return null;
        Hash[] hashes = [.. MerkleRange.Subtrees(0, size).Select(place => JournalReader.HashOf(session, journal, place))];
        return MerkleRange.FromSubtrees(0, size, hashes);
    }

    /// <summary>Up to where an origin settled its earlier epochs, by its newest EpochRecord.</summary>
    public static IReadOnlyDictionary<uint, EpochEnd> Ends(DatabaseSession session, Origin origin) =>
        JournalReader.FindRecord(session, origin, RecordKind.Epoch, RecordId.Zero) is { Body: { } body } record
            ? EpochEnds.Read(record.Place.Journal.Epoch, body)
            : new Dictionary<uint, EpochEnd>();

    /// <summary>Which of an origin's journals are held in a version that it gave up. What the disk damaged tells nothing.</summary>
    public static IReadOnlyList<JournalId> GivenUp(DatabaseSession session, Origin origin)
    {
        var ends = Ends(session, origin);
        return ends.Count == 0 ? [] : [.. JournalTables.Of(session, origin).Where(journal =>
            ends.TryGetValue(journal.Journal.Epoch, out var end) && ForkRule.IsGivenUp(end, RootAt(session, journal, end.Size))).Select(journal => journal.Journal)];
    }

    /// <summary>All that decides between our version and another.</summary>
    /// <exception cref="InvalidDataException">An entry or a hash is missing from the database.</exception>
    public static ForkCase Case(DatabaseSession session, StoredJournal journal, JournalBranch branch)
    {
        var end = Ends(session, journal.Journal.Origin).GetValueOrDefault(journal.Journal.Epoch);
        return new ForkCase
        {
            Branch = branch,
            End = end,
            OurRootAtEnd = end is null ? null : Prefix(session, journal, end.Size)?.Root(),
            Ours = session.List(
                """
                SELECT e.bytes, b.record FROM entries e LEFT JOIN bodies b ON b.entry_number = e.entry_number
                WHERE e.entry_number >= ?1 AND e.entry_number < ?2 ORDER BY e.entry_number
                """,
                row => (Hash.OfLeaf(row.GetFieldValue<byte[]>(0)), Said(row.GetFieldValue<byte[]>(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1))),
                JournalNumbers.Entry(journal.Number, branch.Begin), JournalNumbers.Entry(journal.Number, journal.Size)),
            Later = Later(session, journal).ToDictionary(record => record.Key, record => record.Value.IsWithdrawal),
        };
    }

    /// <summary>
    /// Puts a branch in place of the journal's end. Records whose newest entry goes are those of the branch afterwards, or of a later epoch that
    /// names them, or are written again in the same transaction.
    /// </summary>
    public static StoredJournal Replace(DatabaseSession session, StoredJournal journal, JournalBranch branch, long storedAt)
    {
        var later = Later(session, journal);
        var (from, to) = (JournalNumbers.Entry(journal.Number, branch.Begin), JournalNumbers.Entry(journal.Number, journal.Size));
        var records = session.List(
            "SELECT kind, record_id FROM records WHERE origin_number = ?1 AND entry_number >= ?2 AND entry_number < ?3",
            row => ((RecordKind)row.GetInt64(0), RecordId.FromBytes(row.GetFieldValue<byte[]>(1))), journal.OriginNumber, from, to);
        foreach (var record in records)
        {
            if (later.TryGetValue(record, out var said))
                session.Execute(
                    "UPDATE records SET entry_number = ?4 WHERE origin_number = ?1 AND kind = ?2 AND record_id = ?3",
                    journal.OriginNumber, (long)record.Item1, record.Item2.ToByteArray(), said.Number);
            else
                session.Execute(
                    "DELETE FROM records WHERE origin_number = ?1 AND kind = ?2 AND record_id = ?3",
                    journal.OriginNumber, (long)record.Item1, record.Item2.ToByteArray());
        }

        session.Execute("DELETE FROM bodies WHERE entry_number >= ?1 AND entry_number < ?2", from, to);
        session.Execute("DELETE FROM entries WHERE entry_number >= ?1 AND entry_number < ?2", from, to);
        session.Execute("DELETE FROM subtrees WHERE journal_number = ?1 AND ((subtree_index + 1) << level) > ?2", journal.Number, (long)branch.Begin);
        session.Execute("UPDATE journals SET size = ?2 WHERE journal_number = ?1", journal.Number, (long)branch.Begin);
        return branch.Parts.Aggregate(Renew(session, journal), (grown, part) => JournalTables.Append(session, grown, part, storedAt));
    }

    /// <summary>A journal is followed from now on, whatever was against it.</summary>
    public static StoredJournal Renew(DatabaseSession session, StoredJournal journal)
    {
        session.Execute("UPDATE journals SET quarantine = NULL, generation = ?2 WHERE journal_number = ?1", journal.Number, journal.Generation + 1);
        session.Execute("DELETE FROM forks WHERE journal_number = ?1", journal.Number);
        return journal with { Quarantine = null, Generation = journal.Generation + 1 };
    }

    private static Hash? RootAt(DatabaseSession session, StoredJournal journal, ulong size)
    {
        try
        {
            return journal.Head is { } head && head.Size == size ? head.Range.Root() : Prefix(session, journal, size)?.Root();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    // The newest entry of each record in the origin's later epochs; a withdrawal is for ever.
    private static Dictionary<(RecordKind Kind, RecordId RecordId), (long Number, bool IsWithdrawal)> Later(DatabaseSession session, StoredJournal journal)
    {
        var later = new Dictionary<(RecordKind, RecordId), (long Number, bool IsWithdrawal)>();
        var epochs = session.List(
            "SELECT journal_number, size FROM journals WHERE origin_number = ?1 AND epoch > ?2 ORDER BY epoch",
            row => (Number: row.GetInt64(0), Size: (ulong)row.GetInt64(1)), journal.OriginNumber, (long)journal.Journal.Epoch);
        foreach (var epoch in epochs)
        {
            using var reader = session.Query(
                "SELECT entry_number, bytes FROM entries WHERE entry_number >= ?1 AND entry_number < ?2 ORDER BY entry_number",
                JournalNumbers.Entry(epoch.Number, 0), JournalNumbers.Entry(epoch.Number, epoch.Size));
            while (reader.Read())
            {
                var entry = Said(reader.GetFieldValue<byte[]>(1), record: null);
                var record = (entry.Kind, entry.RecordId);
                if (!later.TryGetValue(record, out var before) || !before.IsWithdrawal)
                    later[record] = (reader.GetInt64(0), entry.IsWithdrawal);
            }
        }

        return later;
    }

    private static GivenUpEntry Said(byte[] bytes, byte[]? record)
    {
        var entry = Entry.Parser.ParseFrom(bytes);
        return new GivenUpEntry(entry.Kind, RecordId.FromBytes(entry.RecordId.Span), entry.BodyHash.IsEmpty, record);
    }
}
