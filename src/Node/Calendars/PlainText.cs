using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Brings text from outside into the form that records demand: Unicode NFC, no control characters but line feeds.</summary>
internal static class PlainText
{
    /// <summary>Text of one or more lines; line ends become line feeds, tabs spaces, white space around it goes.</summary>
    public static string Block(string text)
    {
        var clean = new StringBuilder(text.Length);
        var previous = '\0';
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\r' or '\n' or '\u0085' or '\u2028' or '\u2029')
            {
                if (rune.Value != '\n' || previous != '\r')
                    clean.Append('\n');
            }
            else if (rune.Value == '\t')
            {
                clean.Append(' ');
            }
            else if (Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Control && !IsDeceptive(rune.Value))
            {
                clean.Append(rune.ToString());
            }

            previous = rune.IsBmp ? (char)rune.Value : '\0';
        }

        return clean.ToString().Normalize(NormalizationForm.FormC).Trim();
    }

    /// <summary>Text of one line: every run of white space is one space.</summary>
    public static string Line(string text) =>
        string.Join(' ', Block(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The text, or its beginning and an ellipsis when it is longer than <paramref name="most"/> UTF-16 units.</summary>
    public static string Shortened(string text, int most)
    {
        if (text.Length <= most)
            return text;
        // Never in the middle of what a reader sees as one character; an endless one is cut all the same.
        var end = 0;
        while (end < most && end + StringInfo.GetNextTextElementLength(text, end) is var next && next <= most - 1)
            end = next;
        if (end == 0)
            end = char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1;
        return text[..end].TrimEnd() + "…";
    }

    // Directional overrides make a text look like another (CVE-2021-42574); a byte order mark shows nothing.
    private static bool IsDeceptive(int rune) => rune is (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069) or 0xfeff;
}
