using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Cli.Output;

/// <summary>
/// Text from elsewhere, made safe to show. Chapter names, errors and event titles come from peers: an escape sequence among them could
/// repaint the terminal or type into it, and a direction override could make one address look like another.
/// </summary>
internal static class Plain
{
    private const char Replacement = '\uFFFD';

    /// <summary>One line of visible characters: line ends become spaces, controls and direction overrides the replacement character.</summary>
    public static string Line(string text)
    {
        if (text.All(IsHarmless))
            return text;

        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '\r')
                continue;
            line.Append(c is '\n' or '\t' ? ' ' : IsHarmless(c) ? c : Replacement);
        }

        return line.ToString();
    }

    /// <summary>The first digits of a key or hash, enough for a person to tell two apart and for the node to find a peer by.</summary>
    public static string Short(string hex) => hex.Length <= 12 ? Line(hex) : Line(hex[..12]);

    // Cf holds the overrides and isolates (U+202A–202E, U+2066–2069), but also joiners that several scripts and emoji need.
    private static bool IsHarmless(char c) => char.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Format => c is '\u200C' or '\u200D',
        _ => true,
    };
}
