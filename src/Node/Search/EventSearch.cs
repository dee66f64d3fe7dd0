using System.Diagnostics;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Search;

/// <summary>Finds events of the whole network in this silo's own index. Thread-safe.</summary>
public sealed class EventSearch
{
    /// <summary>Longest that a page waits to see its own write.</summary>
    public static readonly TimeSpan OwnWriteWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest that the page waits after an import: some thousand events are read in it.</summary>
    public static readonly TimeSpan ImportWait = TimeSpan.FromSeconds(2);

    private readonly SearchFollower _follower;
    private readonly ChapterDirectory _chapters;
    private readonly TimeProvider _time;

    internal EventSearch(SearchFollower follower, ChapterDirectory chapters, TimeProvider time)
    {
        _follower = follower;
        _chapters = chapters;
        _time = time;
    }

    /// <summary>Finds one page of events.</summary>
    public async Task<EventResults> FindAsync(EventQuery query, CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        var results = await _follower.Index.FindAsync(ToSearch(query), cancellationToken);
        Telemetry.SearchTime.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return new EventResults([.. results.Hits.Select(Describe)], results.Total, results.IsTotalExact, results.Relaxation, _follower.LagEntries);
    }

    /// <summary>The calendar texts of all events that match, at most <paramref name="limit"/>.</summary>
    public Task<SearchFeed> ReadFeedAsync(EventQuery query, int limit, CancellationToken cancellationToken = default) =>
        _follower.Index.ReadFeedAsync(ToSearch(query), limit, cancellationToken).AsTask();

    /// <summary>How many events can be found.</summary>
    public Task<int> CountAsync(CancellationToken cancellationToken = default) => _follower.Index.CountAsync(_chapters.Hidden, cancellationToken).AsTask();

    /// <summary>Entries stored here that search has not read yet.</summary>
    public long LagEntries => _follower.LagEntries;

    /// <summary>Waits until search has read an entry, at most <see cref="OwnWriteWait"/>; false when it took longer.</summary>
    public Task<bool> WaitForAsync(EntryPlace place, CancellationToken cancellationToken = default) => _follower.WaitForAsync(place, OwnWriteWait, cancellationToken);

    /// <summary>Waits until search has read what this chapter published so far, at most <see cref="ImportWait"/>; false when it took longer.</summary>
    public Task<bool> WaitForOwnAsync(CancellationToken cancellationToken = default) => _follower.WaitForAsync(_chapters.Own, ImportWait, cancellationToken);

    private SearchQuery ToSearch(EventQuery query) => new()
    {
        Text = query.Text,
        When = query.When,
        Now = _time.GetUtcNow(),
        Near = query.Near is { } point ? new SearchNear(point, query.RadiusKm) : null,
        Group = string.IsNullOrEmpty(query.Chapter) ? null : query.Chapter,
        // Left out by the question and not by the index: a block and its end are seen at once, whatever the follower is doing.
        WithoutGroups = _chapters.Hidden,
        Language = string.IsNullOrEmpty(query.Language) ? null : query.Language,
        Format = query.Format is { } format and not EventFormat.Unspecified ? format.ToString() : null,
        Tag = string.IsNullOrEmpty(query.Tag) ? null : query.Tag,
        Offset = query.Offset,
        Limit = query.Limit,
    };

    private EventHit Describe(SearchHit hit)
    {
        var (originShort, id) = SearchDocuments.ReadKey(hit.Key);
        var indexed = SearchDocuments.ReadStored(hit.Stored);
        var origin = _chapters.FindOrigin(originShort);
        return new EventHit(
            originShort, id, indexed.Record, indexed.Summary, origin is { } known ? _chapters.NameOf(known) : originShort[..8], origin == _chapters.Own,
            hit.Occurrence, hit.DistanceKm);
    }
}
