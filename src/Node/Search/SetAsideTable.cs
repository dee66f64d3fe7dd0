using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Search;

/// <summary>Rows of what was set aside.</summary>
internal static class SetAsideTable
{
    public static List<SetAsideRecord> List(DatabaseSession session) => session.List(
        "SELECT origin, epoch, position, kind, record_id, why, set_aside_at, program, is_skipped FROM set_aside LIMIT ?1",
        row => new SetAsideRecord(
            new EntryPlace(new JournalId(Origin.FromBytes(row.GetFieldValue<byte[]>(0)), (uint)row.GetInt64(1)), (ulong)row.GetInt64(2)),
            (RecordKind)row.GetInt64(3),
            RecordId.FromBytes(row.GetFieldValue<byte[]>(4)),
            row.GetString(5),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)),
            row.GetString(7),
            row.GetInt64(8) != 0),
        SetAsideRecords.Most);

    public static void Save(DatabaseSession session, SetAsideRecord record) => session.Execute(
        """
        INSERT INTO set_aside(origin, epoch, position, kind, record_id, why, set_aside_at, program, is_skipped) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT(origin, epoch, position) DO UPDATE SET kind = ?4, record_id = ?5, why = ?6, program = ?8, is_skipped = ?9
        """,
        record.Place.Journal.Origin.ToByteArray(), (long)record.Place.Journal.Epoch, (long)record.Place.Position, (long)record.Kind, record.Id.ToByteArray(),
        record.Why, record.At.ToUnixTimeMilliseconds(), record.Program, record.IsSkipped ? 1 : 0);

    public static void Skip(DatabaseSession session, EntryPlace place) => session.Execute(
        "UPDATE set_aside SET is_skipped = 1 WHERE origin = ?1 AND epoch = ?2 AND position = ?3",
        place.Journal.Origin.ToByteArray(), (long)place.Journal.Epoch, (long)place.Position);

    public static void Forget(DatabaseSession session, EntryPlace place) => session.Execute(
        "DELETE FROM set_aside WHERE origin = ?1 AND epoch = ?2 AND position = ?3",
        place.Journal.Origin.ToByteArray(), (long)place.Journal.Epoch, (long)place.Position);
}
