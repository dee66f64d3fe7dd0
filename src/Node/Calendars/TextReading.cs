using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Reads the texts of an event, each in the language its LANGUAGE parameter names.</summary>
/// <param name="language">BCP 47 tag of texts that name none.</param>
/// <param name="isOurs">Whether a node wrote the calendar: its descriptions are Markdown already.</param>
internal sealed class TextReading(string language, bool isOurs)
{
    // records.proto: at most 24 languages in a text.
    private const int MostLanguages = 24;

    /// <summary>A text of one line in each language, the first being its source; null when there is none.</summary>
    public LocalizedText? Line(CalendarComponent lines, string name, int most, Action<string, FormattableString> note) =>
        Read(lines.All(name), PlainText.Line, most, note);

    /// <summary>A text of many lines, as Markdown; HTML is turned into it.</summary>
    public LocalizedText? Markdown(CalendarComponent lines, string name, int most, Action<string, FormattableString> note) =>
        Read(lines.All(name), text => PlainText.Block(!isOurs && HtmlText.IsHtml(text) ? HtmlText.ToMarkdown(text) : text), most, note);

    private LocalizedText? Read(IEnumerable<ContentLine> all, Func<string, string> clean, int most, Action<string, FormattableString> note)
    {
        var text = new LocalizedText();
        foreach (var line in all.Take(MostLanguages))
        {
            var tag = LanguageTag.Read(line.Parameter("LANGUAGE")) ?? language;
            var words = clean(line.Text);
            if (words.Length == 0 || text.Translations.Any(known => known.Language == tag))
                continue;
            if (words.Contains('\ufffd', StringComparison.Ordinal))
                note(ImportReasons.TextBroken, $"{line.Name} holds characters that cannot be read; they stand as \ufffd.");
            if (words.Length > most)
                note(ImportReasons.TextShortened, $"{line.Name} has {words.Length} characters and is shortened to {most}.");
            text.Translations.Add(new Translation { Language = tag, Text = PlainText.Shortened(words, most), Version = 1 });
        }

        if (text.Translations.Count == 0)
            return null;
        text.SourceLanguage = text.Translations[0].Language;
        return text;
    }
}
