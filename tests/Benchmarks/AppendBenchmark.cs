using System.Diagnostics;
using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>
/// Acknowledged appends to a node's own journal: hashed, in the Merkle tree, under a signed checkpoint, and on disk with
/// <c>synchronous=FULL</c>. The anchor is one caller, whose every append is a commit; the ceiling is bare SQLite inserting the same bytes, a
/// thousand in a transaction, without hashing or signing.
/// </summary>
internal static class AppendBenchmark
{
    private const int BodyBytes = 700;
    private const int Rounds = 3;

    public static async Task RunAsync()
    {
        Console.WriteLine("append: entries of 700 bytes, acknowledged when on disk (synchronous=FULL)");
        Console.WriteLine("  callers   entries/s   p50 ms   p99 ms");
        using var temporary = new TemporaryFolder();
        using var folder = DataFolder.Open(temporary.Path);
        await using var files = NodeFiles.Open(folder, TimeProvider.System);
        files.Own.Open();
        var anchor = await MeasureAsync(files.Own, callers: 1, entries: 2_000);
        var best = 0.0;
        foreach (var callers in (int[])[64, 1_024])
            best = Math.Max(best, await MeasureAsync(files.Own, callers, entries: 60_000));
        var ceiling = BareSqlite(temporary.Path);
        Console.WriteLine($"  bare SQLite, 1,000 rows a transaction: {ceiling:N0} rows/s");
        Console.WriteLine($"  ratio: many callers are {best / anchor:N1} times one caller, {best / ceiling:P0} of bare SQLite");
    }

    private static async Task<double> MeasureAsync(OwnJournal journal, int callers, int entries)
    {
        var best = (Rate: 0.0, P50: 0.0, P99: 0.0);
        for (var round = 0; round < Rounds; round++)
        {
            var latencies = new double[entries];
            var next = -1;
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
            {
                while (Interlocked.Increment(ref next) is var i && i < entries)
                {
                    var before = Stopwatch.GetTimestamp();
                    await journal.WriteAsync((_, own) =>
                        own.Append(new EntryDraft(RecordKind.Event, RecordId.From(Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), own.NewBody(new byte[BodyBytes]))));
                    latencies[i] = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
                }
            }));
            var rate = entries / Stopwatch.GetElapsedTime(started).TotalSeconds;
            Array.Sort(latencies);
            if (rate > best.Rate)
                best = (rate, latencies[entries / 2], latencies[(int)(entries * 0.99)]);
        }

        Console.WriteLine($"  {callers,7}   {best.Rate,9:N0}   {best.P50,6:N2}   {best.P99,6:N2}");
        return best.Rate;
    }

    private static double BareSqlite(string folder)
    {
        const int Rows = 60_000;
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "bare.db")};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e(n INTEGER PRIMARY KEY, b BLOB); CREATE TABLE r(n INTEGER PRIMARY KEY, b BLOB)");
        using var entry = connection.CreateCommand();
        entry.CommandText = "INSERT INTO e VALUES ($n, $b)";
        var (n, b) = (entry.Parameters.Add("$n", SqliteType.Integer), entry.Parameters.Add("$b", SqliteType.Blob));
        using var body = connection.CreateCommand();
        body.CommandText = "INSERT INTO r VALUES ($n, $b)";
        var (bodyN, bodyB) = (body.Parameters.Add("$n", SqliteType.Integer), body.Parameters.Add("$b", SqliteType.Blob));
        (b.Value, bodyB.Value) = (new byte[120], new byte[BodyBytes]);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rows; i++)
        {
            if (i % 1_000 == 0)
                Run(connection, i == 0 ? "BEGIN" : "COMMIT; BEGIN");
            (n.Value, bodyN.Value) = (i, i);
            entry.ExecuteNonQuery();
            body.ExecuteNonQuery();
        }

        Run(connection, "COMMIT");
        return Rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
