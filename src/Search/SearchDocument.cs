namespace OuiShare.Federation.Search;

/// <summary>What the index holds of one event: the words to find it by, the facts to filter by, and what to hand back.</summary>
/// <remarks>
/// The index gives no meaning to <see cref="Key"/>, <see cref="Group"/>, <see cref="Stored"/> and <see cref="FeedText"/>.
/// </remarks>
public sealed record SearchDocument
{
    /// <summary>Names the document; a later document with the same key takes its place. Compared byte by byte, never searched.</summary>
    public required string Key { get; init; }

    /// <summary>Its texts, one for each language it is written in, the most important first.</summary>
    public required IReadOnlyList<SearchText> Texts { get; init; }

    /// <summary>Its tags, as people wrote them; searched as words and matched whole by <see cref="SearchQuery.Tag"/>.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Words that say where it is: venue, city, country. Empty: nowhere in particular.</summary>
    public string PlaceWords { get; init; } = "";

    /// <summary>The key of the group it belongs to, for <see cref="SearchQuery.Group"/>. Compared byte by byte, never searched.</summary>
    public required string Group { get; init; }

    /// <summary>The group's name, searched together with the place.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>Languages spoken there (BCP 47), beside those of <see cref="Texts"/>.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>Where it is; null: unknown or nowhere, and never found by <see cref="SearchQuery.Near"/>.</summary>
    public SearchPoint? Point { get; init; }

    /// <summary>
    /// When it takes place, at most <see cref="SearchLimits.Occurrences"/> times (more are ignored), in any order.
    /// A document without any is kept but found by no query.
    /// </summary>
    public required IReadOnlyList<SearchTimeSpan> Occurrences { get; init; }

    /// <summary>
    /// From when on <see cref="EventIndex.ListDueForRefreshAsync"/> names this document, because its occurrences run out while
    /// there are more to come; null: never.
    /// </summary>
    public DateTimeOffset? RefreshAt { get; init; }

    /// <summary>The kind of gathering, for <see cref="SearchQuery.Format"/>; compared without regard to case. Empty: unknown.</summary>
    public string Format { get; init; } = "";

    /// <summary>It does not take place. It is found all the same, behind others that match as well.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>It can be attended online.</summary>
    public bool IsOnline { get; init; }

    /// <summary>Handed back unread in <see cref="SearchHit.Stored"/>, so that a page of results needs no second read.</summary>
    public ReadOnlyMemory<byte> Stored { get; init; }

    /// <summary>Handed back unread by <see cref="SearchFeed"/>; null: it appears in no feed.</summary>
    public string? FeedText { get; init; }
}

/// <summary>What is written about an event in one language.</summary>
/// <param name="Language">BCP 47 tag; empty: unknown.</param>
/// <param name="Title">Plain text.</param>
/// <param name="Description">Plain text without markup.</param>
public sealed record SearchText(string Language, string Title, string Description);

/// <summary>A point on the earth in degrees (WGS 84).</summary>
/// <param name="Latitude">-90 to 90, north positive.</param>
/// <param name="Longitude">-180 to 180, east positive.</param>
public readonly record struct SearchPoint(double Latitude, double Longitude);

/// <summary>When an event takes place once.</summary>
/// <param name="Start">Its first moment.</param>
/// <param name="End">Its last moment, inclusive; one before the start counts as the start. Both are kept to the second.</param>
public readonly record struct SearchTimeSpan(DateTimeOffset Start, DateTimeOffset End);
