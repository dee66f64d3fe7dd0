using System.Globalization;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>A question for languages: boxes to tick for those the network speaks most, and room for any other.</summary>
/// <param name="Chosen">BCP 47 tags chosen so far.</param>
/// <param name="Legend">The question.</param>
/// <param name="Refusal">Why the answer was refused, or null.</param>
public sealed record LanguagePicks(IReadOnlyList<string> Chosen, string Legend, string? Refusal)
{
    /// <summary>Name of the boxes in the form.</summary>
    public const string Field = "languages";

    /// <summary>Name of the field for others.</summary>
    public const string OtherField = "languages-other";

    /// <summary>Those with a box of their own: OuiShare's most spoken.</summary>
    public static IReadOnlyList<string> Common { get; } = ["en", "fr", "es", "it", "pt", "de", "ca"];

    /// <summary>Offered while typing another one: what is spoken where chapters are or may come.</summary>
    public static IReadOnlyList<string> Others { get; } =
        ["ar", "bg", "br", "cs", "cy", "da", "el", "et", "eu", "fi", "ga", "gl", "hr", "hu", "is", "ja", "ko", "lt", "lv", "mt", "nb", "nl", "oc", "pl", "pt-BR", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "zh"];

    /// <summary>The boxes in their order: the reader's own language first.</summary>
    public IEnumerable<string> Boxes
    {
        get
        {
            var own = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
            return Common.Contains(own) ? Common.Where(language => language != own).Prepend(own) : Common;
        }
    }

    /// <summary>Chosen ones without a box.</summary>
    public IEnumerable<string> ChosenOthers => Chosen.Where(language => !Common.Contains(language));

    /// <summary>Reads the answer: the boxes in their order, then the others.</summary>
    public static IReadOnlyList<string> Read(IFormCollection form) =>
        [.. form[Field].OfType<string>().Concat(Typed.Words(form[OtherField]).SelectMany(words => words.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Where(tag => tag.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
}
