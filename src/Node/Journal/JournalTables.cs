using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Journal;

/// <summary>Writes entries, bodies, records, subtrees and journals. Always within the writer's transaction.</summary>
internal static class JournalTables
{
    /// <summary>
    /// Appends a verified range to the journal it continues: its own writer's and a peer's alike. Returns the journal after it.
    /// </summary>
    /// <exception cref="StaleWriterException">Another process took these positions; the whole group must be abandoned.</exception>
    public static StoredJournal Append(DatabaseSession session, StoredJournal journal, VerifiedRange range, long storedAt)
    {
        try
        {
            foreach (var entry in range.Entries)
            {
                var number = JournalNumbers.Entry(journal.Number, entry.Position);
                session.Execute("INSERT INTO entries(entry_number, bytes, stored_at) VALUES (?1, ?2, ?3)", number, ArrayOf(entry.Bytes), storedAt);
                Apply(session, journal, entry, number);
            }

            foreach (var subtree in range.Subtrees)
            {
                session.Execute(
                    "INSERT INTO subtrees(journal_number, level, subtree_index, hash) VALUES (?1, ?2, ?3, ?4)",
                    journal.Number, subtree.Place.Level, (long)subtree.Place.Index, subtree.Hash.ToByteArray());
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteCodes.Constraint)
        {
            throw new StaleWriterException($"Another process took positions of journal {journal.Journal}; nothing was stored here.", e);
        }

        var isAdvanced = session.Execute(
            "UPDATE journals SET size = ?3, left_range = ?4, right_range = ?5, note = ?6 WHERE journal_number = ?1 AND size = ?2",
            journal.Number, (long)range.From, (long)range.After.End, range.After.ToBytes(), range.Right.ToBytes(), ArrayOf(range.Checkpoint.Note)) == 1;
        return isAdvanced
            ? journal with { Head = range.Head }
            : throw new StaleWriterException($"Another process moved journal {journal.Journal} on; nothing was stored here.");
    }

    /// <summary>Finds a journal, or adds it empty.</summary>
    public static StoredJournal FindOrAdd(DatabaseSession session, JournalId journal, Origin? carriedBy, long now)
    {
        var origin = journal.Origin.ToByteArray();
        if (Find(session, journal) is { } known)
            return known;

        session.Execute("INSERT INTO origins(origin) VALUES (?1) ON CONFLICT DO NOTHING", origin);
        session.Execute(
            """
            INSERT INTO journals(origin_number, epoch, size, left_range, right_range, note, admitted_at, carried_by)
            SELECT origin_number, ?2, 0, x'', x'', x'', ?3, ?4 FROM origins WHERE origin = ?1
            """,
            origin, (long)journal.Epoch, now, carriedBy?.ToByteArray());
        return Find(session, journal)!;
    }

    /// <summary>All epochs of an origin.</summary>
    public static List<StoredJournal> Of(DatabaseSession session, Origin origin) =>
        session.List(JournalRegister.SelectJournals + " WHERE origin = ?1", JournalRegister.Read, origin.ToByteArray());

    public static StoredJournal? Find(DatabaseSession session, JournalId journal) =>
        session.First(JournalRegister.SelectJournals + " WHERE origin = ?1 AND epoch = ?2", JournalRegister.Read, journal.Origin.ToByteArray(), (long)journal.Epoch);

    /// <summary>
    /// What a journal's entries from a position on say, where nothing newer does: to be written again elsewhere. Texts that the disk damaged are left
    /// out: nobody may sign them anew.
    /// </summary>
    public static List<EntryDraft> DraftsOf(DatabaseSession session, StoredJournal journal, ulong from, Func<byte[], RecordBody> bodyOf) =>
        [.. session.List(
            """
            SELECT kind, record_id, is_withdrawn, record, salt, bytes FROM records r
            JOIN entries e ON e.entry_number = r.entry_number LEFT JOIN bodies b ON b.entry_number = r.entry_number
            WHERE r.origin_number = ?1 AND r.entry_number >= ?2 AND r.entry_number < ?3 AND kind <> ?4 AND (is_withdrawn OR record IS NOT NULL)
            ORDER BY r.entry_number
            """,
            row =>
            {
                var isWithdrawn = row.GetInt64(2) != 0;
                var isSound = isWithdrawn || (EntryHeader.TryRead(row.GetFieldValue<byte[]>(5), out var header, out _)
                    && new RecordBody(row.GetFieldValue<byte[]>(4), row.GetFieldValue<byte[]>(3)).Hash() == header.BodyHash);
                return isSound
                    ? new EntryDraft((V1.RecordKind)row.GetInt64(0), RecordId.FromBytes(row.GetFieldValue<byte[]>(1)), isWithdrawn ? null : bodyOf(row.GetFieldValue<byte[]>(3)))
                    : null;
            },
            journal.OriginNumber, JournalNumbers.Entry(journal.Number, from), JournalNumbers.Entry(journal.Number, journal.Size), (long)V1.RecordKind.Epoch).OfType<EntryDraft>()];

    /// <summary>
    /// Takes a stored entry into <c>records</c> again, when the table is made anew: journals by epoch, entries by position. Bodies stay.
    /// </summary>
    public static void Note(DatabaseSession session, StoredJournal journal, EntryHeader header, bool hasBody) => session.Execute(
        """
        INSERT INTO records(origin_number, kind, record_id, entry_number, is_withdrawn, is_missing) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT DO UPDATE SET entry_number = ?4, is_withdrawn = ?5, is_missing = ?6 WHERE is_withdrawn = 0
        """,
        journal.OriginNumber, (long)header.Kind, header.RecordId.ToByteArray(), JournalNumbers.Entry(journal.Number, header.Position),
        header.BodyHash is null ? 1 : 0, header.BodyHash is not null && !hasBody ? 1 : 0);

    // The newest entry of a record decides, and a withdrawal is for ever: what comes after it brings no body back.
    private static void Apply(DatabaseSession session, StoredJournal journal, VerifiedEntry entry, long number)
    {
        var isWithdrawal = entry.BodyHash is null;
        var id = entry.RecordId.ToByteArray();
        var inserted = session.Execute(
            "INSERT INTO records(origin_number, kind, record_id, entry_number, is_withdrawn, is_missing) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            journal.OriginNumber, (long)entry.Kind, id, number, isWithdrawal ? 1 : 0, IsMissing(entry) ? 1 : 0);
        if (inserted == 0 && !Replace(session, journal, entry, number, id, isWithdrawal))
            return;

        if (entry.Body is { } body)
            session.Execute("INSERT INTO bodies(entry_number, salt, record) VALUES (?1, ?2, ?3)", number, ArrayOf(body.Salt), ArrayOf(body.Record));
    }

    private static bool Replace(DatabaseSession session, StoredJournal journal, VerifiedEntry entry, long number, byte[] id, bool isWithdrawal)
    {
        var (oldNumber, oldEpoch, wasWithdrawn) = session.First(
            """
            SELECT entry_number, epoch, is_withdrawn FROM records JOIN journals ON journal_number = entry_number >> 40
            WHERE records.origin_number = ?1 AND kind = ?2 AND record_id = ?3
            """,
            row => (row.GetInt64(0), (uint)row.GetInt64(1), row.GetInt64(2) != 0),
            journal.OriginNumber, (long)entry.Kind, id);
        var isNewer = (journal.Journal.Epoch, entry.Position).CompareTo((oldEpoch, JournalNumbers.Position(oldNumber))) > 0;
        if (wasWithdrawn || (!isNewer && !isWithdrawal))
            return false;

        session.Execute("DELETE FROM bodies WHERE entry_number = ?1", oldNumber);
        // Also when there was nothing to delete: of an edit and a withdrawal that arrive together, the edit has no body any more, and it was the
        // edit that deleted the text.
        session.HasErased |= isWithdrawal;
        session.Execute(
            "UPDATE records SET entry_number = ?4, is_withdrawn = ?5, is_missing = ?6 WHERE origin_number = ?1 AND kind = ?2 AND record_id = ?3",
            journal.OriginNumber, (long)entry.Kind, id, number, isWithdrawal ? 1 : 0, IsMissing(entry) ? 1 : 0);
        return true;
    }

    // A peer hands on only bodies that live there; what it had seen replaced comes without, and so does what it holds damaged.
    private static bool IsMissing(VerifiedEntry entry) => entry is { BodyHash: not null, Body: null };

    // The bytes themselves where they fill their array, as the verifier's and the writer's mostly do.
    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();
}
