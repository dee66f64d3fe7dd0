namespace OuiShare.Federation.Node.Calendars;

/// <summary>BCP 47 language tags as people and programs write them.</summary>
internal static class LanguageTag
{
    /// <summary>The tag for "nobody said" (ISO 639-2).</summary>
    public const string Unknown = "und";

    private const int Longest = 35;

    /// <summary>
    /// The tag with the case that BCP 47 recommends ("fr_fr" becomes "fr-FR"); null when it is none. Only its shape is
    /// checked: parts of letters and digits, the first of 2 or 3 letters.
    /// </summary>
    public static string? Read(string text)
    {
        var parts = text.Trim().Replace('_', '-').Split('-');
        if (text.Length > Longest || parts[0].Length is not (2 or 3) || !parts[0].All(char.IsAsciiLetter))
            return null;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length is < 1 or > 8 || !parts[i].All(char.IsAsciiLetterOrDigit))
                return null;
            var part = parts[i].ToLowerInvariant();
            var isScript = i > 0 && part.Length == 4 && char.IsAsciiLetter(part[0]);
            parts[i] = i > 0 && part.Length == 2 ? part.ToUpperInvariant()
                : isScript ? char.ToUpperInvariant(part[0]) + part[1..]
                : part;
        }

        return string.Join('-', parts);
    }
}
