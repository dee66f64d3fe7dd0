using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Tests.Storage;

public sealed class NodeDatabaseTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private NodeDatabase _database = null!;

    public Task InitializeAsync()
    {
        _database = Open(create: true);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_acknowledged_write_of_many_at_once_is_there_after_reopening()
    {
        var writes = Enumerable.Range(0, 2_000).Select(number => _database.WriteAsync(session => Insert(session, number)));

        await Task.WhenAll(writes);
        await ReopenAsync();

        Assert.Equal(2_000, Count());
    }

    [Fact]
    public async Task Work_that_fails_fails_alone_and_leaves_nothing()
    {
        // The first piece holds the writer back until all others wait, so that they form one group.
        using var gate = new ManualResetEventSlim();
        var first = _database.WriteAsync(_ => gate.Wait(TimeSpan.FromSeconds(30)));
        var writes = Enumerable.Range(0, 100).Select(number => _database.WriteAsync(session =>
        {
            Insert(session, number);
            if (number % 10 == 3)
                throw new InvalidOperationException($"Work {number} changed its mind.");
        })).ToList();
        gate.Set();
        await first;

        var failed = new List<int>();
        for (var number = 0; number < writes.Count; number++)
        {
            if (await Record.ExceptionAsync(() => writes[number]) is { } e)
            {
                Assert.Equal($"Work {number} changed its mind.", Assert.IsType<InvalidOperationException>(e).Message);
                failed.Add(number);
            }
        }

        Assert.Equal([3, 13, 23, 33, 43, 53, 63, 73, 83, 93], failed);
        await ReopenAsync();
        Assert.Equal(90, Count());
        Assert.DoesNotContain(13, Numbers());
    }

    [Fact]
    public async Task A_broken_constraint_fails_alone_and_the_statement_stays_good()
    {
        await _database.WriteAsync(session => Insert(session, 1));

        var again = _database.WriteAsync(session => Insert(session, 1));
        var other = _database.WriteAsync(session => Insert(session, 2));

        var failure = await Assert.ThrowsAsync<SqliteException>(() => again);
        Assert.Equal(SqliteCodes.Constraint, failure.SqliteErrorCode);
        await other;
        Assert.Equal([1, 2], Numbers());
    }

    [Fact]
    public async Task Readers_see_what_is_committed_and_nothing_else()
    {
        using var isWritten = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var write = _database.WriteAsync(session =>
        {
            Insert(session, 7);
            isWritten.Set();
            gate.Wait(TimeSpan.FromSeconds(30));
        });
        Assert.True(isWritten.Wait(TimeSpan.FromSeconds(30)));

        var before = Count();
        gate.Set();
        await write;

        Assert.Equal(0, before);
        Assert.Equal(1, Count());
    }

    [Fact]
    public void Readers_cannot_write()
    {
        Assert.Throws<SqliteException>(() => _database.Read(session => session.Execute("DELETE FROM settings")));
    }

    [Fact]
    public async Task A_participant_that_refuses_fails_the_group_and_the_writer_lives_on()
    {
        await _database.DisposeAsync();
        _database = Open(create: false, start: false);
        var moody = new MoodyParticipant();
        _database.Join(moody);
        _database.Start();

        moody.IsMoody = true;
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _database.WriteAsync(session => Insert(session, 1)));
        moody.IsMoody = false;
        await _database.WriteAsync(session => Insert(session, 2));

        Assert.Equal([2], Numbers());
        Assert.Equal(1, moody.AbandonedGroups);
    }

    [Fact]
    public async Task After_the_disk_failed_nothing_more_is_written_not_even_what_waited()
    {
        await _database.DisposeAsync();
        _database = Open(create: false, start: false);
        var overtaken = new OvertakenParticipant();
        _database.Join(overtaken);
        using var gate = new ManualResetEventSlim();
        using var isRunning = new ManualResetEventSlim();
        _database.Start();
        var first = _database.WriteAsync(session =>
        {
            isRunning.Set();
            gate.Wait(TimeSpan.FromSeconds(30));
            Insert(session, 1);
        });
        Assert.True(isRunning.Wait(TimeSpan.FromSeconds(30)));
        var waiting = _database.WriteAsync(session => Insert(session, 2));
        gate.Set();

        await Assert.ThrowsAsync<StorageUnavailableException>(() => first);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _database.WriteAsync(session => Insert(session, 3)));

        Assert.Equal("Another process was faster.", await _database.Broken.Task);
        Assert.Empty(Numbers());
    }

    [Fact]
    public async Task A_write_to_a_stopped_node_is_refused_in_words()
    {
        await _database.DisposeAsync();

        var refusal = await Assert.ThrowsAsync<StorageUnavailableException>(() => _database.WriteAsync(session => Insert(session, 1)));

        Assert.Equal("The node is stopping and stores nothing more.", refusal.Message);
    }

    private static void Insert(DatabaseSession session, int number) =>
        session.Execute("INSERT INTO settings(name, value) VALUES (?1, ?2)", number.ToString(), new byte[] { 1 });

    private long Count() => _database.Read(session => session.Scalar<long>("SELECT count(*) FROM settings"));

    private List<int> Numbers() => _database.Read(session => session.List("SELECT name FROM settings ORDER BY name", row => int.Parse(row.GetString(0))));

    private async Task ReopenAsync()
    {
        await _database.DisposeAsync();
        _database = Open(create: false);
    }

    private NodeDatabase Open(bool create, bool start = true)
    {
        var database = NodeDatabase.Open(_folder.File("node.db"), create, TimeProvider.System, NullLogger.Instance);
        if (start)
            database.Start();
        return database;
    }

    private sealed class MoodyParticipant : IGroupParticipant
    {
        public bool IsMoody { get; set; }

        public int AbandonedGroups { get; private set; }

        public void WorkDone(DatabaseSession session)
        {
            if (IsMoody)
                throw new ArgumentException("Not today.");
        }

        public void WorkFailed()
        {
        }

        public void BeforeCommit(DatabaseSession session)
        {
        }

        public void AfterCommit()
        {
        }

        public void Abandoned(DatabaseSession session) => AbandonedGroups++;
    }

    private sealed class OvertakenParticipant : IGroupParticipant
    {
        public void WorkDone(DatabaseSession session)
        {
        }

        public void WorkFailed()
        {
        }

        public void BeforeCommit(DatabaseSession session) => throw new StaleWriterException("Another process was faster.");

        public void AfterCommit()
        {
        }

        public void Abandoned(DatabaseSession session)
        {
        }
    }
}
