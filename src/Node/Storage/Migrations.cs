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

    private static readonly string[] Steps = [Schema.Step1, Schema.StepAccounts, Schema.StepPeers, Schema.StepCalendars, Schema.StepSetAside, Schema.StepForks];

    /// <summary>The newest schema this program knows.</summary>
    public static int Newest => Steps.Length;

    /// <summary>Refuses a file that this program may not write; only reads.</summary>
    /// <param name="session">The open file, with no setting made yet.</param>
    /// <param name="path">Its path, for the sentence.</param>
    /// <param name="mayBeEmpty">The database is being made; otherwise an empty file is a lost one.</param>
    /// <exception cref="StartRefusedException">It is another program's, a newer program's, or empty.</exception>
    public static void Examine(DatabaseSession session, string path, bool mayBeEmpty)
    {
        var version = (int)session.Scalar<long>("PRAGMA user_version");
        var tables = session.Scalar<long>("SELECT count(*) FROM sqlite_schema");
        if (version > 0 && session.Scalar<long>("PRAGMA application_id") != ApplicationId || version == 0 && tables > 0)
            throw new StartRefusedException($"{path} is a database, but not a node's. Choose another --data folder.", ExitCodes.DamagedData);
        if (version > Newest)
            throw new StartRefusedException($"{path} was written by a newer version of this program (schema {version}, this one knows {Newest}). Install the newer version.", ExitCodes.DamagedData);
        if (version == 0 && !mayBeEmpty)
            throw new StartRefusedException($"{path} is empty: what was in it is lost. Restore a backup; the file is left as it is.", ExitCodes.DamagedData);
    }

    /// <summary>Takes the steps that are missing.</summary>
    public static void Apply(DatabaseSession session, TimeProvider time)
    {
        var version = (int)session.Scalar<long>("PRAGMA user_version");
        for (var step = version; step < Steps.Length; step++)
        {
            using var transaction = session.Connection.BeginTransaction();
            Run(session.Connection, transaction, Steps[step]);
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
