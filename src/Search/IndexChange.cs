namespace OuiShare.Federation.Search;

/// <summary>One change to the index. Of several for one key in a batch, the last counts.</summary>
public abstract record IndexChange
{
    private IndexChange(string key) => Key = key;

    /// <summary>The <see cref="SearchDocument.Key"/> it is about.</summary>
    public string Key { get; }

    /// <summary>The document is new, or takes the place of the one with its key.</summary>
    /// <param name="Document">The whole document.</param>
    public sealed record Put(SearchDocument Document) : IndexChange(Document.Key);

    /// <summary>The document is no longer found. Removing an unknown one changes nothing.</summary>
    public sealed record Remove : IndexChange
    {
        /// <summary>Removes a document.</summary>
        /// <param name="key">Its <see cref="SearchDocument.Key"/>.</param>
        public Remove(string key)
            : base(key)
        {
        }
    }
}
