using System.Globalization;
using Microsoft.Extensions.Localization;

namespace OuiShare.Federation.Web;

/// <summary>Says things in the reader's language: words by their key, counts, ages and durations.</summary>
public sealed class Wording(IStringLocalizer<Words> words)
{
    /// <summary>The words of a key; the key itself when it has none.</summary>
    public LocalizedString this[string key] => words[key];

    /// <summary>The words of a key with its places filled; numbers are written as the reader's language writes them.</summary>
    public LocalizedString this[string key, params object[] values] => words[key, values];

    /// <summary>
    /// The words for a number of things: the key's form <c>.one</c> or <c>.other</c>, where {0} is the number and {1}
    /// onward the other values. French says "0 événement" as one; English and Spanish say "0 events" as other
    /// (Unicode CLDR, Language Plural Rules).
    /// </summary>
    public LocalizedString Count(string key, long number, params object[] values)
    {
        var isOne = number == 1 || (number == 0 && CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "fr");

        return words[key + (isOne ? ".one" : ".other"), [number, .. values]];
    }

    /// <summary>How long ago, in the largest unit that is at least 1: "12 s ago", "3 min ago", "2 days ago"; "now" below a second.</summary>
    public LocalizedString Ago(TimeSpan age) => age < TimeSpan.FromSeconds(1) ? words["age.now"] : Largest("age", age);

    /// <summary>How long, in the largest unit that is at least 1: "12 s", "3 min", "2 days".</summary>
    public LocalizedString Lasting(TimeSpan duration) => Largest("duration", duration);

    /// <summary>A language's name in that language, with a capital as headings need it: "Français".</summary>
    /// <param name="language">BCP 47 tag.</param>
    public static string NameOf(string language)
    {
        try
        {
            var culture = CultureInfo.GetCultureInfo(language);
            var name = culture.NativeName;

            return string.Concat(name[..1].ToUpper(culture), name[1..]);
        }
        catch (CultureNotFoundException)
        {
            // A tag this machine does not know is still worth showing.
            return language;
        }
    }

    private LocalizedString Largest(string key, TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => Count(key + ".days", (long)time.TotalDays),
        { TotalHours: >= 1 } => Count(key + ".hours", (long)time.TotalHours),
        { TotalMinutes: >= 1 } => words[key + ".minutes", (long)time.TotalMinutes],
        _ => words[key + ".seconds", (long)time.TotalSeconds],
    };
}
