using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Members;

/// <summary>Reads and writes rows of <c>members</c>. People who left keep an empty row, so that an id never comes back.</summary>
internal static class MemberTable
{
    private const string Columns =
        "member_id, name, mail, role, languages, city, skills, tagline, is_shown, security_stamp, calendar_secret, joined_at, wanted_mail";

    public static Account? Find(DatabaseSession session, Guid id) =>
        session.First($"SELECT {Columns} FROM members WHERE member_id = ?1 AND left_at IS NULL", Read, id.ToByteArray(bigEndian: true));

    /// <summary>The member whose proven address this is.</summary>
    public static Account? FindByMail(DatabaseSession session, string mail) =>
        session.First($"SELECT {Columns} FROM members WHERE proven_mail = ?1 AND left_at IS NULL", Read, NormalizeMail(mail));

    /// <summary>Whether a member showed, by a link, that this address is hers; one that was only carried over does not count.</summary>
    public static bool IsProven(DatabaseSession session, string mail) =>
        session.Scalar<long>("SELECT count(*) FROM members WHERE proven_mail = ?1 AND mail_proven_at IS NOT NULL", NormalizeMail(mail)) > 0;

    public static Account? FindByCalendarSecret(DatabaseSession session, string secret) =>
        session.First($"SELECT {Columns} FROM members WHERE calendar_secret = ?1 AND left_at IS NULL", Read, secret);

    public static List<Account> List(DatabaseSession session, int limit) =>
        session.List($"SELECT {Columns} FROM members WHERE left_at IS NULL ORDER BY name COLLATE NOCASE LIMIT ?1", Read, limit);

    /// <summary>A new member; her mail address is wanted until she proves it.</summary>
    public static void Insert(DatabaseSession session, Account account) =>
        session.Execute(
            """
            INSERT INTO members(member_id, name, wanted_mail, role, languages, city, skills, tagline, security_stamp, calendar_secret, joined_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
            """,
            account.Id.ToByteArray(bigEndian: true), account.Name, account.WantedMail, Policies.NameOf(account.Role), string.Join(' ', account.Languages),
            account.City, string.Join('\n', account.Skills), Bytes(account.Tagline), account.SecurityStamp, account.CalendarSecret,
            account.JoinedAt.ToUnixTimeMilliseconds());

    /// <summary>Writes all of her that may change but her proven address. Who is no admin any more leaves no open link behind.</summary>
    public static bool Update(DatabaseSession session, Account account)
    {
        var key = account.Id.ToByteArray(bigEndian: true);
        if (account.Role != Role.Admin)
            Makers.EndMade(session, key);
        return session.Execute(
            """
            UPDATE members SET name = ?2, wanted_mail = ?3, role = ?4, languages = ?5, city = ?6, skills = ?7, tagline = ?8, security_stamp = ?9
            WHERE member_id = ?1 AND left_at IS NULL
            """,
            key, account.Name, account.WantedMail, Policies.NameOf(account.Role), string.Join(' ', account.Languages), account.City,
            string.Join('\n', account.Skills), Bytes(account.Tagline), account.SecurityStamp) == 1;
    }

    /// <summary>
    /// Puts an address in force that a member just proved. Whoever had it before, even proven, has it no more: the newest proof tells whose
    /// mailbox it is.
    /// </summary>
    public static bool Prove(DatabaseSession session, Guid id, string mail, long now)
    {
        var key = id.ToByteArray(bigEndian: true);
        session.Execute("UPDATE members SET mail = NULL, proven_mail = NULL, mail_proven_at = NULL WHERE proven_mail = ?1 AND member_id <> ?2", NormalizeMail(mail), key);
        return session.Execute(
            "UPDATE members SET mail = ?2, proven_mail = ?3, mail_proven_at = ?4, wanted_mail = NULL WHERE member_id = ?1 AND left_at IS NULL",
            key, mail, NormalizeMail(mail), now) == 1;
    }

    /// <summary>Takes a member's address out, proven or not.</summary>
    public static void ForgetMail(DatabaseSession session, Guid id) => session.Execute(
        "UPDATE members SET mail = NULL, proven_mail = NULL, mail_proven_at = NULL, wanted_mail = NULL WHERE member_id = ?1", id.ToByteArray(bigEndian: true));

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
        session.Execute(
            """
            DELETE FROM member_links WHERE member_id = ?1
              OR mail IN (SELECT mail FROM members WHERE member_id = ?1) OR mail IN (SELECT wanted_mail FROM members WHERE member_id = ?1)
            """,
            key);
        Makers.EndMade(session, key);
        Sessions.EndAll(session, key);
        session.Execute("DELETE FROM drafts WHERE author_id = ?1", key);
        session.Execute(
            """
            UPDATE members SET name = '', mail = NULL, proven_mail = NULL, mail_proven_at = NULL, wanted_mail = NULL, role = 'visitor', languages = '', city = '', skills = '', tagline = NULL,
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
        WantedMail = row.IsDBNull(12) ? null : row.GetString(12),
    };
}
