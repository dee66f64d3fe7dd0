using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Journal;

/// <summary>Reads journals: runs with proofs for peers, pages for followers, single records for pages. Thread-safe.</summary>
/// <remarks>Every body is checked against its entry when it is read: what the disk damaged is left out and noted.</remarks>
internal sealed partial class JournalReader(NodeDatabase database, JournalRegister register, DamageRegister damages, ILogger<JournalReader> logger)
{
    /// <summary>
    /// A run of entries from <paramref name="from"/> for a peer, with the hashes that prove it; null when nothing is held from there on.
    /// </summary>
    /// <param name="journal">Whose journal.</param>
    /// <param name="from">Position of the first entry.</param>
    /// <param name="maxBytes">About how many bytes of entries and bodies; at least one entry is read.</param>
    /// <exception cref="InvalidDataException">An entry or a hash is missing from the database.</exception>
    public Entries? ReadRun(JournalId journal, ulong from, int maxBytes)
    {
        if (register.Find(journal) is not { Head: { } head } stored || from >= head.Size)
            return null;

        return database.Read(session =>
        {
            var entries = ReadEntries(session, stored, from, maxBytes);
            if (entries.Count == 0)
                throw new InvalidDataException($"Entry {from} of journal {journal} is missing from the database.");
            var isLast = from + (ulong)entries.Count == head.Size;
            return head.Compose(from, entries, isLast, place => HashOf(session, stored, place));
        });
    }

    /// <summary>The next entries of a journal for a follower, with the bodies that still live; at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<StoredEntry> ReadPage(StoredJournal journal, ulong from, int limit) =>
        database.Read(session => session.List(
            """
            SELECT e.entry_number, e.bytes, b.record, e.stored_at, b.salt
            FROM entries e LEFT JOIN bodies b ON b.entry_number = e.entry_number
            WHERE e.entry_number >= ?1 AND e.entry_number < ?2 ORDER BY e.entry_number LIMIT ?3
            """,
            row => new StoredEntry(
                JournalNumbers.Position(row.GetInt64(0)),
                ReadableRecord.TryParse(Entry.Parser, row.GetFieldValue<byte[]>(1)),
                Sound(journal.Journal, JournalNumbers.Position(row.GetInt64(0)), row.GetFieldValue<byte[]>(1), BodyOf(row, salt: 4, record: 2)),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
            JournalNumbers.Entry(journal.Number, from), JournalNumbers.Entry(journal.Number, journal.Size), limit));

    /// <summary>The newest version of a record; null when there is none.</summary>
    public StoredRecord? FindRecord(Origin origin, RecordKind kind, RecordId id)
    {
        var stored = database.Read(session => FindRecord(session, origin, kind, id));
        if (stored is { IsDamaged: true })
            damages.Add(Damage.Text(stored.Place.Journal, stored.Place.Position));
        return stored;
    }

    /// <inheritdoc cref="FindRecord(Origin, RecordKind, RecordId)"/>
    public static StoredRecord? FindRecord(DatabaseSession session, Origin origin, RecordKind kind, RecordId id) =>
        session.First(
            """
            SELECT r.entry_number, epoch, is_withdrawn, salt, record, stored_at, bytes, is_missing
            FROM records r
            JOIN entries e ON e.entry_number = r.entry_number
            JOIN journals j ON j.journal_number = r.entry_number >> 40
            LEFT JOIN bodies b ON b.entry_number = r.entry_number
            WHERE r.origin_number = (SELECT origin_number FROM origins WHERE origin = ?1) AND kind = ?2 AND record_id = ?3
            """,
            row =>
            {
                var place = new EntryPlace(new JournalId(origin, (uint)row.GetInt64(1)), JournalNumbers.Position(row.GetInt64(0)));
                var body = BodyOf(row, salt: 3, record: 4);
                var isSound = body is null || IsSound(place.Journal, place.Position, row.GetFieldValue<byte[]>(6), body);
                return new StoredRecord(
                    place,
                    row.GetInt64(2) != 0,
                    isSound ? RecordOf(body) : null,
                    DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)),
                    // A text that is gone although nobody says that it never came was lost here.
                    IsDamaged: !isSound || (body is null && row.GetInt64(2) == 0 && row.GetInt64(7) == 0));
            },
            origin.ToByteArray(), (long)kind, id.ToByteArray());

    /// <summary>The living records of one kind of one origin, at most <paramref name="limit"/>, by id.</summary>
    public IReadOnlyList<(RecordId Id, byte[] Body)> ListRecords(Origin origin, RecordKind kind, int limit) =>
        database.Read(session => session.List(
            """
            SELECT record_id, salt, record, bytes, b.entry_number, epoch FROM records r
            JOIN bodies b ON b.entry_number = r.entry_number
            JOIN entries e ON e.entry_number = r.entry_number
            JOIN journals j ON j.journal_number = r.entry_number >> 40
            WHERE r.origin_number = (SELECT origin_number FROM origins WHERE origin = ?1) AND kind = ?2 ORDER BY record_id LIMIT ?3
            """,
            row => (
                Id: RecordId.FromBytes(row.GetFieldValue<byte[]>(0)),
                Body: Sound(new JournalId(origin, (uint)row.GetInt64(5)), JournalNumbers.Position(row.GetInt64(4)), row.GetFieldValue<byte[]>(3), BodyOf(row, salt: 1, record: 2))),
            origin.ToByteArray(), (long)kind, limit))
            .Where(record => record.Body is not null).Select(record => (record.Id, record.Body!)).ToList();

    /// <summary>When the newest entry of a journal was written, by its origin's clock; null when it is empty, or damaged on this disk.</summary>
    public DateTimeOffset? NewestEntryAt(StoredJournal journal) => journal.Size == 0 ? null : database.Read(session =>
        session.Scalar<byte[]>("SELECT bytes FROM entries WHERE entry_number = ?1", JournalNumbers.Entry(journal.Number, journal.Size - 1)) is { } bytes
            && EntryHeader.TryRead(bytes, out var header, out _)
            ? header.WrittenAt
            : (DateTimeOffset?)null);

    /// <summary>Records whose newest entry is in this journal and lives, and whose body is not held. Costs as much as there are.</summary>
    public long CountMissingBodies(StoredJournal journal) => database.Read(session => session.Scalar<long>(
        "SELECT count(*) FROM records WHERE is_missing = 1 AND entry_number >= ?1 AND entry_number < ?2",
        JournalNumbers.Entry(journal.Number, 0), JournalNumbers.Entry(journal.Number, journal.Size)));

    private List<CarriedEntry> ReadEntries(DatabaseSession session, StoredJournal journal, ulong from, int maxBytes)
    {
        using var reader = session.Query(
            """
            SELECT e.bytes, b.salt, b.record FROM entries e LEFT JOIN bodies b ON b.entry_number = e.entry_number
            WHERE e.entry_number >= ?1 AND e.entry_number < ?2 ORDER BY e.entry_number LIMIT ?3
            """,
            JournalNumbers.Entry(journal.Number, from), JournalNumbers.Entry(journal.Number, journal.Size), Limits.BatchEntries);
        var entries = new List<CarriedEntry>();
        var bytes = 0;
        while (bytes < maxBytes && reader.Read())
        {
            var carried = new CarriedEntry { Entry = Wrapped(reader, 0) };
            bytes += carried.Entry.Length;
            if (!reader.IsDBNull(1))
            {
                var body = new RecordBody(reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2));
                // A damaged body would stop the whole journal at whoever asked for it; without it, only this record is not shown there.
                if (EntryHeader.TryRead(carried.Entry.Span, out var header, out _) && body.Hash() == header.BodyHash)
                {
                    carried.Body = new Body { Salt = UnsafeByteOperations.UnsafeWrap(body.Salt), Record = UnsafeByteOperations.UnsafeWrap(body.Record) };
                    bytes += body.Record.Length + body.Salt.Length;
                }
                else
                {
                    LogDamagedBody(journal.Journal.Origin.Short, from + (ulong)entries.Count);
                    damages.Add(Damage.Text(journal.Journal, from + (ulong)entries.Count));
                }
            }

            entries.Add(carried);
        }

        return entries;
    }

    // The record of a body; null, and noted, when it is not the body that its entry names.
    private byte[]? Sound(JournalId journal, ulong position, byte[] entry, RecordBody? body)
    {
        if (body is null || IsSound(journal, position, entry, body))
            return RecordOf(body);
        damages.Add(Damage.Text(journal, position));
        return null;
    }

    private static bool IsSound(JournalId journal, ulong position, byte[] entry, RecordBody body) =>
        EntryHeader.TryRead(entry, out var header, out _) && header.Journal == journal && header.Position == position && body.Hash() == header.BodyHash;

    private static RecordBody? BodyOf(SqliteDataReader row, int salt, int record) =>
        row.IsDBNull(record) ? null : new RecordBody(row.GetFieldValue<byte[]>(salt), row.GetFieldValue<byte[]>(record));

    // The very array that was read, not a copy.
    private static byte[]? RecordOf(RecordBody? body) =>
        body is null ? null : System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body.Record, out var whole) ? whole.Array : body.Record.ToArray();

    private static ByteString Wrapped(SqliteDataReader reader, int column) => UnsafeByteOperations.UnsafeWrap(reader.GetFieldValue<byte[]>(column));

    // Subtrees of 256 leaves and more are kept; smaller ones are hashed again from their entries.
    internal static Hash HashOf(DatabaseSession session, StoredJournal journal, SubtreePlace place)
    {
        if (place.Level >= Subtree.LowestKeptLevel)
        {
            var kept = session.Scalar<byte[]>(
                "SELECT hash FROM subtrees WHERE journal_number = ?1 AND level = ?2 AND subtree_index = ?3", journal.Number, place.Level, (long)place.Index);
            return Hash.FromBytes(kept ?? throw new InvalidDataException($"Subtree {place} of journal {journal.Journal} is missing from the database."));
        }

        var range = new MerkleRange(place.Begin);
        using var reader = session.Query(
            "SELECT bytes FROM entries WHERE entry_number >= ?1 AND entry_number < ?2 ORDER BY entry_number",
            JournalNumbers.Entry(journal.Number, place.Begin), JournalNumbers.Entry(journal.Number, place.End));
        while (reader.Read())
            range.Append(Hash.OfLeaf(reader.GetFieldValue<byte[]>(0)));
        return range.End == place.End ? range.Hashes[0] : throw new InvalidDataException($"Entries of journal {journal.Journal} are missing from the database.");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The body of entry {Position} of journal {Journal} is damaged and is not passed on; it is fetched again from a peer that has it.")]
    private partial void LogDamagedBody(string journal, ulong position);
}

/// <summary>An entry as a follower reads it.</summary>
/// <param name="Position">Its place in its journal.</param>
/// <param name="Entry">What was signed; null when it is damaged on this disk.</param>
/// <param name="Body">The record, when its body still lives and is held.</param>
/// <param name="StoredAt">When it was verified and stored here.</param>
internal sealed record StoredEntry(ulong Position, Entry? Entry, byte[]? Body, DateTimeOffset StoredAt);

/// <summary>The newest version of a record.</summary>
/// <param name="Place">Where its entry stands.</param>
/// <param name="IsWithdrawn">It was taken back.</param>
/// <param name="Body">The record; null when withdrawn or not held.</param>
/// <param name="StoredAt">When it was verified and stored here.</param>
/// <param name="IsDamaged">It lives, and its body was changed or lost on this disk; then it is not here.</param>
internal sealed record StoredRecord(EntryPlace Place, bool IsWithdrawn, byte[]? Body, DateTimeOffset StoredAt, bool IsDamaged = false);
