using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// Knows whether the node's disk takes what it writes: by committing a real row when somebody asks for its health, by every group that could
/// not be stored, and by the space that is left. Thread-safe.
/// </summary>
/// <param name="database">The node's database.</param>
/// <param name="measure">Free bytes for this user, and all bytes, of the disk that holds the database.</param>
/// <param name="time">The node's clock.</param>
internal sealed class DiskWatch(NodeDatabase database, Func<(long Free, long Total)> measure, TimeProvider time) : BackgroundService, IProblemSource
{
    private readonly SemaphoreSlim _probing = new(1, 1);
    private readonly Lock _lock = new();
    private (DateTimeOffset At, string? Why)? _probed;
    private (DateTimeOffset At, long Free, long Total)? _measured;
    private DateTimeOffset? _lowSince;
    private DateTimeOffset? _fullSince;

    /// <summary>
    /// Commits a row as large as an event with long texts, at most once in <see cref="IntegrityLimits.ProbeInterval"/>; asked sooner,
    /// repeats the last outcome. Null: the database takes writes; otherwise why not, and what to do.
    /// </summary>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        await _probing.WaitAsync(cancellationToken);
        try
        {
            var now = time.GetUtcNow();
            // A group that failed or was stored since says more than an old probe.
            if (_probed is { } last && (now - last.At).Duration() < IntegrityLimits.ProbeInterval && last.Why is null != database.IsDiskFull && !database.IsBroken)
                return last.Why;
            var why = await WriteAsync(cancellationToken);
            _probed = (now, why);
            return why;
        }
        finally
        {
            _probing.Release();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodeProblem> FindProblems()
    {
        var (free, total) = Space();
        var reserve = Math.Min(IntegrityLimits.ReserveBytes, (long)(total * IntegrityLimits.ReservePart));
        var isFull = database.IsDiskFull || (total > 0 && free < IntegrityLimits.ProbeBytes);
        lock (_lock)
        {
            _fullSince = isFull ? _fullSince ?? time.GetUtcNow() : null;
            _lowSince = total > 0 && free < reserve ? _lowSince ?? time.GetUtcNow() : null;
            if (isFull)
                return [new NodeProblem(NodeProblemReason.DiskFull, $"The disk that holds {Folder} is full: nothing can be published or received. Free some space there; the node goes on by itself.", [Folder], _fullSince)];
            return _lowSince is null
                ? []
                : [new NodeProblem(
                    NodeProblemReason.DiskNearlyFull,
                    $"The disk that holds {Folder} is nearly full: {Megabytes(free)} MB are left. Free some space there before nothing can be published any more.",
                    [Folder, Megabytes(free)],
                    _lowSince)];
        }
    }

    /// <summary>Free and all bytes of the disk that holds a folder; zeros when the system does not say.</summary>
    public static (long Free, long Total) MeasureDisk(string folder)
    {
        try
        {
            var drive = new DriveInfo(folder);
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (0, 0);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _probing.Dispose();
        base.Dispose();
    }

    // A disk that was full is tried until it has room, so that the problem ends although nobody publishes.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(IntegrityLimits.ProbeInterval, time, stoppingToken);
                if (database.IsDiskFull && !database.IsBroken)
                    await ProbeAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private string Folder => Path.GetDirectoryName(database.Path)!;

    private async Task<string?> WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.WriteAsync(
                session => session.Execute(
                    "INSERT INTO settings(name, value) VALUES ('probe', ?1) ON CONFLICT(name) DO UPDATE SET value = ?1", ProbeRow()),
                cancellationToken);
            return null;
        }
        catch (StorageUnavailableException e)
        {
            return e.Message;
        }
    }

    // Never the same twice, or SQLite could find that nothing changed.
    private byte[] ProbeRow()
    {
        var row = new byte[IntegrityLimits.ProbeBytes];
        BinaryPrimitives.WriteInt64BigEndian(row, time.GetUtcNow().ToUnixTimeMilliseconds());
        return row;
    }

    private (long Free, long Total) Space()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_measured is not { } last || (now - last.At).Duration() >= IntegrityLimits.SpaceInterval)
            {
                var (free, total) = measure();
                _measured = last = (now, free, total);
            }

            return (last.Free, last.Total);
        }
    }

    private static string Megabytes(long bytes) => (bytes >> 20).ToString(CultureInfo.InvariantCulture);
}
