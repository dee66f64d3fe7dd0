using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Operator;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Operator;

/// <summary>SQLite does not notice a flipped bit in a stored value; only our hashes do. Each is flipped in the closed file.</summary>
public sealed class JournalVerificationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sound_database_has_no_problems()
    {
        await FillAsync();

        var report = await VerifyAsync();

        Assert.Empty(report.Problems);
        Assert.Equal((1U, 1U, 301UL, 301UL), (report.Journals, report.Signatures, report.Entries, report.Bodies));
    }

    [Fact]
    public async Task A_changed_text_is_named_by_its_entry()
    {
        await FillAsync();
        Flip("bodies", "record", "rowid = (SELECT min(entry_number) + 7 FROM bodies)");

        var problem = Assert.Single((await VerifyAsync()).Problems);

        Assert.StartsWith("The text of entry 7 of journal", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_entry_no_longer_leads_to_the_signed_root()
    {
        await FillAsync();
        Flip("entries", "bytes", "rowid = (SELECT min(entry_number) + 7 FROM entries)");

        var problems = (await VerifyAsync()).Problems;

        Assert.Contains(problems, problem => problem.Contains("do not lead to the root", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("of entry 7", StringComparison.Ordinal) || problem.StartsWith("Entry 7", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_kept_hash_is_named()
    {
        await FillAsync();
        Flip("subtrees", "hash", "level = 8");

        var problem = Assert.Single((await VerifyAsync()).Problems);

        Assert.StartsWith("A kept hash of journal", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_entry_is_named()
    {
        await FillAsync();
        Run("DELETE FROM entries WHERE entry_number = (SELECT min(entry_number) + 7 FROM entries)");

        var problem = Assert.Single((await VerifyAsync()).Problems);

        Assert.Contains("lacks its entry 7", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_signature_is_named()
    {
        await FillAsync();
        // The last line of the note is its signature in base64; a letter in the midst of it becomes another.
        Flip("journals", "note", "size > 0", index: -20);

        var problem = Assert.Single((await VerifyAsync()).Problems);

        Assert.Contains("not signed", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("left_range", 3)]
    [InlineData("note", 80)]
    public async Task A_node_does_not_start_on_an_end_that_its_checkpoint_does_not_cover(string column, int index)
    {
        await FillAsync();
        Flip("journals", column, "size > 0", index);

        var refusal = await Assert.ThrowsAsync<StartRefusedException>(() => TestNode.StartAsync(_folder.Path));

        Assert.Contains("is damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Restore a backup", refusal.Message, StringComparison.Ordinal);
    }

    private async Task FillAsync()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(number => node.PublishAsync(Samples.Event($"Apéro {number}"))));
        await node.StopAsync();
    }

    private async Task<VerifyReport> VerifyAsync()
    {
        var node = await TestNode.StartAsync(_folder.Path);
        VerifyReport? report = null;
        await node.Get<JournalVerification>().RunAsync(
            origin: null,
            isRepairing: false,
            progress =>
            {
                report = progress.Report ?? report;
                return Task.CompletedTask;
            },
            CancellationToken.None);
        await node.StopAsync();
        return report!;
    }

    /// <summary>Changes one byte of one value: the index-th from 1, or from the end when negative.</summary>
    private void Flip(string table, string column, string where, int index = 20)
    {
        using var connection = Connect();
        using var read = connection.CreateCommand();
        read.CommandText = $"SELECT {column} FROM {table} WHERE {where}";
        var value = (byte[])read.ExecuteScalar()!;
        ref var changed = ref value[index > 0 ? index - 1 : value.Length + index];
        changed = changed == (byte)'A' ? (byte)'B' : (byte)'A';
        using var write = connection.CreateCommand();
        write.CommandText = $"UPDATE {table} SET {column} = $value WHERE {where}";
        write.Parameters.AddWithValue("$value", value);
        Assert.Equal(1, write.ExecuteNonQuery());
    }

    private void Run(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_folder.File("node.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
