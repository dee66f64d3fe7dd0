namespace OuiShare.Federation.Search;

/// <summary>One change to the index. Changes of a batch take effect in their order.</summary>
public abstract record IndexChange
{
    private IndexChange()
    {
    }

    /// <summary>The document is new, or takes the place of the one with its key.</summary>
    /// <param name="Document">The whole document.</param>
    public sealed record Put(SearchDocument Document) : IndexChange;

    /// <summary>The document is no longer found. Removing an unknown one changes nothing.</summary>
    /// <param name="Key">Its <see cref="SearchDocument.Key"/>.</param>
    public sealed record Remove(string Key) : IndexChange;
}
