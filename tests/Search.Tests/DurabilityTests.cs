using Microsoft.Data.Sqlite;
using static OuiShare.Federation.Search.Tests.TemporaryIndex;

namespace OuiShare.Federation.Search.Tests;

public sealed class DurabilityTests
{
    [Fact]
    public async Task Cursors_start_empty_and_move_only_where_they_are_named()
    {
        await using var index = new TemporaryIndex();
        Assert.Empty(await index.Index.ReadCursorsAsync(CancellationToken.None));

        await ApplyAsync(index, [], ("paris", 5), ("rome", 7));
        await ApplyAsync(index, [], ("paris", 6));

        Assert.Equal(new Dictionary<string, long> { ["paris"] = 6, ["rome"] = 7 }, await index.Index.ReadCursorsAsync(CancellationToken.None));
    }

    /// <summary>
    /// A follower goes on from the cursor it finds, so documents and cursor must never part. The process is "killed" by taking the
    /// files as they are between two batches, with everything still in the write-ahead log, and opening those.
    /// </summary>
    [Fact]
    public async Task After_a_kill_the_cursor_and_the_documents_agree_and_the_follower_goes_on()
    {
        await using var index = new TemporaryIndex();
        for (var batch = 0; batch < 20; batch++)
        {
            var cursor = (await index.Index.ReadCursorsAsync(CancellationToken.None)).GetValueOrDefault("paris");
            Assert.Equal(cursor, await index.Index.CountAsync(CancellationToken.None));

            var changes = Enumerable.Range((int)cursor, 10).Select(position => new IndexChange.Put(Document($"{position}", "Drinks")));
            await ApplyAsync(index, [.. changes], ("paris", cursor + 10));
            if (batch % 3 == 0)
                await index.KillAsync();
        }

        Assert.Equal(200, (await index.FindAsync("drinks")).Total);
        Assert.Equal(200, (await index.FindAsync("")).Total);
        Assert.False(index.Index.WasReset);
    }

    [Fact]
    public async Task A_batch_that_fails_leaves_neither_documents_nor_cursor_nor_group()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Drinks"));

        await Assert.ThrowsAnyAsync<Exception>(() => ApplyAsync(
            index, [new IndexChange.Put(Document("b", "Talk") with { Group = "rome" }), new IndexChange.Put(Document("c", null!))], ("paris", 2)));

        Assert.Empty(await index.Index.ReadCursorsAsync(CancellationToken.None));
        Assert.Equal("a", await index.KeysAsync(""));
        await index.PutAsync(Document("b", "Talk") with { Group = "rome" });
        Assert.Equal("b", await index.KeysAsync(new SearchQuery { Now = Now, Group = "rome" }));
    }

    [Fact]
    public async Task A_file_that_is_closed_well_is_opened_again_with_all_it_had()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Drinks"));

        await index.ReopenAsync();
        await index.PutAsync(Document("b", "Drinks"));

        Assert.False(index.Index.WasReset);
        Assert.Equal(2, (await index.FindAsync("drinks")).Total);
    }

    [Fact]
    public async Task A_file_of_another_version_is_begun_anew()
    {
        await using var index = new TemporaryIndex();
        await ApplyAsync(index, [new IndexChange.Put(Document("a", "Drinks"))], ("paris", 1));

        await index.ReopenAsync(path => Execute(path, "PRAGMA user_version = 999"));

        await AssertBegunAnewAsync(index);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_begun_anew()
    {
        await using var index = new TemporaryIndex();
        await ApplyAsync(index, [new IndexChange.Put(Document("a", "Drinks"))], ("paris", 1));

        await index.ReopenAsync(path => File.WriteAllText(path, string.Concat(Enumerable.Repeat("Not a database. ", 1000))));

        await AssertBegunAnewAsync(index);
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    public async Task A_file_that_lost_its_end_is_begun_anew_at_the_latest_after_the_damage_was_met(double kept)
    {
        await using var index = new TemporaryIndex();
        await ApplyAsync(index, [.. Enumerable.Range(0, 2000).Select(number => new IndexChange.Put(Document($"{number}", "Drinks")))], ("paris", 1));

        await index.ReopenAsync(path =>
        {
            using var file = File.OpenWrite(path);
            file.SetLength((long)(file.Length * kept) / 4096 * 4096);
        });
        if (!index.Index.WasReset)
        {
            await Assert.ThrowsAsync<SqliteException>(() => index.FindAsync("drinks"));
            await index.ReopenAsync();
        }

        await AssertBegunAnewAsync(index);
    }

    [Fact]
    public async Task Damage_is_found_by_a_check_and_the_index_is_begun_anew_while_it_is_in_use()
    {
        await using var index = new TemporaryIndex();
        await ApplyAsync(index, [.. Enumerable.Range(0, 2000).Select(number => new IndexChange.Put(Document($"{number}", "Drinks")))], ("paris", 1));
        Assert.Null(await index.Index.CheckAsync(CancellationToken.None));
        await index.ReopenAsync(path => Execute(path, "DELETE FROM words_data WHERE id = (SELECT max(id) FROM words_data)"));
        Assert.NotNull(await index.Index.CheckAsync(CancellationToken.None));

        await index.Index.ResetAsync(CancellationToken.None);

        Assert.Equal(1, index.Index.Generation);
        Assert.Null(await index.Index.CheckAsync(CancellationToken.None));
        Assert.Empty(await index.Index.ReadCursorsAsync(CancellationToken.None));
        await index.PutAsync(Document("a", "Drinks"));
        Assert.Equal(1, (await index.FindAsync("drinks")).Total);
    }

    [Fact]
    public void A_folder_that_is_missing_is_an_error_and_not_a_reset() =>
        Assert.Throws<SqliteException>(() => EventIndex.Open(Path.Combine(Path.GetTempPath(), "ouishare-no-such-folder", "search.db")));

    private static async Task AssertBegunAnewAsync(TemporaryIndex index)
    {
        Assert.True(index.Index.WasReset);
        Assert.Empty(await index.Index.ReadCursorsAsync(CancellationToken.None));
        Assert.Equal("", await index.KeysAsync(""));
        await index.PutAsync(Document("b", "Drinks"));
        Assert.Equal("b", await index.KeysAsync("drinks"));
        await index.ReopenAsync();
        Assert.False(index.Index.WasReset);
    }

    private static async Task ApplyAsync(TemporaryIndex index, IReadOnlyList<IndexChange> changes, params (string Name, long Position)[] cursors) =>
        await index.Index.ApplyAsync(changes, cursors.ToDictionary(cursor => cursor.Name, cursor => cursor.Position), CancellationToken.None);

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
