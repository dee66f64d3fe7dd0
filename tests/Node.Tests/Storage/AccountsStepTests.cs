using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Tests.Storage;

/// <summary>A database of the first schema opens with its people and answers, and without links whose makers nobody knows.</summary>
public sealed class AccountsStepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task People_and_addresses_stay_and_links_without_a_known_maker_end()
    {
        var path = _folder.File("node.db");
        MakeFirstSchema(path);

        await using var database = NodeDatabase.Open(path, create: false, TimeProvider.System, NullLogger.Instance);

        database.Read(session =>
        {
            var account = MemberTable.FindByMail(session, "ada@example.org")!;
            Assert.Equal(("Ada", "ada@example.org", null), (account.Name, account.Mail, account.WantedMail));
            Assert.False(MemberTable.IsProven(session, "ada@example.org"));
            Assert.Equal(1, session.Scalar<long>("SELECT count(*) FROM rsvps"));
            Assert.Equal(["setup"], session.List("SELECT purpose FROM member_links", row => row.GetString(0)));
            Assert.Equal([0x02], session.List("SELECT invitation_id FROM peer_invitations", row => row.GetFieldValue<byte[]>(0)).Single());
            return true;
        });
    }

    private static void MakeFirstSchema(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Schema.Step1 + """
            INSERT INTO members(member_id, name, mail, normalized_mail, role, languages, security_stamp, calendar_secret, joined_at)
              VALUES (x'0190000000007000800000000000000A', 'Ada', 'ada@example.org', 'ADA@EXAMPLE.ORG', 'admin', 'fr', 's', 'c', 1);
            INSERT INTO rsvps(event_id, member_id, is_going, answered_at) VALUES (x'05', x'0190000000007000800000000000000A', 1, 1);
            INSERT INTO member_links(secret_hash, purpose, role, created_at, expires_at)
              VALUES (x'01', 'invite', 'admin', 1, 9999999999999), (x'02', 'sign-in', 'member', 1, 9999999999999), (x'03', 'setup', 'admin', 1, 9999999999999);
            INSERT INTO peer_invitations(invitation_id, secret, created_at, expires_at, used_by) VALUES (x'01', x'01', 1, 9999999999999, NULL), (x'02', x'02', 1, 1, x'07');
            PRAGMA user_version = 1;
            PRAGMA application_id = 1333094739;
            """;
        command.ExecuteNonQuery();
    }
}
