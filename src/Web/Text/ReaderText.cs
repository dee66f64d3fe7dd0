using System.Globalization;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Text;

/// <summary>A text in the language chosen for a reader.</summary>
/// <param name="Text">The text.</param>
/// <param name="Language">BCP 47 tag it is written in; "und" when nobody said.</param>
/// <param name="Version">Which version of the source it is, or is a translation of.</param>
/// <param name="SourceVersion">The source's newest version.</param>
internal sealed record ReaderText(string Text, string Language, uint Version, uint SourceVersion)
{
    /// <summary>It is a translation of a source that has changed since.</summary>
    public bool IsOutdated => Version < SourceVersion;

    /// <summary>For the attribute <c>lang</c>: null when the page's own language is the text's, or when nobody said which it is.</summary>
    public string? DifferentLanguage => Language is "und" or "" || Language == CultureInfo.CurrentUICulture.TwoLetterISOLanguageName ? null : Language;
}

/// <summary>Languages a reader understands, the best first, and what to show her of texts in several languages.</summary>
internal sealed class ReaderLanguages
{
    /// <summary>More than this no browser sends in earnest.</summary>
    private const int Most = 10;

    private readonly IReadOnlyList<string> _languages;

    private ReaderLanguages(IReadOnlyList<string> languages) => _languages = languages;

    /// <summary>The languages, as BCP 47 tags, the best first.</summary>
    public IReadOnlyList<string> Tags => _languages;

    /// <summary>The language of the page, then the others her browser names, by their weight.</summary>
    /// <param name="request">The request.</param>
    /// <param name="first">A language asked for by name, or null.</param>
    public static ReaderLanguages Of(HttpRequest request, string? first = null)
    {
        var accepted = request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString())
            .Where(language => language != "*");
        string[] own = [.. first is null ? [] : (string[])[first], CultureInfo.CurrentUICulture.TwoLetterISOLanguageName];
        return new ReaderLanguages([.. own.Concat(accepted).Distinct(StringComparer.OrdinalIgnoreCase).Take(Most)]);
    }

    /// <summary>The text in the best language there is, be it of another region ("fr-CA" for "fr"), or else in its source language; null when there is no text.</summary>
    public ReaderText? Choose(LocalizedText? text)
    {
        if (text is null || text.Translations.Count == 0)
            return null;
        var source = text.Translations.FirstOrDefault(translation => translation.Language == text.SourceLanguage) ?? text.Translations[0];
        var chosen = _languages.Select(language => Find(text, language)).FirstOrDefault(found => found is not null) ?? source;
        return new ReaderText(chosen.Text, chosen.Language, chosen.Version, source.Version);
    }

    /// <summary>The text alone; empty when there is none.</summary>
    public string Words(LocalizedText? text) => Choose(text)?.Text ?? "";

    private static Translation? Find(LocalizedText text, string language) =>
        text.Translations.FirstOrDefault(translation => translation.Language.Equals(language, StringComparison.OrdinalIgnoreCase))
        ?? text.Translations.FirstOrDefault(translation => Base(translation.Language).Equals(Base(language), StringComparison.OrdinalIgnoreCase));

    private static string Base(string tag) => tag.Split('-', 2)[0];
}
