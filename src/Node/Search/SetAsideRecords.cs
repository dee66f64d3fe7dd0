using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Search;

/// <summary>
/// The records that this program could not show: whatever one of them does to it, the others go on. Each is counted, told to the admin, and
/// tried again by a newer version of the program, or when the admin says so. They stand in the database, so that a restart forgets none.
/// Thread-safe.
/// </summary>
public sealed partial class SetAsideRecords : IProblemSource
{
    /// <summary>
    /// Records kept as set aside; one beyond is left out of the list, and counted: so many are one fault met again and again, and a hostile
    /// chapter shall not fill the disk by it.
    /// </summary>
    public const int Most = 10_000;

    /// <summary>Characters kept of what failed.</summary>
    private const int WhyLength = 300;

    private readonly NodeDatabase _database;
    private readonly JournalReader _reader;
    private readonly JournalFeed _feed;
    private readonly TimeProvider _time;
    private readonly ILogger<SetAsideRecords> _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<EntryPlace, SetAsideRecord> _records;
    private long _uncounted;

    internal SetAsideRecords(NodeDatabase database, JournalReader reader, JournalFeed feed, TimeProvider time, ILogger<SetAsideRecords> logger)
    {
        (_database, _reader, _feed, _time, _logger) = (database, reader, feed, time, logger);
        _records = database.Read(SetAsideTable.List).ToDictionary(record => record.Place);
    }

    /// <summary>All of them, the newest first.</summary>
    public IReadOnlyList<SetAsideRecord> List()
    {
        lock (_lock)
            return [.. _records.Values.OrderByDescending(record => record.At)];
    }

    /// <summary>What stands in the entry's body, as it was signed; null when it is not held. At most <see cref="Limits.RecordBytes"/>.</summary>
    public byte[]? ReadRaw(SetAsideRecord record) =>
        record.Kind == RecordKind.Unspecified ? null : _reader.FindRecord(record.Place.Journal.Origin, record.Kind, record.Id)?.Body;

    /// <summary>Leaves a record out for good, without further words; false when it is not there.</summary>
    public async Task<bool> SkipAsync(EntryPlace place, CancellationToken cancellationToken = default)
    {
        await _database.WriteAsync(session => SetAsideTable.Skip(session, place), cancellationToken);
        lock (_lock)
        {
            if (!_records.TryGetValue(place, out var record))
                return false;
            _records[place] = record with { IsSkipped = true };
            return true;
        }
    }

    /// <summary>Has search look at a record again.</summary>
    public async Task<bool> RetryAsync(EntryPlace place, CancellationToken cancellationToken = default)
    {
        // As if an older program had set it aside.
        await _database.WriteAsync(session => SetAsideTable.Forget(session, place), cancellationToken);
        lock (_lock)
        {
            if (!_records.TryGetValue(place, out var record))
                return false;
            _records[place] = record with { IsSkipped = false, Program = "" };
        }

        // Wakes search.
        _feed.Publish(place.Journal, cause: default);
        return true;
    }

    /// <inheritdoc/>
    IReadOnlyList<NodeProblem> IProblemSource.FindProblems()
    {
        lock (_lock)
        {
            var waiting = _records.Values.Where(record => !record.IsSkipped).ToList();
            var count = waiting.Count + _uncounted;
            if (count == 0)
                return [];
            var words = count.ToString(CultureInfo.InvariantCulture);
            return
            [
                new NodeProblem(
                    NodeProblemReason.RecordsSetAside,
                    $"{words} records of chapters could not be read by this program and are not shown; everything else is. See them on the page Network, or with \"ouishare set-aside\". A newer version of the program tries them again by itself.",
                    [words],
                    waiting.Count == 0 ? null : waiting.Min(record => record.At)),
            ];
        }
    }

    /// <summary>The records that another version of the program set aside, or that the admin wants tried again.</summary>
    internal IReadOnlyList<SetAsideRecord> ListDue()
    {
        lock (_lock)
            return [.. _records.Values.Where(record => record.Program != NodeVersion.Text && !record.IsSkipped)];
    }

    /// <summary>Whether any record is set aside: otherwise there is nothing to take back.</summary>
    internal bool HasAny
    {
        get
        {
            lock (_lock)
                return _records.Count > 0;
        }
    }

    /// <summary>
    /// Whether a failure is a record's own. A disk that is full, locked or gone is nothing that a record did; damage of the place where it stands
    /// is.
    /// </summary>
    internal static bool IsOfRecord(Exception failure) => failure switch
    {
        OperationCanceledException or StorageUnavailableException => false,
        SqliteException sqlite => sqlite.SqliteErrorCode is SqliteCodes.Corrupt or SqliteCodes.Constraint or SqliteCodes.TooLarge,
        _ => true,
    };

    /// <summary>Sets a record aside.</summary>
    internal async Task AddAsync(EntryPlace place, RecordKind kind, RecordId id, Exception failure, CancellationToken cancellationToken)
    {
        // A type and a place in the program tell what to mend; a message may quote the record.
        var site = failure.TargetSite is { } method ? $" in {method.DeclaringType?.Name}.{method.Name}" : "";
        var why = $"{failure.GetType().Name}{site}";
        var record = new SetAsideRecord(place, kind, id, why.Length <= WhyLength ? why : why[..WhyLength], _time.GetUtcNow(), NodeVersion.Text, IsSkipped: false);
        lock (_lock)
        {
            if (_records.Count >= Most && !_records.ContainsKey(place))
            {
                _uncounted++;
                return;
            }

            _records[place] = _records.TryGetValue(place, out var known) ? record with { IsSkipped = known.IsSkipped, At = known.At } : record;
            record = _records[place];
        }

        LogSetAside(place.Position, place.Journal.Origin.Short, record.Why);
        try
        {
            await _database.WriteAsync(session => SetAsideTable.Save(session, record), cancellationToken);
        }
        catch (Exception e) when (e is SqliteException or StorageUnavailableException)
        {
            // The disk is full, or worse: the row is in memory, and search comes by again after a restart.
            LogNotKept(e.Message);
        }
    }

    /// <summary>A record could be read after all, or a newer version of it took its place.</summary>
    internal async Task RemoveAsync(Origin origin, RecordKind kind, RecordId id, CancellationToken cancellationToken)
    {
        List<EntryPlace> gone;
        lock (_lock)
        {
            gone = [.. _records.Values.Where(record => record.Kind == kind && record.Id == id && record.Place.Journal.Origin == origin).Select(record => record.Place)];
            gone.ForEach(place => _records.Remove(place));
        }

        if (gone.Count > 0)
            await _database.WriteAsync(session => gone.ForEach(place => SetAsideTable.Forget(session, place)), cancellationToken);
    }

    /// <summary>Forgets an entry that could not be read at all and now can.</summary>
    internal Task RemoveAsync(EntryPlace place, CancellationToken cancellationToken)
    {
        lock (_lock)
            _records.Remove(place);
        return _database.WriteAsync(session => SetAsideTable.Forget(session, place), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Entry {Position} of journal {Journal} cannot be shown and is set aside ({Why}); everything else goes on.")]
    private partial void LogSetAside(ulong position, string journal, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was set aside could not be noted: {Reason}")]
    private partial void LogNotKept(string reason);
}

/// <summary>A record that could not be shown.</summary>
/// <param name="Place">Its entry.</param>
/// <param name="Kind">What it is; unspecified when its entry cannot be read.</param>
/// <param name="Id">Which record; zero when its entry cannot be read.</param>
/// <param name="Why">What failed, for whoever mends the program; nothing of the record's text.</param>
/// <param name="At">Since when.</param>
/// <param name="Program">The version of the program that could not.</param>
/// <param name="IsSkipped">The admin does not want to hear of it again.</param>
public sealed record SetAsideRecord(EntryPlace Place, RecordKind Kind, RecordId Id, string Why, DateTimeOffset At, string Program, bool IsSkipped);
