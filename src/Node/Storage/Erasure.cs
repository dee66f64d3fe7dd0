using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace OuiShare.Federation.Node.Storage;

/// <summary>
/// Takes out of the database's files what was erased from its tables: SQLite overwrites a row that is deleted, and yet two kinds of copies
/// of it stay behind.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>Its old page stands in the write-ahead log until that is emptied.</item>
/// <item>When a page of the tree was split or merged, its rows were moved, and where they had stood they stay as free space. With eight
/// journals that grow at once, one row of forty has such a copy. Only writing the whole file anew takes it away, a second for some 100,000
/// entries; readers go on meanwhile and the writer waits.</item>
/// </list>
/// <para>
/// The duty is remembered in the transaction that erased, so a kill of the process only puts it off until the next start. Not thread-safe:
/// the writer's thread alone uses it.
/// </para>
/// </remarks>
internal sealed partial class Erasure(DatabaseSession writer, TimeProvider time, ILogger logger)
{
    /// <summary>After writing the file anew, the writer is left alone for this many times as long as that took.</summary>
    private const int RestFactor = 200;

    /// <summary>Pause after a reader in the midst of a snapshot kept the log from being emptied, or the disk was full.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private long _since;
    private TimeSpan _pause;
    private bool _isRewritten;

    /// <summary>How long until <see cref="Run"/> may be called; null while nothing was erased.</summary>
    public TimeSpan? Wait
    {
        get
        {
            if (!writer.HasErased)
                return null;
            var left = _pause - time.GetElapsedTime(_since);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>Takes up what the process before this one left undone.</summary>
    public void Load() => writer.HasErased = writer.Scalar<long>("SELECT count(*) FROM settings WHERE name = 'erasing'") > 0;

    /// <summary>Remembers the duty together with the work that made it.</summary>
    public void BeforeCommit()
    {
        if (!writer.HasErased)
            return;
        writer.Execute("INSERT INTO settings(name, value) VALUES ('erasing', x'01') ON CONFLICT DO NOTHING");
        _isRewritten = false;
    }

    /// <summary>Writes the file anew and empties the log.</summary>
    /// <exception cref="SqliteException">The disk failed. Anything else, such as a full disk, is waited for.</exception>
    public void Run()
    {
        var start = time.GetTimestamp();
        try
        {
            if (!_isRewritten)
                writer.Execute("VACUUM");
            _isRewritten = true;
            if (writer.Scalar<long>("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
            {
                Rest(RetryPause);
                return;
            }

            writer.Execute("DELETE FROM settings WHERE name = 'erasing'");
            writer.HasErased = false;
            Rest(time.GetElapsedTime(start) * RestFactor);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is not (SqliteCodes.InputOutput or SqliteCodes.Corrupt))
        {
            PutOff(e.Message);
        }
    }

    /// <summary>It could not be done now, and is tried again in a few minutes.</summary>
    public void PutOff(string reason)
    {
        LogPutOff(reason);
        Rest(RetryPause * RestFactor);
    }

    private void Rest(TimeSpan pause) => (_since, _pause) = (time.GetTimestamp(), pause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was erased still stands in free space of the database's files ({Reason}); trying again in a few minutes.")]
    private partial void LogPutOff(string reason);
}
