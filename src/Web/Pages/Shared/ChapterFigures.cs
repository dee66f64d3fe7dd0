using System.Collections.Concurrent;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Search;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>How many events chapters have; counted at most once a minute for each, because lists of chapters ask for all. Thread-safe.</summary>
internal sealed class ChapterFigures(EventSearch search, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Chapter, SearchWhen When), (int Count, long At)> _counts = [];

    /// <summary>How many events of a chapter are upcoming or past; at most 10,000.</summary>
    public async ValueTask<int> CountAsync(string originShort, SearchWhen when, CancellationToken cancellationToken)
    {
        if (_counts.TryGetValue((originShort, when), out var known) && time.GetElapsedTime(known.At) < Fresh)
            return known.Count;
        var found = await search.FindAsync(new EventQuery { Chapter = originShort, When = when, Limit = 1 }, cancellationToken);
        _counts[(originShort, when)] = (found.Total, time.GetTimestamp());
        return found.Total;
    }
}
