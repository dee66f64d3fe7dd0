using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Chooses among the languages of a text.</summary>
internal static class LocalizedChoice
{
    /// <summary>
    /// The translation in the first wanted language that there is, be it of another region ("fr-CA" for "fr"); else the source,
    /// else the first. Null when the text is absent or empty.
    /// </summary>
    /// <param name="text">The text; null when absent.</param>
    /// <param name="languages">BCP 47 tags, the most wanted first.</param>
    public static Translation? Of(LocalizedText? text, IReadOnlyList<string> languages)
    {
        if (text is null || text.Translations.Count == 0)
            return null;
        foreach (var language in languages)
        {
            var chosen = text.Translations.FirstOrDefault(translation => IsSame(translation.Language, language))
                ?? text.Translations.FirstOrDefault(translation => IsSame(Main(translation.Language), Main(language)));
            if (chosen is not null)
                return chosen;
        }

        return text.Translations.FirstOrDefault(translation => translation.Language == text.SourceLanguage) ?? text.Translations[0];
    }

    private static bool IsSame(string tag, string other) => tag.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Main(string tag) => tag.Split('-', 2)[0];
}
