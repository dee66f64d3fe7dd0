using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace OuiShare.Federation.Benchmarks;

/// <summary>
/// What SQLite alone does with the same bytes in two tables, durable (<c>synchronous=FULL</c>), without hashing, signing or checking:
/// what figures of the journal are compared with.
/// </summary>
internal static class BareSqlite
{
    /// <summary>An entry without its body.</summary>
    private const int EntryBytes = 120;

    /// <summary>The anchor: each row in a transaction of its own. Rows a second.</summary>
    public static double CommitEach(string folder, int rows, int bodyBytes) => Measure(folder, rows, bodyBytes, rowsInTransaction: 1);

    /// <summary>The ceiling: all rows in one transaction. Rows a second, commit included.</summary>
    public static double CommitOnce(string folder, int rows, int bodyBytes) => Measure(folder, rows, bodyBytes, rowsInTransaction: rows);

    private static double Measure(string folder, int rows, int bodyBytes, int rowsInTransaction)
    {
        using var place = new TemporaryFolder(folder);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(place.Path, "bare.db")};Pooling=False");
        connection.Open();
        Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE e(n INTEGER PRIMARY KEY, b BLOB); CREATE TABLE r(n INTEGER PRIMARY KEY, b BLOB)");
        using var begin = Command(connection, "BEGIN");
        using var commit = Command(connection, "COMMIT");
        using var entry = Command(connection, "INSERT INTO e VALUES ($n, $b)");
        using var body = Command(connection, "INSERT INTO r VALUES ($n, $b)");
        var (n, b) = (entry.Parameters.Add("$n", SqliteType.Integer), entry.Parameters.Add("$b", SqliteType.Blob));
        var (bodyN, bodyB) = (body.Parameters.Add("$n", SqliteType.Integer), body.Parameters.Add("$b", SqliteType.Blob));
        (b.Value, bodyB.Value) = (new byte[EntryBytes], new byte[bodyBytes]);
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < rows; i++)
        {
            if (i % rowsInTransaction == 0)
                begin.ExecuteNonQuery();
            (n.Value, bodyN.Value) = (i, i);
            entry.ExecuteNonQuery();
            body.ExecuteNonQuery();
            if ((i + 1) % rowsInTransaction == 0)
                commit.ExecuteNonQuery();
        }

        return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
