using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Search;

/// <summary>
/// Reads every journal on from its cursor and keeps the search index up to date. The index and its cursors are one file that may be
/// deleted; it is then read anew.
/// </summary>
internal sealed partial class SearchFollower(
    EventIndex index, JournalRegister register, JournalReader reader, JournalFeed feed, SearchDocuments documents, NodeLocation location, TimeProvider time, ILogger<SearchFollower> logger)
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
    private readonly Dictionary<JournalId, ulong> _cursors = [];
    private readonly Dictionary<JournalId, long> _generations = [];
    private readonly Dictionary<Origin, long> _names = [];
    private DateTimeOffset _eraseFrom;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EventIndex Index => index;

    /// <summary>Entries stored and not read yet.</summary>
    public long LagEntries
    {
        get
        {
            lock (_lock)
                return register.All.Sum(journal => (long)(journal.Size - Math.Min(journal.Size, _cursors.GetValueOrDefault(journal.Journal))));
        }
    }

    public async Task<bool> WaitForAsync(EntryPlace place, TimeSpan limit, CancellationToken cancellationToken)
    {
        var deadline = time.GetTimestamp();
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                if (_cursors.GetValueOrDefault(place.Journal) > place.Position)
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
                await CatchUpAsync(causes, stoppingToken);
                causes = new Dictionary<JournalId, ActivityContext>();
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
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task LoadCursorsAsync(CancellationToken cancellationToken)
    {
        await location.WaitAsync(cancellationToken);
        var cursors = await index.ReadCursorsAsync(cancellationToken);
        if (!cursors.ContainsKey(AddressKey))
            return;

        foreach (var (key, position) in cursors.Where(cursor => !cursor.Key.StartsWith("address ", StringComparison.Ordinal)))
        {
            if (key.StartsWith(NamePrefix, StringComparison.Ordinal))
            {
                _names[Origin.Parse(key.AsSpan(NamePrefix.Length))] = position;
                continue;
            }

            var parts = key.Split('/');
            var journal = new JournalId(Origin.Parse(parts[0]), uint.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
            var generation = parts.Length > 2 ? long.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture) : 0;
            if (_generations.TryGetValue(journal, out var known) && known > generation)
                continue;
            _generations[journal] = generation;
            lock (_lock)
                _cursors[journal] = (ulong)position;
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
                FollowGeneration(journal);
                // The register's entry is a snapshot; what grows meanwhile is announced again.
                while (CursorOf(journal.Journal) is var from && from < journal.Size)
                {
                    isRenamed |= await RereadWhenRenamedAsync(journal.Journal.Origin, cancellationToken);
                    from = CursorOf(journal.Journal);
                    var page = reader.ReadPage(journal, from, JournalLimits.FollowerPage);
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
            cursors[CursorKey(journal)] = 0;
        await index.ApplyAsync([], cursors, cancellationToken);
        _names[origin] = name;
        lock (_lock)
        {
            foreach (var journal in journals)
                _cursors[journal] = 0;
        }

        return isKnown;
    }

    private async Task ApplyAsync(JournalId journal, IReadOnlyList<StoredEntry> page, ActivityContext cause, CancellationToken cancellationToken)
    {
        using var activity = StartActivity(journal, cause);
        var changes = new List<IndexChange>(page.Count);
        var next = page[^1].Position + 1;
        foreach (var entry in page)
        {
            if (entry.Entry.Kind == RecordKind.Event)
                AddChange(changes, journal.Origin, entry);
        }

        await index.ApplyAsync(changes, new Dictionary<string, long> { [CursorKey(journal)] = (long)next, [AddressKey] = 0 }, cancellationToken);
        lock (_lock)
        {
            _cursors[journal] = next;
            _moved.TrySetResult();
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void AddChange(List<IndexChange> changes, Origin origin, StoredEntry entry)
    {
        var id = RecordId.FromBytes(entry.Entry.RecordId.Span);
        if (entry.Entry.BodyHash.IsEmpty)
            changes.Add(new IndexChange.Remove(SearchDocuments.Key(origin, id)));
        else if (entry.Body is { } body)
            changes.Add(documents.TryMake(origin, id, body, entry.StoredAt, time.GetUtcNow()) is { } document ? new IndexChange.Put(document) : new IndexChange.Remove(SearchDocuments.Key(origin, id)));
        // Without a body: a later entry replaced it, and comes.
    }

    // A series is indexed with its next occurrences; when these run out, with the following ones.
    private async Task RefreshSeriesAsync(CancellationToken cancellationToken)
    {
        var due = await index.ListDueForRefreshAsync(time.GetUtcNow(), RefreshPage, cancellationToken);
        var changes = new List<IndexChange>();
        foreach (var key in due)
        {
            var (originShort, id) = SearchDocuments.ReadKey(key);
            if (register.FindOrigin(originShort) is { } origin
                && reader.FindRecord(origin, RecordKind.Event, RecordId.From(id)) is { Body: { } body } stored
                && documents.TryMake(origin, RecordId.From(id), body, stored.StoredAt, time.GetUtcNow()) is { } document)
            {
                changes.Add(new IndexChange.Put(document));
            }
        }

        if (changes.Count > 0)
            await index.ApplyAsync(changes, new Dictionary<string, long>(), cancellationToken);
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

    private ulong CursorOf(JournalId journal)
    {
        lock (_lock)
            return _cursors.GetValueOrDefault(journal);
    }

    // Another version took the place of the journal's end: it is read again from its first entry, under a cursor of its own.
    private void FollowGeneration(StoredJournal journal)
    {
        if (_generations.GetValueOrDefault(journal.Journal) == journal.Generation)
            return;
        _generations[journal.Journal] = journal.Generation;
        lock (_lock)
            _cursors[journal.Journal] = 0;
    }

    private string CursorKey(JournalId journal) =>
        _generations.GetValueOrDefault(journal) is > 0 and var generation ? $"{journal.Origin}/{journal.Epoch}/{generation}" : $"{journal.Origin}/{journal.Epoch}";

    [LoggerMessage(Level = LogLevel.Error, Message = "The search index could not be written ({Reason}); trying again. What is published is safe.")]
    private partial void LogFailed(string reason);
}
