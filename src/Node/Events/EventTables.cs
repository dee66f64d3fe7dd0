using Google.Protobuf;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>Drafts, seats, answers and imports of this chapter's events.</summary>
internal static class EventTables
{
    public static Draft? FindDraft(DatabaseSession session, Guid id) =>
        session.First(
            "SELECT record, is_proposed, author_id, updated_at FROM drafts WHERE event_id = ?1",
            row => new Draft(
                id,
                EventRecord.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)),
                row.GetInt64(1) != 0,
                row.IsDBNull(2) ? null : new Guid(row.GetFieldValue<byte[]>(2), bigEndian: true),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
            Key(id));

    public static List<Draft> ListDrafts(DatabaseSession session, Guid? author, int limit) =>
        session.List(
            """
            SELECT event_id, record, is_proposed, author_id, updated_at FROM drafts
            WHERE ?1 IS NULL OR author_id = ?1 ORDER BY updated_at DESC LIMIT ?2
            """,
            row => new Draft(
                new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true),
                EventRecord.Parser.ParseFrom(row.GetFieldValue<byte[]>(1)),
                row.GetInt64(2) != 0,
                row.IsDBNull(3) ? null : new Guid(row.GetFieldValue<byte[]>(3), bigEndian: true),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))),
            author is { } id ? Key(id) : null, limit);

    /// <summary>
    /// Saves a draft, unless it would be one more than <paramref name="most"/> of its author's. The condition is here, in one statement, because
    /// two processes may run it at the same time.
    /// </summary>
    public static bool SaveDraft(DatabaseSession session, Draft draft, int most) =>
        session.Execute(
            """
            INSERT INTO drafts(event_id, record, is_proposed, author_id, updated_at) SELECT ?1, ?2, ?3, ?4, ?5
            WHERE EXISTS (SELECT 1 FROM drafts WHERE event_id = ?1) OR (SELECT count(*) FROM drafts WHERE author_id IS ?4) < ?6
            ON CONFLICT(event_id) DO UPDATE SET record = ?2, is_proposed = ?3, updated_at = ?5
            """,
            Key(draft.EventId), draft.Record.ToByteArray(), draft.IsProposed ? 1 : 0, draft.AuthorId is { } author ? Key(author) : null,
            draft.UpdatedAt.ToUnixTimeMilliseconds(), most) == 1;

    public static void DeleteDraft(DatabaseSession session, Guid id) => session.Execute("DELETE FROM drafts WHERE event_id = ?1", Key(id));

    public static void SetCapacity(DatabaseSession session, Guid id, uint capacity) =>
        session.Execute(
            "INSERT INTO seats(event_id, capacity) VALUES (?1, ?2) ON CONFLICT(event_id) DO UPDATE SET capacity = ?2 WHERE capacity <> ?2", Key(id), (long)capacity);

    public static Seats FindSeats(DatabaseSession session, Guid id) =>
        session.First("SELECT capacity, taken FROM seats WHERE event_id = ?1", row => new Seats((int)Math.Min(int.MaxValue, row.GetInt64(0)), (int)row.GetInt64(1)), Key(id));

    /// <summary>Takes a seat if one is left. The condition is here, in one statement, because two processes may run it at the same time.</summary>
    public static bool TakeSeat(DatabaseSession session, Guid id) =>
        session.Execute("UPDATE seats SET taken = taken + 1 WHERE event_id = ?1 AND (capacity = 0 OR taken < capacity)", Key(id)) == 1;

    public static void GiveSeatBack(DatabaseSession session, Guid id) =>
        session.Execute("UPDATE seats SET taken = taken - 1 WHERE event_id = ?1 AND taken > 0", Key(id));

    /// <summary>A member's answer; null: none yet.</summary>
    public static bool? FindAnswer(DatabaseSession session, Guid id, Guid memberId) =>
        session.First<bool?>("SELECT is_going FROM rsvps WHERE event_id = ?1 AND member_id = ?2", row => row.GetInt64(0) != 0, Key(id), Key(memberId));

    public static void SaveAnswer(DatabaseSession session, Guid id, Guid memberId, bool isGoing, long answeredAt) =>
        session.Execute(
            """
            INSERT INTO rsvps(event_id, member_id, is_going, answered_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT(event_id, member_id) DO UPDATE SET is_going = ?3, answered_at = ?4
            """,
            Key(id), Key(memberId), isGoing ? 1 : 0, answeredAt);

    /// <summary>What a member answered, the latest first.</summary>
    public static List<Answer> ListAnswers(DatabaseSession session, Guid memberId) =>
        session.List(
            "SELECT event_id, is_going, answered_at FROM rsvps WHERE member_id = ?1 ORDER BY answered_at DESC",
            row => new Answer(new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true), row.GetInt64(1) != 0, DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))),
            Key(memberId));

    public static List<Guid> ListAttending(DatabaseSession session, Guid memberId, int limit) =>
        session.List(
            "SELECT event_id FROM rsvps WHERE member_id = ?1 AND is_going = 1 ORDER BY answered_at DESC LIMIT ?2",
            row => new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true), Key(memberId), limit);

    public static List<Guid> ListAttendees(DatabaseSession session, Guid id, int limit) =>
        session.List(
            "SELECT member_id FROM rsvps WHERE event_id = ?1 AND is_going = 1 ORDER BY answered_at LIMIT ?2",
            row => new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true), Key(id), limit);

    /// <summary>The last import of an event; null: it never was imported.</summary>
    public static ImportedVersion? FindImport(DatabaseSession session, Guid id) =>
        session.First(
            "SELECT content_hash, source, sequence, last_modified, stamp FROM imports WHERE event_id = ?1",
            row => new ImportedVersion(
                row.GetFieldValue<byte[]>(0),
                new CalendarStamp(row.GetString(1), new EventVersion(row.IsDBNull(2) ? null : (uint)row.GetInt64(2), row.GetString(3), row.GetString(4)))),
            Key(id));

    /// <summary>Remembers what a calendar said; nothing is written when it says the same again.</summary>
    public static void SaveImport(DatabaseSession session, Guid id, ImportedVersion imported, long importedAt)
    {
        var (source, version) = (imported.Stamp.Source, imported.Stamp.Version);
        session.Execute(
            """
            INSERT INTO imports(event_id, content_hash, imported_at, source, sequence, last_modified, stamp) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT(event_id) DO UPDATE SET content_hash = ?2, imported_at = ?3, source = ?4, sequence = ?5, last_modified = ?6, stamp = ?7
            WHERE content_hash <> ?2 OR source <> ?4 OR sequence IS NOT ?5 OR last_modified <> ?6 OR stamp <> ?7
            """,
            Key(id), imported.ContentHash, importedAt, source, version.Sequence is { } sequence ? (long)sequence : null, version.LastModified, version.Stamp);
    }

    /// <summary>Makes the next import of an event take whatever its calendar then says.</summary>
    public static void ForgetImportedContent(DatabaseSession session, Guid id) =>
        session.Execute("UPDATE imports SET content_hash = x'' WHERE event_id = ?1", Key(id));

    /// <summary>The events that were last imported from a calendar.</summary>
    public static List<Guid> ListImported(DatabaseSession session, string source, int limit) =>
        session.List("SELECT event_id FROM imports WHERE source = ?1 LIMIT ?2", row => new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true), source, limit);

    /// <summary>What was last chosen for events that leave a calendar; null: nothing.</summary>
    public static WhenGone? FindWhenGone(DatabaseSession session, string source) =>
        session.First<WhenGone?>("SELECT when_gone FROM import_sources WHERE source = ?1", row => (WhenGone)row.GetInt32(0), source);

    /// <summary>Remembers what was chosen for events that leave a calendar.</summary>
    public static void SaveWhenGone(DatabaseSession session, string source, WhenGone whenGone) =>
        session.Execute(
            "INSERT INTO import_sources(source, when_gone) VALUES (?1, ?2) ON CONFLICT(source) DO UPDATE SET when_gone = ?2", source, (long)whenGone);

    private static byte[] Key(Guid id) => id.ToByteArray(bigEndian: true);
}

/// <summary>An event being prepared.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="Record">How far it is.</param>
/// <param name="IsProposed">Its author asks for it to be published.</param>
/// <param name="AuthorId">Who began it; null: the operator.</param>
/// <param name="UpdatedAt">When it was last saved.</param>
public sealed record Draft(Guid EventId, EventRecord Record, bool IsProposed, Guid? AuthorId, DateTimeOffset UpdatedAt);
