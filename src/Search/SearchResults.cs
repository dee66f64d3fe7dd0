namespace OuiShare.Federation.Search;

/// <summary>One page of answers.</summary>
/// <param name="Hits">The answers in order; empty behind the last page.</param>
/// <param name="Total">How many documents match, counted no further than <see cref="SearchLimits.Total"/>.</param>
/// <param name="IsTotalExact">False when counting ended before the last one.</param>
/// <param name="Relaxation">What was given up because nothing matched the question as it was put.</param>
public sealed record SearchResults(IReadOnlyList<SearchHit> Hits, int Total, bool IsTotalExact, SearchRelaxation Relaxation);

/// <summary>A document that answers a query. One with many occurrences is a single hit.</summary>
/// <param name="Key">Its <see cref="SearchDocument.Key"/>.</param>
/// <param name="Stored">Its <see cref="SearchDocument.Stored"/>.</param>
/// <param name="Occurrence">The one to show: the first that has not ended, or the last when all have. UTC.</param>
/// <param name="DistanceKm">Kilometres along the surface from the query's point; null when it has none.</param>
public sealed record SearchHit(string Key, byte[] Stored, SearchTimeSpan Occurrence, double? DistanceKm);

/// <summary>What was given up to find anything at all.</summary>
public enum SearchRelaxation
{
    /// <summary>Nothing: the answers match the whole question.</summary>
    None,

    /// <summary>No document has all the words; the answers have at least one of them.</summary>
    AnyWord,

    /// <summary>The text holds no letter or digit, so it was left aside.</summary>
    TextIgnored,
}
