namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>
/// A browser in a few words, by which a member knows her own: "Firefox, Linux". Only names of this list are ever kept; the rest of what a
/// browser says of itself would tell more of her than she needs to read.
/// </summary>
internal static class BrowserName
{
    // The first that is found counts: the others' names stand in it too.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS", "Mac"), ("Linux", "Linux"),
    ];

    /// <summary>The browser that made a request; empty when none of the list did.</summary>
    public static string Of(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        return string.Join(", ", new[] { Find(Browsers, agent), Find(Systems, agent) }.OfType<string>());
    }

    private static string? Find((string Mark, string Name)[] known, string agent) =>
        known.FirstOrDefault(name => agent.Contains(name.Mark, StringComparison.Ordinal)).Name;
}
