using System.Globalization;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Title and description as typed in one language.</summary>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="Title">One line; empty: none in this language.</param>
/// <param name="Description">Markdown; empty: none in this language.</param>
public sealed record EventText(string Language, string Title, string Description)
{
    /// <summary>Nothing was typed.</summary>
    public bool IsEmpty => Title.Length == 0 && Description.Length == 0;
}

/// <summary>Texts in several languages, between the form and the record.</summary>
internal static class EventTexts
{
    /// <summary>Longest language tag taken from a form; the rules say the rest.</summary>
    private const int TagLength = 35;

    /// <summary>Most languages of one text (records.proto).</summary>
    private const int Languages = 24;

    /// <summary>The languages a form offers: those the event has, then the chapter's, the reader's first, then the pages' own.</summary>
    public static IEnumerable<string> Offered(IEnumerable<string> used, IEnumerable<string> ofChapter)
    {
        var own = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        var chapter = ofChapter.ToList();
        return used.Concat(chapter.Contains(own) ? [own] : Array.Empty<string>()).Concat(chapter).Append(own).Concat(WordsHosting.Languages)
            .Distinct(StringComparer.OrdinalIgnoreCase).Take(Languages);
    }

    /// <summary>The texts of a form, in the order of its folds.</summary>
    public static IReadOnlyList<EventText> Read(IFormCollection form) =>
        [.. form["text-language"].OfType<string>().Where(language => language.Length is > 0 and <= TagLength).Distinct(StringComparer.OrdinalIgnoreCase).Take(Languages)
            .Select(language => new EventText(language, Typed.Line(form["title-" + language]), Typed.Lines(form["description-" + language])))];

    /// <summary>The texts of a record, the original first.</summary>
    public static IReadOnlyList<EventText> Of(EventRecord record)
    {
        var languages = Tags(record.Title).Concat(Tags(record.Description)).Distinct(StringComparer.OrdinalIgnoreCase);
        return [.. languages.Select(language => new EventText(language, Find(record.Title, language)?.Text ?? "", Find(record.Description, language)?.Text ?? ""))];
    }

    /// <summary>
    /// Puts texts together with the versions of those before: a changed original is a new version, a translation that was changed is of the
    /// newest, and one that was not stays of the version it was made from.
    /// </summary>
    /// <param name="texts">Each language once; empty ones are left out.</param>
    /// <param name="before">What was there before; null: nothing.</param>
    public static LocalizedText? Join(IEnumerable<(string Language, string Text)> texts, LocalizedText? before)
    {
        var written = texts.Where(text => text.Text.Length > 0).ToList();
        if (written.Count == 0)
            return null;

        var source = written.FirstOrDefault(text => text.Language == before?.SourceLanguage);
        if (source.Text is null)
            source = written[0];
        var sourceBefore = Find(before, source.Language);
        var newest = before?.Translations.Count > 0 ? before.Translations.Max(translation => translation.Version) : 0;
        var version = sourceBefore is null ? newest + 1 : sourceBefore.Text == source.Text ? Math.Max(1, sourceBefore.Version) : newest + 1;

        var joined = new LocalizedText { SourceLanguage = source.Language };
        joined.Translations.Add(new Translation { Language = source.Language, Text = source.Text, Version = version });
        foreach (var (language, text) in written.Where(text => text.Language != source.Language))
        {
            var earlier = Find(before, language);
            joined.Translations.Add(new Translation { Language = language, Text = text, Version = earlier is not null && earlier.Text == text ? Math.Clamp(earlier.Version, 1, version) : version });
        }

        return joined;
    }

    /// <summary>A text in one language; null when it has none.</summary>
    public static Translation? Find(LocalizedText? text, string language) =>
        text?.Translations.FirstOrDefault(translation => string.Equals(translation.Language, language, StringComparison.OrdinalIgnoreCase));

    /// <summary>A text in the reader's language, or else in its own.</summary>
    public static string InReadersLanguage(LocalizedText? text) =>
        (Find(text, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? text?.Translations.FirstOrDefault())?.Text ?? "";

    private static IEnumerable<string> Tags(LocalizedText? text) => text?.Translations.Select(translation => translation.Language) ?? [];
}
