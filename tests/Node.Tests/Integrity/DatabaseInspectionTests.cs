using Microsoft.Extensions.Logging.Abstractions;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Tests.Integrity;

/// <summary>Every table of a node, damaged in the closed file: each damage is found, said with what it concerns, and what is derived is made again.</summary>
public sealed class DatabaseInspectionTests(DatabaseInspectionTests.Filled filled) : IClassFixture<DatabaseInspectionTests.Filled>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("node.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sound_database_has_no_damage()
    {
        Copy();

        Assert.Empty(await InspectAsync());
    }

    [Theory]
    [InlineData("UPDATE records SET entry_number = entry_number - 1 WHERE rowid_of = 0")]
    [InlineData("UPDATE records SET is_withdrawn = 1 - is_withdrawn WHERE entry_number = (SELECT max(entry_number) FROM records WHERE is_withdrawn = 0)")]
    [InlineData("UPDATE records SET is_withdrawn = 0 WHERE is_withdrawn = 1")]
    [InlineData("UPDATE records SET is_missing = 1 WHERE entry_number = (SELECT max(entry_number) FROM records WHERE is_withdrawn = 0)")]
    [InlineData("DELETE FROM records WHERE entry_number = (SELECT max(entry_number) FROM records)")]
    [InlineData("INSERT INTO records SELECT origin_number, kind, x'00112233445566778899AABBCCDDEEFF', entry_number, 0, 0 FROM records ORDER BY entry_number DESC LIMIT 1")]
    [InlineData("INSERT INTO bodies SELECT entry_number, x'00', x'00' FROM entries WHERE entry_number NOT IN (SELECT entry_number FROM bodies) LIMIT 1")]
    public async Task Records_that_do_not_agree_with_the_entries_are_found_and_made_again(string sql)
    {
        Copy();
        DamagedFile.Run(Database, sql.Replace("rowid_of = 0", "entry_number = (SELECT max(entry_number) FROM records)", StringComparison.Ordinal));

        var damages = await InspectAsync();

        Assert.NotEmpty(damages);
        await MendAsync(damages.Append(Damage.Derived("records", "")));
        Assert.Empty(await InspectAsync());
    }

    [Theory]
    [InlineData("records")]
    [InlineData("subtrees")]
    public async Task A_derived_table_with_a_malformed_page_is_named_and_made_again(string table)
    {
        Copy();
        DamagedFile.SpoilPage(Database, table);

        var damages = await InspectAsync();

        Assert.Contains(damages, damage => damage.IsDerived && damage.Subject == table);
        await MendAsync(damages);
        Assert.DoesNotContain(await InspectAsync(), damage => damage.Kind != DamageKind.File);
    }

    [Theory]
    [InlineData("entries", nameof(DamageKind.Entries))]
    [InlineData("bodies", nameof(DamageKind.Text))]
    public async Task What_a_malformed_page_leaves_readable_is_copied_and_the_rest_is_to_come_from_peers(string table, string kind)
    {
        Copy();
        DamagedFile.SpoilPage(Database, table);

        var damages = await InspectAsync();

        Assert.Contains(damages, damage => damage.Kind.ToString() == kind);
        Assert.Contains(damages, damage => damage.IsDerived && damage.Subject == table);
        await MendAsync(damages);
        var left = await InspectAsync();
        Assert.Contains(left, damage => damage.Kind.ToString() == kind);
        Assert.All(left, damage => Assert.True(damage.IsHeldByPeers || damage.Kind == DamageKind.File, damage.Sentence));
    }

    [Theory]
    [InlineData("members")]
    [InlineData("member_links")]
    [InlineData("drafts")]
    [InlineData("peers")]
    public async Task A_private_table_with_a_malformed_page_is_named_with_what_to_do(string table)
    {
        Copy();
        DamagedFile.SpoilPage(Database, table);

        var damage = Assert.Single(await InspectAsync(), damage => damage.Kind == DamageKind.Private);

        Assert.Equal(table, damage.Subject);
        Assert.Contains("Restore a backup", damage.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_that_cannot_be_parsed_is_found()
    {
        Copy();
        DamagedFile.Run(Database, "INSERT INTO drafts(event_id, record, is_proposed, updated_at) VALUES (x'01', x'0AFF', 0, 0)");

        Assert.Equal("drafts", Assert.Single(await InspectAsync()).Subject);
    }

    [Fact]
    public async Task An_index_that_lacks_a_row_is_made_again()
    {
        Copy();
        DamagedFile.Run(Database, "INSERT INTO access_tokens VALUES (x'01', (SELECT member_id FROM members LIMIT 1), 'x', 0)");
        DamagedFile.SpoilPage(Database, "records_missing");

        var damages = await InspectAsync();

        Assert.NotEmpty(damages);
        await MendAsync(damages);
        Assert.DoesNotContain(await InspectAsync(), damage => damage.Kind != DamageKind.File);
    }

    [Fact]
    public async Task A_journal_s_row_that_no_longer_leads_to_its_root_is_written_anew_from_memory()
    {
        Copy();
        await using var database = Open(out var register);
        var head = register.All.Single().Head!;
        database.Prepare(session => session.Execute("UPDATE journals SET left_range = zeroblob(length(left_range))"));

        var damages = (await new DatabaseInspection(database, register).RunAsync(_ => Task.CompletedTask, CancellationToken.None)).Damages;

        Assert.Equal(DamageKind.Head, Assert.Single(damages).Kind);
        using var committed = NodeDatabase.OpenReader(Database);
        database.Prepare(session => Assert.True(DerivedTables.TryRebuild(session, committed, damages.Single(), isReadable: true, register)));
        Assert.Equal(head.Range.ToBytes(), database.Read(session => session.Scalar<byte[]>("SELECT left_range FROM journals")));
    }

    private void Copy()
    {
        File.Copy(Path.Combine(filled.Path, "node.db"), Database);
    }

    private NodeDatabase Open(out JournalRegister register)
    {
        var database = NodeDatabase.Open(Database, create: false, TimeProvider.System, NullLogger.Instance);
        var loaded = register = new JournalRegister();
        database.Prepare(loaded.Load);
        return database;
    }

    private async Task<IReadOnlyList<Damage>> InspectAsync()
    {
        await using var database = Open(out var register);
        return [.. (await new DatabaseInspection(database, register).RunAsync(_ => Task.CompletedTask, CancellationToken.None)).Damages];
    }

    private async Task MendAsync(IEnumerable<Damage> damages)
    {
        await using var database = Open(out var register);
        database.Start();
        foreach (var damage in damages.Where(damage => damage.IsDerived).DistinctBy(damage => damage.Subject))
        {
            var isReadable = TableInspection.IsReadable(database, damage.Subject);
            Assert.True(await database.WriteAsync(session =>
            {
                using var committed = NodeDatabase.OpenReader(Database);
                return DerivedTables.TryRebuild(session, committed, damage, isReadable, register);
            }));
        }
    }

    /// <summary>A node's database with some of everything, made once for all tests.</summary>
    public sealed class Filled : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();

        internal string Path => _folder.Path;

        public async Task InitializeAsync()
        {
            var node = await TestNode.StartAsync(_folder.Path);
            var published = await Task.WhenAll(Enumerable.Range(0, 600).Select(number => node.PublishAsync(Samples.Event($"Apéro {number}"))));
            await node.Event(published[3].Id).Publish(Samples.Event("Changed"), baseSequence: null, Node.Members.Actor.Operator);
            await node.Event(published[4].Id).Withdraw(Node.Members.Actor.Operator);
            await node.JoinAsync("Somebody");
            await node.Event(Guid.CreateVersion7(Samples.Now)).SaveDraft(Samples.Event("Draft"), Samples.Connector);
            await node.StopAsync();
        }

        public Task DisposeAsync()
        {
            _folder.Dispose();
            return Task.CompletedTask;
        }
    }
}
