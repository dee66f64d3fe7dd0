using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Web.Questions;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>The search card: what <c>_Finder.cshtml</c> shows.</summary>
/// <param name="Question">What it is filled with.</param>
/// <param name="Chapters">Chapters to choose from, by name.</param>
/// <param name="Languages">Languages to choose from, BCP 47 tags.</param>
internal sealed record Finder(EventQuestion Question, IReadOnlyList<KnownChapter> Chapters, IReadOnlyList<string> Languages)
{
    /// <summary>Languages offered at most.</summary>
    private const int MostLanguages = 40;

    /// <summary>A card with the chapters known here and the languages they work in.</summary>
    public static Finder Make(EventQuestion question, ChapterDirectory directory)
    {
        var chapters = directory.List();
        var languages = WordsHosting.Languages
            .Concat(chapters.SelectMany(chapter => chapter.Record is { } record ? record.Languages : Enumerable.Empty<string>()))
            .Append(question.Language)
            .Where(language => language.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(MostLanguages);
        return new Finder(question, chapters, [.. languages.OrderBy(Wording.NameOf, StringComparer.CurrentCultureIgnoreCase)]);
    }

    /// <summary>Something besides words is asked for: a fold that hid it would mislead.</summary>
    public bool HasFilters => !(Question with { Words = "" }).IsOpen;
}
