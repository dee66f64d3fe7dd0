using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Tests.Storage;

/// <summary>What remains of erased rows in the bytes of the database's files.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private const int Journals = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private NodeDatabase _database = null!;

    public Task InitializeAsync()
    {
        _database = Open(_folder, create: true);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>
    /// Journals that grow side by side split the pages of each other, and SQLite leaves copies of the rows that it moved to another page. Its
    /// secure_delete, which overwrites the row where it stands now, does not know of them: it left some forty of these fifteen hundred.
    /// </summary>
    [Fact]
    public async Task No_copy_of_an_erased_row_remains_where_it_stood_before_its_page_was_split()
    {
        var random = new Random(1);
        var numbers = await FillAsync(random, count: 4_000);
        var gone = random.GetItems(numbers, 1_500).ToHashSet();

        await _database.WriteAsync(session => Erase(session, gone));

        await Eventually.HoldsAsync(() => Assert.Empty(Remaining(_folder, gone)));
        Assert.Equal(numbers.Length - gone.Count, _database.Read(Count));
        Assert.NotEmpty(Remaining(_folder, [.. numbers.Except(gone)]));
    }

    [Fact]
    public async Task A_reader_in_the_midst_of_a_snapshot_only_puts_it_off()
    {
        var numbers = await FillAsync(new Random(2), count: 50);

        await _database.Read(async session =>
        {
            session.Execute("BEGIN");
            Assert.Equal(50, Count(session));
            await _database.WriteAsync(writer => Erase(writer, [.. numbers]));
            // Also the writer goes on meanwhile.
            await _database.WriteAsync(writer => writer.Execute("INSERT INTO settings(name, value) VALUES ('other', x'01')"));
            Assert.Equal(50, Count(session));
            session.Execute("COMMIT");
        });

        await Eventually.HoldsAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Empty(Remaining(_folder, numbers));
        });
    }

    /// <summary>A kill is what the files are at a moment, copied; the reader keeps them from being cleaned until then.</summary>
    [Fact]
    public async Task After_a_kill_the_next_start_takes_it_out()
    {
        using var killed = new TemporaryFolder();
        var numbers = await FillAsync(new Random(3), count: 50);
        await _database.Read(async session =>
        {
            session.Execute("BEGIN");
            Count(session);
            await _database.WriteAsync(writer => Erase(writer, [.. numbers]));
            foreach (var file in (string[])["node.db", "node.db-wal"])
                await File.WriteAllBytesAsync(killed.File(file), Bytes.Read(_folder.File(file)));
            session.Execute("COMMIT");
        });
        Assert.NotEmpty(Remaining(killed, numbers));

        await using var next = Open(killed, create: false);

        await Eventually.HoldsAsync(() => Assert.Empty(Remaining(killed, numbers)));
        Assert.Equal(0, next.Read(Count));
        await next.WriteAsync(session => Assert.Equal(0, session.Scalar<long>("SELECT count(*) FROM settings WHERE name = 'erasing'")));
    }

    private NodeDatabase Open(TemporaryFolder folder, bool create)
    {
        var database = NodeDatabase.Open(folder.File("node.db"), create, _time, NullLogger.Instance);
        database.Start();
        return database;
    }

    /// <summary>Rows of journals that grow by turns, in an order that chance decides; returns their numbers.</summary>
    private async Task<long[]> FillAsync(Random random, int count)
    {
        var sizes = new long[Journals];
        var numbers = new long[count];
        for (var i = 0; i < count; i++)
        {
            var journal = random.Next(Journals);
            numbers[i] = (journal << 20) + sizes[journal]++;
        }

        foreach (var part in numbers.Chunk(200))
        {
            await _database.WriteAsync(session =>
            {
                foreach (var number in part)
                {
                    var filling = new byte[random.Next(100, 900)];
                    random.NextBytes(filling);
                    byte[] record = [.. Encoding.UTF8.GetBytes(CanaryOf(number)), .. filling];
                    session.Execute("INSERT INTO bodies(entry_number, salt, record) VALUES (?1, x'', ?2)", number, record);
                }
            });
        }

        return numbers;
    }

    private static void Erase(DatabaseSession session, HashSet<long> numbers)
    {
        foreach (var number in numbers)
            session.Execute("DELETE FROM bodies WHERE entry_number = ?1", number);
        session.HasErased = true;
    }

    private static long Count(DatabaseSession session) => session.Scalar<long>("SELECT count(*) FROM bodies");

    private static string CanaryOf(long number) => string.Create(CultureInfo.InvariantCulture, $"canary{number:x8}x");

    private static List<long> Remaining(TemporaryFolder folder, IReadOnlyCollection<long> numbers)
    {
        var text = string.Concat(Directory.EnumerateFiles(folder.Path).Select(file => Encoding.Latin1.GetString(Bytes.Read(file))));
        return [.. numbers.Where(number => text.Contains(CanaryOf(number), StringComparison.Ordinal))];
    }
}
