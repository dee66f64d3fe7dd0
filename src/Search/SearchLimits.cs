namespace OuiShare.Federation.Search;

/// <summary>How much one document or one question may cost.</summary>
public static class SearchLimits
{
    /// <summary>Characters of a query's text that are read; the public API promises the same number.</summary>
    public const int QueryText = 200;

    /// <summary>Words of a query that are read: each is a posting list to walk.</summary>
    public const int QueryWords = 8;

    /// <summary>Letters that a word is known by; longer ones are cut on both sides, so they still match.</summary>
    public const int WordLetters = 64;

    /// <summary>Deepest <see cref="SearchQuery.Offset"/>: nobody reads further, and each page costs all the pages before it.</summary>
    public const int Depth = 1_000;

    /// <summary>Most hits on a page.</summary>
    public const int Page = 100;

    /// <summary>Where counting matches ends.</summary>
    public const int Total = 10_000;

    /// <summary>Most documents in a feed.</summary>
    public const int Feed = 10_000;

    /// <summary>Largest radius in kilometres: half of the equator, which is everywhere.</summary>
    public const double RadiusKm = 20_040;

    /// <summary>Most occurrences of a document.</summary>
    public const int Occurrences = 12;

    /// <summary>Most titles and tags together, in characters, that are made searchable for one document.</summary>
    public const int IndexedTitle = 2_000;

    /// <summary>Most characters of descriptions that are made searchable for one document, over all its languages.</summary>
    public const int IndexedText = 40_000;

    /// <summary>Most languages of a document that can be asked for.</summary>
    public const int Languages = 16;

    /// <summary>Most tags of a document.</summary>
    public const int Tags = 32;
}
