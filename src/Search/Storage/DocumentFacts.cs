using OuiShare.Federation.Search.Words;

namespace OuiShare.Federation.Search.Storage;

/// <summary>The forms in which a document's lists are stored, and in which a query asks for one of their members.</summary>
internal static class DocumentFacts
{
    /// <summary>All languages with blanks around each, both whole and as the primary subtag: " fr-ca fr ".</summary>
    public static string Languages(SearchDocument document)
    {
        var tags = document.Texts.Select(text => text.Language).Concat(document.Languages)
            .Where(tag => tag.Length > 0)
            .Take(SearchLimits.Languages)
            .Select(Fold)
            .SelectMany(tag => tag.IndexOf('-') is > 0 and var end ? [tag, tag[..end]] : (string[])[tag])
            .Distinct();
        return $" {string.Join(' ', tags)} ";
    }

    /// <summary>A language as it stands in <see cref="Languages"/>.</summary>
    public static string Language(string tag) => $" {Fold(tag)} ";

    /// <summary>All folded tags with bars around each: "|bike repair|fablab|".</summary>
    public static string Tags(SearchDocument document)
    {
        var tags = document.Tags.Take(SearchLimits.Tags).Select(MatchExpression.FoldTag).Where(tag => tag.Length > 0).Distinct();
        return $"|{string.Join('|', tags)}|";
    }

    /// <summary>A folded tag as it stands in <see cref="Tags"/>.</summary>
    public static string Tag(string foldedTag) => $"|{foldedTag}|";

    public static string FoldFormat(string format) => format.ToLowerInvariant();

    // Blanks would let one tag look like two.
    private static string Fold(string language) => language.Trim().Replace(' ', '-').ToLowerInvariant();
}
