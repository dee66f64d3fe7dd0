using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Members;

/// <summary>Reads and writes rows of <c>members</c>. People who left keep an empty row, so that an id never comes back.</summary>
internal static class MemberTable
{
    private const string Columns =
        "member_id, name, mail, role, languages, city, skills, tagline, is_shown, security_stamp, calendar_secret, joined_at";

    public static Account? Find(DatabaseSession session, Guid id) =>
        session.First($"SELECT {Columns} FROM members WHERE member_id = ?1 AND left_at IS NULL", Read, id.ToByteArray(bigEndian: true));

    public static Account? FindByMail(DatabaseSession session, string mail) =>
        session.First($"SELECT {Columns} FROM members WHERE normalized_mail = ?1 AND left_at IS NULL", Read, NormalizeMail(mail));

    public static Account? FindByCalendarSecret(DatabaseSession session, string secret) =>
        session.First($"SELECT {Columns} FROM members WHERE calendar_secret = ?1 AND left_at IS NULL", Read, secret);

    public static List<Account> List(DatabaseSession session, int limit) =>
        session.List($"SELECT {Columns} FROM members WHERE left_at IS NULL ORDER BY name COLLATE NOCASE LIMIT ?1", Read, limit);

    public static void Insert(DatabaseSession session, Account account) =>
        session.Execute(
            """
            INSERT INTO members(member_id, name, mail, normalized_mail, role, languages, city, skills, tagline, security_stamp, calendar_secret, joined_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """,
            account.Id.ToByteArray(bigEndian: true), account.Name, account.Mail, account.Mail is { } mail ? NormalizeMail(mail) : null,
            Policies.NameOf(account.Role), string.Join(' ', account.Languages), account.City, string.Join('\n', account.Skills),
            Bytes(account.Tagline), account.SecurityStamp, account.CalendarSecret, account.JoinedAt.ToUnixTimeMilliseconds());

    public static bool Update(DatabaseSession session, Account account) =>
        session.Execute(
            """
            UPDATE members SET name = ?2, mail = ?3, normalized_mail = ?4, role = ?5, languages = ?6, city = ?7, skills = ?8, tagline = ?9, security_stamp = ?10
            WHERE member_id = ?1 AND left_at IS NULL
            """,
            account.Id.ToByteArray(bigEndian: true), account.Name, account.Mail, account.Mail is { } mail ? NormalizeMail(mail) : null,
            Policies.NameOf(account.Role), string.Join(' ', account.Languages), account.City, string.Join('\n', account.Skills),
            Bytes(account.Tagline), account.SecurityStamp) == 1;

    public static byte[]? ShownRecord(DatabaseSession session, Guid id) =>
        session.Scalar<byte[]>("SELECT shown_record_id FROM members WHERE member_id = ?1", id.ToByteArray(bigEndian: true));

    public static void SetShown(DatabaseSession session, Guid id, byte[]? recordId) =>
        session.Execute(
            "UPDATE members SET is_shown = ?2, shown_record_id = ?3 WHERE member_id = ?1",
            id.ToByteArray(bigEndian: true), recordId is null ? 0 : 1, recordId);

    public static bool SetCalendarSecret(DatabaseSession session, Guid id, string secret) =>
        session.Execute("UPDATE members SET calendar_secret = ?2 WHERE member_id = ?1 AND left_at IS NULL", id.ToByteArray(bigEndian: true), secret) == 1;

    /// <summary>Erases everything about a member but her id.</summary>
    public static void Erase(DatabaseSession session, Guid id, long leftAt)
    {
        var key = id.ToByteArray(bigEndian: true);
        session.HasErased = true;
        session.Execute("UPDATE seats SET taken = taken - 1 WHERE event_id IN (SELECT event_id FROM rsvps WHERE member_id = ?1 AND is_going = 1)", key);
        session.Execute("DELETE FROM rsvps WHERE member_id = ?1", key);
        session.Execute("DELETE FROM access_tokens WHERE member_id = ?1", key);
        session.Execute("DELETE FROM member_links WHERE member_id = ?1 OR mail IN (SELECT mail FROM members WHERE member_id = ?1)", key);
        session.Execute("DELETE FROM drafts WHERE author_id = ?1", key);
        session.Execute(
            """
            UPDATE members SET name = '', mail = NULL, normalized_mail = NULL, role = 'visitor', languages = '', city = '', skills = '', tagline = NULL,
              is_shown = 0, shown_record_id = NULL, security_stamp = '', calendar_secret = hex(member_id), left_at = ?2
            WHERE member_id = ?1
            """,
            key, leftAt);
    }

    /// <summary>The form in which two spellings of a mail address are the same.</summary>
    public static string NormalizeMail(string mail) => mail.Trim().ToUpperInvariant();

    private static byte[]? Bytes(LocalizedText? text) => text is null ? null : Google.Protobuf.MessageExtensions.ToByteArray(text);

    private static Account Read(SqliteDataReader row) => new()
    {
        Id = new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true),
        Name = row.GetString(1),
        Mail = row.IsDBNull(2) ? null : row.GetString(2),
        Role = Policies.TryParseRole(row.GetString(3), out var role) ? role : Role.Visitor,
        Languages = row.GetString(4).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        City = row.GetString(5),
        Skills = row.GetString(6).Split('\n', StringSplitOptions.RemoveEmptyEntries),
        Tagline = row.IsDBNull(7) ? null : LocalizedText.Parser.ParseFrom(row.GetFieldValue<byte[]>(7)),
        IsShown = row.GetInt64(8) != 0,
        SecurityStamp = row.GetString(9),
        CalendarSecret = row.GetString(10),
        JoinedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(11)),
    };
}
