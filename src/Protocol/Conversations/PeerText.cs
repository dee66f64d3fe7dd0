using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Protocol;

/// <summary>Text that a peer says about itself, made safe to show and to log.</summary>
public static class PeerText
{
    /// <summary>The text without control, format and unpaired characters, cut to a number of characters.</summary>
    public static string Clean(string text, int length)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var isShown = Rune.GetUnicodeCategory(rune) is not (
                UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            if (!isShown || rune == Rune.ReplacementChar)
                continue;
            if (clean.Length + rune.Utf16SequenceLength > length)
                break;
            clean.Append(rune);
        }

        return clean.ToString().Trim();
    }
}
