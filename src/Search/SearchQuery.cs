namespace OuiShare.Federation.Search;

/// <summary>A question to the index. Every property narrows it; the defaults ask for everything that is upcoming.</summary>
/// <remarks>Values outside their range are brought into it, so that no question a person can type is an error.</remarks>
public sealed record SearchQuery
{
    /// <summary>
    /// Words as typed: accents and case do not matter, and the last one may be unfinished unless a blank follows it.
    /// Nothing in it is an operator. What exceeds <see cref="SearchLimits"/> is ignored.
    /// </summary>
    public string Text { get; init; } = "";

    /// <summary>Which side of <see cref="Now"/>.</summary>
    public SearchWhen When { get; init; } = SearchWhen.Upcoming;

    /// <summary>The moment that separates what is upcoming from what is past.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Only within a distance of a point; null: anywhere.</summary>
    public SearchNear? Near { get; init; }

    /// <summary>Only this <see cref="SearchDocument.Group"/>; null: all.</summary>
    public string? Group { get; init; }

    /// <summary>None of these <see cref="SearchDocument.Group"/>s; empty: all.</summary>
    public IReadOnlyCollection<string> WithoutGroups { get; init; } = [];

    /// <summary>
    /// Only with text or speech in this language (BCP 47): "fr" finds "fr-CA" too, "fr-CA" does not find "fr". Null: all.
    /// </summary>
    public string? Language { get; init; }

    /// <summary>Only this <see cref="SearchDocument.Format"/>; null: all.</summary>
    public string? Format { get; init; }

    /// <summary>Only with this tag, as a whole and without regard to accents, case and punctuation; null: all.</summary>
    public string? Tag { get; init; }

    /// <summary>Only what can (true) or cannot (false) be attended online; null: both.</summary>
    public bool? IsOnline { get; init; }

    /// <summary>How the answers are ordered.</summary>
    public SearchOrder Order { get; init; } = SearchOrder.Best;

    /// <summary>How many of the first answers to leave out: 0 to <see cref="SearchLimits.Depth"/>.</summary>
    public int Offset { get; init; }

    /// <summary>How many answers to give: 1 to <see cref="SearchLimits.Page"/>; feeds have their own limit.</summary>
    public int Limit { get; init; } = 20;
}

/// <summary>Which side of now.</summary>
public enum SearchWhen
{
    /// <summary>Some occurrence has not ended.</summary>
    Upcoming,

    /// <summary>Every occurrence has ended.</summary>
    Past,

    /// <summary>Both.</summary>
    Any,
}

/// <summary>How answers are ordered.</summary>
public enum SearchOrder
{
    /// <summary>The best match for the words first; without words, by time.</summary>
    Best,

    /// <summary>Upcoming: the earliest start first. Past, and both together: the latest end first.</summary>
    Time,
}

/// <summary>A circle on the earth.</summary>
/// <param name="Point">Its centre.</param>
/// <param name="RadiusKm">Kilometres along the surface, inclusive; 0 to <see cref="SearchLimits.RadiusKm"/>.</param>
public readonly record struct SearchNear(SearchPoint Point, double RadiusKm);
