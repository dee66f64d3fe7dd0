using System.Text;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>
/// What people type, in the form in which records keep it: normalised (NFC), without spaces around it, lines ended by line feeds alone.
/// Rules are checked afterwards; nothing is cut here.
/// </summary>
internal static class Typed
{
    /// <summary>One line.</summary>
    public static string Line(string? typed) => Normal(typed).Trim();

    /// <summary>One line; null when nothing was typed.</summary>
    public static string? LineOrNull(string? typed) => Line(typed) is { Length: > 0 } line ? line : null;

    /// <summary>Several lines.</summary>
    public static string Lines(string? typed) => Normal(typed).ReplaceLineEndings("\n").Trim();

    /// <summary>Words separated by commas or lines, each once.</summary>
    public static IReadOnlyList<string> Words(string? typed) =>
        [.. Lines(typed).Split([',', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];

    /// <summary>A web address; people leave "https://" out.</summary>
    public static string Url(string? typed)
    {
        var line = Line(typed);
        return line.Length == 0 || line.Contains("://", StringComparison.Ordinal) || line.Contains(':', StringComparison.Ordinal) || !line.Contains('.', StringComparison.Ordinal)
            ? line
            : "https://" + line;
    }

    private static string Normal(string? typed)
    {
        if (string.IsNullOrEmpty(typed))
            return "";
        try
        {
            return typed.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // Half a surrogate pair cannot be normalised; the rules refuse it with a sentence.
            return typed;
        }
    }
}
