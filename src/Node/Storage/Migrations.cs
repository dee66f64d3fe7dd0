using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Node.Storage;

/// <summary>
/// The steps that bring a database to this program's schema: numbered, forward only, each in its own transaction.
/// The number of the last step is SQLite's <c>user_version</c>; the application id tells our files from others'.
/// </summary>
internal static class Migrations
{
    /// <summary>"OuiS" in ASCII: marks the file as a node's database.</summary>
    private const long ApplicationId = 0x4F756953;

    private static readonly string[] _steps = [Schema.Step1];

    /// <summary>The newest schema this program knows.</summary>
    public static int Newest => _steps.Length;

    public static void Apply(DatabaseSession session, string path, bool create, TimeProvider time)
    {
        var version = (int)session.Scalar<long>("PRAGMA user_version");
        var tables = session.Scalar<long>("SELECT count(*) FROM sqlite_schema");
        if (version > 0 && session.Scalar<long>("PRAGMA application_id") != ApplicationId || version == 0 && tables > 0)
            throw new StartRefusedException($"{path} is a database, but not a node's. Choose another --data folder.", ExitCodes.DamagedData);
        if (version == 0 && !create)
            throw new StartRefusedException($"{path} holds nothing of a node. Restore a backup; the file is left as it is.", ExitCodes.DamagedData);
        if (version > Newest)
            throw new StartRefusedException($"{path} was written by a newer version of this program (schema {version}, this one knows {Newest}). Install the newer version.", ExitCodes.DamagedData);

        for (var step = version; step < _steps.Length; step++)
        {
            using var transaction = session.Connection.BeginTransaction();
            Run(session.Connection, transaction, _steps[step]);
            Run(session.Connection, transaction, $"PRAGMA user_version={step + 1}; PRAGMA application_id={ApplicationId};");
            Run(session.Connection, transaction, $"INSERT INTO migrations(step, applied_at) VALUES ({step + 1}, {time.GetUtcNow().ToUnixTimeMilliseconds()})");
            transaction.Commit();
        }
    }

    private static void Run(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
