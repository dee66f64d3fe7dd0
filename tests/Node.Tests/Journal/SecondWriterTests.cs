using System.Security.Cryptography;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Journal;

/// <summary>
/// A process that was frozen for so long that another took over wakes up and writes. Two stores on one file stand for the two: the database,
/// not the processes' good will, must keep positions and seats.
/// </summary>
public sealed class SecondWriterTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _seed = RandomNumberGenerator.GetBytes(32);
    private SqliteJournalStore _stale = null!;
    private SqliteJournalStore _present = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        _stale = new SqliteJournalStore(_folder.Path, _seed);
        await _stale.AppendAsync(Draft());
        _present = new SqliteJournalStore(_folder.Path, _seed);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _present.DisposeAsync();
        await _stale.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_writer_that_was_overtaken_stores_nothing_and_stops()
    {
        await _present.AppendAsync(Draft(), Draft());

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _stale.AppendAsync(Draft()));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _stale.AppendAsync(Draft()));
        var place = Assert.Single(await _present.AppendAsync(Draft()));

        Assert.Equal(3UL, place.Position);
        Assert.True(_stale.Database.IsBroken);
        Assert.Contains("Another process", await _stale.Database.Broken.Task, StringComparison.Ordinal);
        var run = _present.ReadRun(_present.Own, 0, int.MaxValue)!;
        Assert.IsType<RangeVerification.Verified>(RangeVerifier.Verify(_present.Own, run, new MerkleRange()));
        Assert.Equal(4, run.Entries_.Count);
    }

    [Fact]
    public async Task A_longer_range_of_the_stale_writer_stores_nothing_of_what_went_with_it()
    {
        await _present.AppendAsync(Draft());

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _stale.Journal.WriteAsync((session, own) =>
        {
            session.Execute("INSERT INTO settings(name, value) VALUES ('beside', x'00')");
            return own.Append(Draft());
        }));

        Assert.Equal(0, _present.Database.Read(session => session.Scalar<long>("SELECT count(*) FROM settings WHERE name = 'beside'")));
    }

    [Fact]
    public async Task Two_processes_that_race_never_overbook()
    {
        var id = Guid.CreateVersion7(Samples.Now);
        await _present.Database.WriteAsync(session => EventTables.SetCapacity(session, id, 3));

        var taken = await Task.WhenAll(Enumerable.Range(0, 64).Select(number =>
            (number % 2 == 0 ? _present : _stale).Database.WriteAsync(session => EventTables.TakeSeat(session, id))));

        Assert.Equal(3, taken.Count(isTaken => isTaken));
        Assert.Equal(new Seats(Capacity: 3, Taken: 3), _stale.Database.Read(session => EventTables.FindSeats(session, id)));
    }

    [Fact]
    public async Task What_waited_while_the_journal_closed_is_not_appended()
    {
        using var isRunning = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var blocking = _stale.Database.WriteAsync(_ =>
        {
            isRunning.Set();
            gate.Wait(TimeSpan.FromSeconds(30));
        });
        Assert.True(isRunning.Wait(TimeSpan.FromSeconds(30)));

        var waiting = _stale.AppendAsync(Draft());
        _stale.Journal.Close();
        gate.Set();
        await blocking;

        await Assert.ThrowsAsync<JournalNotOpenException>(() => waiting);
        Assert.Equal(1UL, _stale.Head(_stale.Own)!.Size);
    }

    private static EntryDraft Draft() =>
        new(RecordKind.Event, RecordId.FromBytes(RandomNumberGenerator.GetBytes(16)), new RecordBody(RandomNumberGenerator.GetBytes(16), new byte[] { 1, 2, 3 }));
}
