using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Web.Text;

/// <summary>What somebody typed or linked to, without what cannot be seen: such a text is repeated in pages, titles and XML.</summary>
internal static class VisibleText
{
    /// <summary>
    /// The text without controls, halves of surrogate pairs, characters that are none (U+FFFE) and those that turn the reading direction around; line
    /// ends and tabs become spaces. Nothing at either end.
    /// </summary>
    public static string Of(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // A half of a pair is enumerated as U+FFFD.
            if (rune.Value is '\n' or '\r' or '\t')
                visible.Append(' ');
            else if (rune.Value != 0xFFFD && IsVisible(rune))
                visible.Append(rune.ToString());
        }

        return visible.ToString().Trim();
    }

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // Joiners are letters' business in several scripts, and emoji's.
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => true,
    };
}
