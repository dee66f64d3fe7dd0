using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Node.Storage;

/// <summary>
/// The node's SQLite database: one writer connection with group commit, readers apart.
/// </summary>
/// <remarks>
/// <para>
/// Work from any number of callers queues up for one writer thread. It takes all that waits, up to
/// <see cref="StorageLimits.GroupSize"/>, runs each piece under a savepoint of its own and commits them together with one
/// fsync (<c>synchronous=FULL</c>). A caller's task completes when its work is on disk, and fails alone when its
/// work throws. The group forms here, below the grains: a grain that awaits its commit never has two in flight.
/// </para>
/// <para>Thread-safe. Reads never wait for writes (WAL).</para>
/// </remarks>
internal sealed partial class NodeDatabase : IAsyncDisposable
{
    private const string ReaderSettings = "PRAGMA query_only=1; PRAGMA cache_size=-2000;";

    /// <remarks>secure_delete: the body of a withdrawn record is overwritten, not only unlinked.</remarks>
    private const string WriterSettings =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=4000;";

    private readonly Channel<IDatabaseWork> _queue = Channel.CreateBounded<IDatabaseWork>(
        new BoundedChannelOptions(StorageLimits.QueuedWrites) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly ILogger _logger;
    private readonly DatabaseSession _writer;
    private readonly Erasure _erasure;
    private readonly TimeProvider _time;
    private readonly ReaderPool _readers;
    private readonly List<IGroupParticipant> _participants = [];
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeDatabase(string path, DatabaseSession writer, TimeProvider time, ILogger logger)
    {
        Path = path;
        _logger = logger;
        _time = time;
        _writer = writer;
        _erasure = new Erasure(writer, time, logger);
        _readers = new ReaderPool(path);
        _thread = new Thread(Run) { IsBackground = true, Name = "node database writer" };
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>Told what SQLite says whenever it finds a page malformed, by whoever reads or writes; null: nobody listens.</summary>
    public Action<string>? Malformed { get; set; }

    /// <summary>The last group could not be written because the disk is full. Ends with the next group that is stored.</summary>
    public bool IsDiskFull { get; private set; }

    /// <summary>Set once the disk failed in a way after which nothing may be written (reliability: an fsync error is never retried).</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Completes when <see cref="IsBroken"/> becomes true; the process then stops.</summary>
    public TaskCompletionSource<string> Broken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the database, making it when <paramref name="create"/>, and brings its schema up to date.</summary>
    /// <exception cref="StartRefusedException">The file is missing, damaged, or written by a newer program.</exception>
    public static NodeDatabase Open(string path, bool create, TimeProvider time, ILogger logger)
    {
        if (!create && !File.Exists(path))
            throw new StartRefusedException($"{path} is missing. Restore a backup into this folder, or start with another --data folder.", ExitCodes.DamagedData);

        DatabaseSession? writer = null;
        try
        {
            writer = new DatabaseSession(Connect(path, create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite, settings: null));
            // Before the first setting: WAL mode alone would change a file that is not ours.
            Migrations.Examine(writer, path, create);
            Configure(writer.Connection, WriterSettings);
            Migrations.Apply(writer, time);
            var database = new NodeDatabase(path, writer, time, logger);
            database._erasure.Load();
            return database;
        }
        catch (StartRefusedException)
        {
            writer?.Dispose();
            throw;
        }
        catch (SqliteException e) when (FullDisk.IsShownBy(e, path))
        {
            writer?.Dispose();
            throw new StartRefusedException($"The disk that holds {path} is full. Free some space there and start the node again; nothing is lost.", ExitCodes.DiskFailed, e);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SqliteCodes.Corrupt or SqliteCodes.NotADatabase or SqliteCodes.CannotOpen or SqliteCodes.InputOutput)
        {
            writer?.Dispose();
            throw new StartRefusedException($"{path} cannot be read as a node's database ({e.Message.TrimEnd('.')}). Restore a backup; the file is left as it is.", ExitCodes.DamagedData, e);
        }
    }

    /// <summary>Reads and writes on the writer's connection before <see cref="Start"/>; each statement commits by itself.</summary>
    /// <exception cref="StartRefusedException">A page or a row that the work read is damaged: nothing is to be written on top of it.</exception>
    public void Prepare(Action<DatabaseSession> work)
    {
        try
        {
            work(_writer);
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException or ArgumentException or FormatException)
        {
            throw new StartRefusedException(
                $"{Path} is damaged ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}). Restore a backup; the file is left as it is.", ExitCodes.DamagedData, e);
        }
    }

    /// <summary>Adds a participant that finishes each group before its commit. Only before <see cref="Start"/>.</summary>
    public void Join(IGroupParticipant participant) => _participants.Add(participant);

    /// <summary>Starts the writer.</summary>
    public void Start() => _thread.Start();

    /// <summary>Runs <paramref name="work"/> in the writer's next transaction; completes when that is on disk.</summary>
    /// <remarks><paramref name="work"/> runs on the writer's thread: it only executes statements and computes, and never waits.</remarks>
    /// <exception cref="StorageUnavailableException">The disk is full or failed; nothing of the work was stored.</exception>
    public async Task<T> WriteAsync<T>(Func<DatabaseSession, T> work, CancellationToken cancellationToken = default)
    {
        if (IsBroken)
            throw Stopping();

        var item = new DatabaseWork<T>(work);
        try
        {
            await _queue.Writer.WriteAsync(item, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new StorageUnavailableException("The node is stopping and stores nothing more.", e);
        }

        return await item.Task;
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<DatabaseSession> work, CancellationToken cancellationToken = default) =>
        WriteAsync(
            session =>
            {
                work(session);
                return true;
            },
            cancellationToken);

    /// <summary>Runs <paramref name="read"/> on a reader connection, in one snapshot if it opens a transaction.</summary>
    public T Read<T>(Func<DatabaseSession, T> read)
    {
        var session = _readers.Take();
        var isSound = true;
        try
        {
            return read(session);
        }
        catch (SqliteException e) when (DatabaseDamage.IsMalformed(e))
        {
            // A connection that has met a malformed page may not be used on.
            isSound = false;
            Malformed?.Invoke(DatabaseDamage.Reason(e));
            throw;
        }
        finally
        {
            if (isSound)
                _readers.Return(session);
            else
                session.Dispose();
        }
    }

    /// <summary>Copies the running database, consistent as of one moment, into a new file.</summary>
    /// <remarks>On a connection of its own: a reader's query_only forbids writing the copy too.</remarks>
    public void CopyTo(string path)
    {
        using var connection = Connect(Path, SqliteOpenMode.ReadOnly, settings: null);
        using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $path";
        command.Parameters.AddWithValue("$path", path);
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_thread.ThreadState.HasFlag(System.Threading.ThreadState.Unstarted))
            _stopped.TrySetResult();
        await _stopped.Task;
        _readers.Dispose();
        _writer.Dispose();
    }

    internal static DatabaseSession OpenReader(string path) => new(Connect(path, SqliteOpenMode.ReadOnly, ReaderSettings));

    private static SqliteConnection Connect(string path, SqliteOpenMode mode, string? settings)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = 30,
        }.ToString());
        connection.Open();
        if (settings is not null)
            Configure(connection, settings);
        return connection;
    }

    private static void Configure(SqliteConnection connection, string settings)
    {
        using var command = connection.CreateCommand();
        command.CommandText = settings;
        command.ExecuteNonQuery();
    }

    private void Run()
    {
        var group = new List<IDatabaseWork>(StorageLimits.GroupSize);
        var reader = _queue.Reader;
        try
        {
            while (WaitForWork(reader))
            {
                while (group.Count < StorageLimits.GroupSize && reader.TryRead(out var work))
                    group.Add(work);
                if (IsBroken)
                    FailAll(group, Stopping());
                else
                    Commit(group);
                group.Clear();
            }
        }
        finally
        {
            _stopped.TrySetResult();
        }
    }

    // The writer is a thread of its own, so that a long commit never holds a thread of the pool that grains need. What was erased is taken out
    // of the files while nobody waits for a commit.
    private bool WaitForWork(ChannelReader<IDatabaseWork> reader)
    {
        var waiting = reader.WaitToReadAsync().AsTask();
        while (!waiting.IsCompleted && !IsBroken && _erasure.Wait is { } wait)
        {
            if (wait > TimeSpan.Zero)
                WaitFor(waiting, wait);
            else
                Erase();
        }

        return waiting.GetAwaiter().GetResult();
    }

    private void WaitFor(Task work, TimeSpan limit)
    {
        using var isOver = new CancellationTokenSource();
        Task.WhenAny(work, Task.Delay(limit, _time, isOver.Token)).GetAwaiter().GetResult();
        isOver.Cancel();
    }

    private void Erase()
    {
        try
        {
            _erasure.Run();
        }
        catch (SqliteException e)
        {
            // As with a failed commit: nobody knows what is on the disk.
            if (FullDisk.IsShownBy(e, Path))
                _erasure.PutOff(e.Message);
            else
                Break(e.Message);
        }
    }

    private void Commit(List<IDatabaseWork> group)
    {
        try
        {
            _writer.Execute("BEGIN IMMEDIATE");
            foreach (var work in group)
                RunUnderSavepoint(work);
            foreach (var participant in _participants)
                participant.BeforeCommit(_writer);
            _erasure.BeforeCommit();
            _writer.Execute("COMMIT");
        }
        catch (Exception e)
        {
            // Whatever it was, the writer lives on and no caller waits for ever.
            Abandon(group, e);
            return;
        }

        IsDiskFull = false;
        foreach (var participant in _participants)
            participant.AfterCommit();
        foreach (var work in group)
            work.Complete();
    }

    private void RunUnderSavepoint(IDatabaseWork work)
    {
        _writer.Execute("SAVEPOINT work");
        try
        {
            work.Run(_writer);
        }
        catch (Exception e) when (e is not SqliteException { SqliteErrorCode: SqliteCodes.InputOutput or SqliteCodes.Full or SqliteCodes.Corrupt })
        {
            // The caller's own mistake or refusal: it alone fails, the others of its group go on.
            _writer.Execute("ROLLBACK TO work");
            foreach (var participant in _participants)
                participant.WorkFailed();
            work.Fail(e);
            _writer.Execute("RELEASE work");
            return;
        }

        foreach (var participant in _participants)
            participant.WorkDone(_writer);
        _writer.Execute("RELEASE work");
    }

    private void Abandon(List<IDatabaseWork> group, Exception e)
    {
        // After a failed fsync the kernel may have dropped the pages, and a retry would report success for lost
        // data. And a writer that another process overtook has nothing to write at all.
        IsDiskFull = e is SqliteException failed && FullDisk.IsShownBy(failed, Path);
        if (!IsDiskFull && e is SqliteException { SqliteErrorCode: SqliteCodes.InputOutput } or StaleWriterException)
            Break(e.Message);
        else
            LogAbandoned(group.Count, e.Message);
        if (e is SqliteException damaged && DatabaseDamage.IsMalformed(damaged))
            Malformed?.Invoke(DatabaseDamage.Reason(e));

        try
        {
            if (_writer.IsInTransaction)
                _writer.Execute("ROLLBACK");
            foreach (var participant in _participants)
                participant.Abandoned(_writer);
        }
        catch (SqliteException unknown)
        {
            // Nobody knows what the next group would be added to.
            Break(unknown.Message);
        }

        var failure = IsDiskFull
            ? FullDisk.Refusal(System.IO.Path.GetDirectoryName(Path)!, e)
            : new StorageUnavailableException($"The database could not be written ({DatabaseDamage.Reason(e)}); nothing was stored. \"ouishare verify\" says whether it is damaged.", e);
        FailAll(group, failure);
    }

    private void Break(string reason)
    {
        IsBroken = true;
        Broken.TrySetResult(reason);
        LogBroken(reason);
    }

    private static void FailAll(List<IDatabaseWork> group, StorageUnavailableException failure)
    {
        foreach (var work in group)
            work.Fail(failure);
    }

    private static StorageUnavailableException Stopping() => new("The disk failed; the node is stopping and stores nothing more.");

    [LoggerMessage(Level = LogLevel.Critical, Message = "The database may not be written any more ({Reason}); the node stops so that nothing acknowledged can be lost.")]
    private partial void LogBroken(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A group of {Count} writes was not stored: {Reason}")]
    private partial void LogAbandoned(int count, string reason);
}
