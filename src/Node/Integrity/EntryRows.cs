using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>An entry as it lies in the database, unchecked.</summary>
/// <param name="Bytes">The entry; null: it is gone, or cannot be read.</param>
/// <param name="Body">Its body; null: none is held, or it cannot be read.</param>
/// <param name="IsUnreadable">SQLite cannot read the page of one of them.</param>
internal readonly record struct EntryRow(byte[]? Bytes, RecordBody? Body, bool IsUnreadable);

/// <summary>Reads entries for checks: what a damaged page makes unreadable is left out, and all around it is read all the same.</summary>
internal static class EntryRows
{
    /// <summary>The entries [begin, end), one row for each position.</summary>
    public static EntryRow[] Read(DatabaseSession session, StoredJournal journal, ulong begin, ulong end)
    {
        var rows = new EntryRow[end - begin];
        try
        {
            using var reader = session.Query(
                """
                SELECT e.entry_number, e.bytes, b.salt, b.record FROM entries e LEFT JOIN bodies b ON b.entry_number = e.entry_number
                WHERE e.entry_number >= ?1 AND e.entry_number < ?2 ORDER BY e.entry_number
                """,
                JournalNumbers.Entry(journal.Number, begin), JournalNumbers.Entry(journal.Number, end));
            while (reader.Read())
                rows[JournalNumbers.Position(reader.GetInt64(0)) - begin] = new EntryRow(Blob(reader, 1), BodyOf(reader, 2), IsUnreadable: false);
            return rows;
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            for (var position = begin; position < end; position++)
                rows[position - begin] = ReadAlone(session, JournalNumbers.Entry(journal.Number, position));
            return rows;
        }
    }

    /// <summary>One entry.</summary>
    public static EntryRow Read(DatabaseSession session, StoredJournal journal, ulong position) => Read(session, journal, position, position + 1)[0];

    private static EntryRow ReadAlone(DatabaseSession session, long number)
    {
        byte[]? bytes = null;
        try
        {
            bytes = session.First("SELECT bytes FROM entries WHERE entry_number = ?1", row => Blob(row, 0), number);
            return new EntryRow(bytes, session.First("SELECT salt, record FROM bodies WHERE entry_number = ?1", row => BodyOf(row, 0), number), IsUnreadable: false);
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            return new EntryRow(bytes, Body: null, IsUnreadable: true);
        }
    }

    // A damaged page may hold a value of another type than was written.
    private static byte[]? Blob(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static RecordBody? BodyOf(SqliteDataReader row, int column) =>
        Blob(row, column) is { } salt && Blob(row, column + 1) is { } record ? new RecordBody(salt, record) : null;
}

/// <summary>A row of <c>records</c>.</summary>
internal sealed record RecordRow(long Number, bool IsWithdrawn, bool IsMissing)
{
    /// <summary>The row of the record that an entry is about; null when there is none.</summary>
    public static RecordRow? Find(DatabaseSession session, long originNumber, EntryHeader header) => session.First(
        "SELECT entry_number, is_withdrawn, is_missing FROM records WHERE origin_number = ?1 AND kind = ?2 AND record_id = ?3",
        row => new RecordRow(row.GetInt64(0), row.GetInt64(1) != 0, row.GetInt64(2) != 0),
        originNumber, (long)header.Kind, header.RecordId.ToByteArray());
}
