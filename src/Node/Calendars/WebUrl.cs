using System.Buffers;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Addresses of web pages as records hold them.</summary>
internal static class WebUrl
{
    private const int MostCandidates = 20;

    private static readonly SearchValues<char> Ends = SearchValues.Create(" \n\t<>\"");

    /// <summary>
    /// The address when it is a whole http or https address within the record's limit; null otherwise. "www.…" is taken
    /// as https. The spelling is kept.
    /// </summary>
    public static string? Read(string text)
    {
        var url = text.Trim();
        if (url.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
            url = "https://" + url;
        return url.Length is > 0 and <= CalendarLimits.UrlLength
            && !url.AsSpan().ContainsAny(' ', '<', '>')
            && !url.Any(char.IsControl)
            && Uri.TryCreate(url, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.Host.Length > 0
            && uri.UserInfo.Length == 0
                ? url
                : null;
    }

    /// <summary>The first address within a text; null when there is none among the first few candidates.</summary>
    public static string? In(string text) => AllIn(text).FirstOrDefault();

    /// <summary>The addresses within a text, in its order, among the first few candidates.</summary>
    public static IEnumerable<string> AllIn(string text)
    {
        var at = text.IndexOf("http", StringComparison.OrdinalIgnoreCase);
        for (var candidate = 0; at >= 0 && candidate < MostCandidates; candidate++)
        {
            var rest = text.Substring(at, Math.Min(text.Length - at, CalendarLimits.UrlLength + 1));
            var end = rest.AsSpan().IndexOfAny(Ends) is var length and >= 0 ? length : rest.Length;
            if (Read(rest[..end].TrimEnd('.', ',', ';', ')')) is { } url)
                yield return url;
            at = text.IndexOf("http", at + 4, StringComparison.OrdinalIgnoreCase);
        }
    }
}
