using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Tests.Storage;

/// <summary>What is lost, damaged or not ours refuses the start in words, and stays as it is: a fresh database in its place would fork the journal.</summary>
public sealed class OpeningTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string DatabasePath => _folder.File("node.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_start_finds_the_schema_of_the_first()
    {
        await NodeDatabase.Open(DatabasePath, create: true, TimeProvider.System, NullLogger.Instance).DisposeAsync();

        await using var again = NodeDatabase.Open(DatabasePath, create: false, TimeProvider.System, NullLogger.Instance);

        Assert.Equal(Migrations.Newest, again.Read(session => session.Scalar<long>("PRAGMA user_version")));
        Assert.Equal(1, again.Read(session => session.Scalar<long>("SELECT count(*) FROM migrations WHERE step = 1")));
    }

    [Fact]
    public void A_missing_database_is_not_made_anew()
    {
        Refuses("is missing");

        Assert.False(File.Exists(DatabasePath));
    }

    [Fact]
    public void An_empty_file_is_a_lost_database_and_not_a_new_one()
    {
        File.WriteAllBytes(DatabasePath, []);

        RefusesUnchanged("is empty");
    }

    [Fact]
    public void Another_program_s_database_is_refused()
    {
        Make("CREATE TABLE recipes(name TEXT)");

        RefusesUnchanged("is a database, but not a node's");
    }

    [Fact]
    public void Another_program_s_database_with_a_version_is_refused()
    {
        Make("CREATE TABLE recipes(name TEXT); PRAGMA user_version=1");

        RefusesUnchanged("is a database, but not a node's");
    }

    [Fact]
    public async Task A_newer_program_s_database_is_refused()
    {
        await NodeDatabase.Open(DatabasePath, create: true, TimeProvider.System, NullLogger.Instance).DisposeAsync();
        Make("PRAGMA user_version=99");

        RefusesUnchanged("was written by a newer version of this program (schema 99");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(20_000)]
    public async Task A_truncated_database_is_refused(int length)
    {
        await NodeDatabase.Open(DatabasePath, create: true, TimeProvider.System, NullLogger.Instance).DisposeAsync();
        await using (var file = File.OpenWrite(DatabasePath))
            file.SetLength(length);

        RefusesUnchanged("Restore a backup");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(5_000)]
    public void Garbage_is_refused(int length)
    {
        var garbage = new byte[length];
        new Random(1).NextBytes(garbage);
        File.WriteAllBytes(DatabasePath, garbage);

        RefusesUnchanged("cannot be read as a node's database");
    }

    private void Make(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void RefusesUnchanged(string words)
    {
        var before = File.ReadAllBytes(DatabasePath);

        Refuses(words);

        Assert.Equal(before, File.ReadAllBytes(DatabasePath));
    }

    private void Refuses(string words)
    {
        var refusal = Assert.Throws<StartRefusedException>(() => NodeDatabase.Open(DatabasePath, create: false, TimeProvider.System, NullLogger.Instance));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(DatabasePath, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.DamagedData, refusal.ExitCode);
    }
}
