using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Search;

/// <summary>
/// Reads every journal on from its cursor and keeps the search index up to date. The index and its cursors are one file that may be
/// deleted; it is then read anew. Whatever a single record does to whoever reads it, it is set aside alone (<see cref="SetAsideRecords"/>) and
/// the others go on.
/// </summary>
internal sealed partial class SearchFollower(
    EventIndex index, JournalRegister register, JournalReader reader, JournalFeed feed, SearchDocuments documents, SetAsideRecords setAside, NodeLocation location,
    TimeProvider time, ILogger<SearchFollower> logger)
    : BackgroundService
{
    /// <summary>How often series are looked at whose next occurrences run out.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(10);

    /// <summary>
    /// After words of what was withdrawn were erased from the index's file, more wait for this many times as long as that took, and at least
    /// for <see cref="ErasurePause"/>: rewriting the file takes a second for 100,000 events.
    /// </summary>
    private const int ErasureRest = 50;

    /// <inheritdoc cref="ErasureRest"/>
    private static readonly TimeSpan ErasurePause = TimeSpan.FromSeconds(2);

    /// <summary>Pause after the index could not be written.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Series looked at in one go.</summary>
    private const int RefreshPage = 500;

    /// <summary>Cursor that says under which address the index was made: its texts contain links.</summary>
    private string AddressKey => "address " + location.Public;

    /// <summary>Beginning of a cursor that says under which name a chapter's events were indexed.</summary>
    private const string NamePrefix = "name ";

    private readonly Lock _lock = new();
    private readonly JournalCursors _cursors = new();
    private readonly Dictionary<Origin, long> _names = [];
    private DateTimeOffset _eraseFrom;
    private int _generation = index.Generation;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EventIndex Index => index;

    /// <summary>Entries stored and not read yet.</summary>
    public long LagEntries => _cursors.LagOf(register.All);

    public async Task<bool> WaitForAsync(Origin origin, TimeSpan limit, CancellationToken cancellationToken) =>
        register.Of(origin).FirstOrDefault() is not { Size: > 0 } newest || await WaitForAsync(new EntryPlace(newest.Journal, newest.Size - 1), limit, cancellationToken);

    public async Task<bool> WaitForAsync(EntryPlace place, TimeSpan limit, CancellationToken cancellationToken)
    {
        var deadline = time.GetTimestamp();
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_cursors[place.Journal] > place.Position)
                    return true;
                moved = _moved.Task;
            }

            var left = limit - time.GetElapsedTime(deadline);
            if (left <= TimeSpan.Zero)
                return false;
            await Task.WhenAny(moved, Task.Delay(left, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe();
        IReadOnlyDictionary<JournalId, ActivityContext> causes = new Dictionary<JournalId, ActivityContext>();
        await LoadCursorsAsync(stoppingToken);
        var nextRefresh = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                ForgetWhenReset();
                await CatchUpAsync(causes, stoppingToken);
                causes = new Dictionary<JournalId, ActivityContext>();
                await RetryAsync(stoppingToken);
                if (time.GetUtcNow() >= nextRefresh)
                {
                    await RefreshSeriesAsync(stoppingToken);
                    nextRefresh = time.GetUtcNow() + RefreshInterval;
                }

                await EraseAsync(stoppingToken);
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                var grown = subscription.NextAsync(wait.Token);
                await Task.WhenAny(grown, Task.Delay(index.HasRemains ? UntilErasure() : RefreshInterval, time, wait.Token));
                await wait.CancelAsync();
                if (grown.IsCompletedSuccessfully)
                    causes = await grown;
            }
            catch (SqliteException e)
            {
                LogFailed(e.Message);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // A damaged index was begun anew: everything is read again.
    private void ForgetWhenReset()
    {
        if (_generation == index.Generation)
            return;
        _generation = index.Generation;
        _names.Clear();
        _cursors.Clear();
    }

    private async Task LoadCursorsAsync(CancellationToken cancellationToken)
    {
        await location.WaitAsync(cancellationToken);
        var cursors = await index.ReadCursorsAsync(cancellationToken);
        if (!cursors.ContainsKey(AddressKey))
            return;

        // A cursor that the disk damaged is none: its journal is read again.
        foreach (var (key, position) in cursors)
        {
            if (key.StartsWith(NamePrefix, StringComparison.Ordinal))
            {
                if (Origin.TryParse(key.AsSpan(NamePrefix.Length), out var named))
                    _names[named] = position;
            }
            else
            {
                _cursors.TryLoad(key, position);
            }
        }
    }

    private async Task CatchUpAsync(IReadOnlyDictionary<JournalId, ActivityContext> causes, CancellationToken cancellationToken)
    {
        var told = causes.ToDictionary();
        bool isRenamed;
        do
        {
            isRenamed = false;
            foreach (var journal in register.All)
            {
                _cursors.Follow(journal);
                // The register's entry is a snapshot; what grows meanwhile is announced again.
                while (_cursors[journal.Journal] is var from && from < journal.Size)
                {
                    isRenamed |= await RereadWhenRenamedAsync(journal.Journal.Origin, cancellationToken);
                    from = _cursors[journal.Journal];
                    var page = ReadPage(journal, from);
                    if (page.Count == 0)
                        break;
                    told.Remove(journal.Journal, out var cause);
                    await ApplyAsync(journal.Journal, page, cause, cancellationToken);
                }
            }
        }
        while (isRenamed);

        // Read before its cause was heard of: the trace of what happened to it shall end here all the same.
        foreach (var (journal, cause) in told)
            StartActivity(journal, cause)?.Dispose();
    }

    // What nobody caused, such as reading an old journal for the first time, is no trace.
    private static Activity? StartActivity(JournalId journal, ActivityContext cause)
    {
        var activity = cause == default ? null : Telemetry.StartFrom("search apply", cause, ActivityKind.Internal);
        activity?.SetTag("journal.origin", journal.Origin.Short);
        return activity;
    }

    // Every event carries its chapter's name: under a new one all of the chapter's journals are read again, those of earlier epochs too.
    private async Task<bool> RereadWhenRenamedAsync(Origin origin, CancellationToken cancellationToken)
    {
        var name = documents.NameMark(origin);
        var isKnown = _names.TryGetValue(origin, out var indexed);
        if (isKnown && indexed == name)
            return false;

        var cursors = new Dictionary<string, long> { [NamePrefix + origin] = name, [AddressKey] = 0 };
        var journals = isKnown ? register.Of(origin).Select(journal => journal.Journal).ToList() : [];
        foreach (var journal in journals)
            cursors[_cursors.KeyOf(journal)] = 0;
        await index.ApplyAsync([], cursors, cancellationToken);
        _names[origin] = name;
        foreach (var journal in journals)
            _cursors[journal] = 0;

        return isKnown;
    }

    // A damaged page of the file makes all its rows unreadable: what can be read of the rest is read one by one.
    private IReadOnlyList<StoredEntry> ReadPage(StoredJournal journal, ulong from)
    {
        try
        {
            return reader.ReadPage(journal, from, JournalLimits.FollowerPage);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteCodes.Corrupt)
        {
            var entries = new List<StoredEntry>();
            for (var position = from; position < Math.Min(journal.Size, from + JournalLimits.FollowerPage); position++)
                entries.Add(ReadOne(journal, position) ?? new StoredEntry(position, Entry: null, Body: null, time.GetUtcNow()));
            return entries;
        }
    }

    private StoredEntry? ReadOne(StoredJournal journal, ulong position)
    {
        try
        {
            return reader.ReadPage(journal, position, limit: 1) is [var entry] && entry.Position == position ? entry : null;
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteCodes.Corrupt)
        {
            return null;
        }
    }

    private async Task ApplyAsync(JournalId journal, IReadOnlyList<StoredEntry> page, ActivityContext cause, CancellationToken cancellationToken)
    {
        using var activity = StartActivity(journal, cause);
        var changes = new List<Made>(page.Count);
        var next = page[^1].Position + 1;
        foreach (var entry in page)
        {
            var place = new EntryPlace(journal, entry.Position);
            if (entry.Entry is not { } header || header.RecordId.Length != RecordId.Size)
                await setAside.AddAsync(place, RecordKind.Unspecified, RecordId.Zero, new InvalidDataException(), cancellationToken);
            else if (header.Kind == RecordKind.Event && await MakeAsync(place, RecordId.FromBytes(header.RecordId.Span), header.BodyHash.IsEmpty, entry.Body, entry.StoredAt, cancellationToken) is { } made)
                changes.Add(made);
        }

        await ApplyAsync(changes, new Dictionary<string, long> { [_cursors.KeyOf(journal)] = (long)next, [AddressKey] = 0 }, cancellationToken);
        lock (_lock)
        {
            _cursors[journal] = next;
            _moved.TrySetResult();
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    // All at once, or, when the index takes one of them ill, one by one without it.
    private async Task ApplyAsync(IReadOnlyList<Made> changes, Dictionary<string, long> cursors, CancellationToken cancellationToken)
    {
        try
        {
            await index.ApplyAsync([.. changes.Select(made => made.Change)], cursors, cancellationToken);
            foreach (var made in changes)
                await ForgetAsync(made, cancellationToken);
            return;
        }
        catch (Exception e) when (changes.Count > 0 && SetAsideRecords.IsOfRecord(e))
        {
            // Found below which one it was.
        }

        foreach (var made in changes)
        {
            try
            {
                await index.ApplyAsync([made.Change], new Dictionary<string, long>(), cancellationToken);
                await ForgetAsync(made, cancellationToken);
            }
            catch (Exception e) when (SetAsideRecords.IsOfRecord(e))
            {
                await setAside.AddAsync(made.Place, RecordKind.Event, made.Id, e, cancellationToken);
            }
        }

        await index.ApplyAsync([], cursors, cancellationToken);
    }

    // Only once the index holds it: a node that is killed in between tries again.
    private Task ForgetAsync(Made made, CancellationToken cancellationToken) =>
        made.IsRead && setAside.HasAny ? setAside.RemoveAsync(made.Place.Journal.Origin, RecordKind.Event, made.Id, cancellationToken) : Task.CompletedTask;

    // The edge of the loop: whatever reading one record throws, the record is set aside and shown to nobody.
    private async Task<Made?> MakeAsync(
        EntryPlace place, RecordId id, bool isWithdrawn, byte[]? body, DateTimeOffset storedAt, CancellationToken cancellationToken)
    {
        // Without a body: a later entry replaced it, and comes.
        if (!isWithdrawn && body is null)
            return null;
        var origin = place.Journal.Origin;
        IndexChange change = new IndexChange.Remove(SearchDocuments.Key(origin, id));
        try
        {
            if (!isWithdrawn && documents.TryMake(origin, id, body!, storedAt, time.GetUtcNow()) is { } document)
                change = new IndexChange.Put(document);
            return new Made(place, id, change, IsRead: true);
        }
        catch (Exception e) when (SetAsideRecords.IsOfRecord(e))
        {
            await setAside.AddAsync(place, RecordKind.Event, id, e, cancellationToken);
            return new Made(place, id, change, IsRead: false);
        }
    }

    // A newer program, or the admin, tries what was set aside again.
    private async Task RetryAsync(CancellationToken cancellationToken)
    {
        foreach (var due in setAside.ListDue())
        {
            if (due.Kind == RecordKind.Event)
                await RemakeAsync(due.Place.Journal.Origin, due.Id, cancellationToken);
            else if (register.Find(due.Place.Journal) is { } journal && ReadOne(journal, due.Place.Position) is { Entry: not null } entry)
                await RereadAsync(due.Place, entry, cancellationToken);
            else
                await setAside.AddAsync(due.Place, due.Kind, due.Id, new InvalidDataException(), cancellationToken);
        }
    }

    private async Task RereadAsync(EntryPlace place, StoredEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Entry is { Kind: RecordKind.Event } header && header.RecordId.Length == RecordId.Size)
            await RemakeAsync(place.Journal.Origin, RecordId.FromBytes(header.RecordId.Span), cancellationToken);
        // Reading its record may have set it aside anew, under the same place and with its kind.
        if (setAside.List().Any(record => record.Place == place && record.Kind == RecordKind.Unspecified))
            await setAside.RemoveAsync(place, cancellationToken);
    }

    private async Task RemakeAsync(Origin origin, RecordId id, CancellationToken cancellationToken)
    {
        if (reader.FindRecord(origin, RecordKind.Event, id) is not { } stored || (stored.Body is null && !stored.IsWithdrawn))
            await setAside.RemoveAsync(origin, RecordKind.Event, id, cancellationToken);
        else if (await MakeAsync(stored.Place, id, stored.IsWithdrawn, stored.Body, stored.StoredAt, cancellationToken) is { } made)
            await ApplyAsync([made], [], cancellationToken);
    }

    // A series is indexed with its next occurrences; when these run out, with the following ones.
    private async Task RefreshSeriesAsync(CancellationToken cancellationToken)
    {
        foreach (var key in await index.ListDueForRefreshAsync(time.GetUtcNow(), RefreshPage, cancellationToken))
        {
            var (originShort, id) = SearchDocuments.ReadKey(key);
            if (register.FindOrigin(originShort) is { } origin)
                await RemakeAsync(origin, RecordId.From(id), cancellationToken);
        }
    }

    // The index only marks what was removed; rewriting its file is what erases the words.
    private async Task EraseAsync(CancellationToken cancellationToken)
    {
        if (!index.HasRemains || UntilErasure() > TimeSpan.Zero)
            return;
        var start = time.GetTimestamp();
        // A disk that is full now will be full in five seconds.
        _eraseFrom = time.GetUtcNow() + RefreshInterval;
        await index.CompactAsync(cancellationToken);
        var rest = time.GetElapsedTime(start) * ErasureRest;
        _eraseFrom = time.GetUtcNow() + (rest > ErasurePause ? rest : ErasurePause);
    }

    private TimeSpan UntilErasure()
    {
        var left = _eraseFrom - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>A change of the index and the record it comes from; one that could not be read is taken out.</summary>
    private sealed record Made(EntryPlace Place, RecordId Id, IndexChange Change, bool IsRead);

    [LoggerMessage(Level = LogLevel.Error, Message = "The search index could not be written ({Reason}); trying again. What is published is safe.")]
    private partial void LogFailed(string reason);
}
