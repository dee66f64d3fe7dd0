using System.Text;

namespace OuiShare.Federation.Search.Words;

/// <summary>What a person typed, as expressions of FTS5 (sqlite.org/fts5.html, section 3).</summary>
/// <remarks>Only folded letters and digits reach an expression, always inside quotes, so nothing typed is ever an operator.</remarks>
/// <param name="AllWords">Matches what has every word; null when there is no word.</param>
/// <param name="AnyWord">Matches what has at least one; null when that is the same.</param>
internal sealed record MatchExpression(string? AllWords, string? AnyWord)
{
    // One letter and anything behind it is most of the index.
    private const int ShortestPrefix = 2;

    /// <summary>The expressions for a text as typed.</summary>
    public static MatchExpression Parse(string text)
    {
        var read = text.AsSpan(0, Math.Min(text.Length, SearchLimits.QueryText));
        var words = WordSplitter.Split(read);
        var isLastUnfinished = read.Length > 0 && !char.IsWhiteSpace(read[^1]);
        var terms = new List<string>();
        var parts = 0;
        for (var i = 0; i < words.Count && parts < SearchLimits.QueryWords; i++)
        {
            var term = Term(words[i], SearchLimits.QueryWords - parts, isLastUnfinished && i == words.Count - 1);
            parts += words[i].Parts.Count;
            if (!terms.Contains(term))
                terms.Add(term);
        }
        return terms.Count switch
        {
            0 => new(null, null),
            1 => new(terms[0], null),
            _ => new(string.Join(" AND ", terms), string.Join(" OR ", terms)),
        };
    }

    /// <summary>The expression that a document with this folded tag matches, and some others too; null when the tag has no word.</summary>
    public static string? ForTag(string foldedTag) => foldedTag.Length == 0 ? null : $"tags : \"{foldedTag}\"";

    /// <summary>A tag as it is compared: its folded words with one blank between them.</summary>
    public static string FoldTag(string tag)
    {
        var read = tag.AsSpan(0, Math.Min(tag.Length, SearchLimits.QueryText));
        return string.Join(' ', WordSplitter.Split(read).SelectMany(word => word.Parts));
    }

    private static string Term(Word word, int partsLeft, bool isUnfinished)
    {
        if (word.Parts.Count == 1)
            return Quote(word.Parts[0], isUnfinished);

        var last = Math.Min(word.Parts.Count, partsLeft) - 1;
        var term = new StringBuilder("((");
        for (var i = 0; i <= last; i++)
            term.Append(i == 0 ? "" : " AND ").Append(Quote(word.Parts[i], isUnfinished && i == last));
        term.Append(')');
        if (word.Joined is { } joined)
            term.Append(" OR ").Append(Quote(joined, isUnfinished));
        return term.Append(')').ToString();
    }

    private static string Quote(string part, bool isUnfinished) =>
        isUnfinished && part.Length >= ShortestPrefix ? $"\"{part}\"*" : $"\"{part}\"";
}
