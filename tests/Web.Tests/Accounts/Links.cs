using System.Text.RegularExpressions;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>Links in mails.</summary>
internal static partial class Links
{
    /// <summary>The one link of a mail that leads to a page.</summary>
    public static string In(string mail, string page) =>
        Link().Matches(mail).Select(match => match.Value).Single(link => link.Contains($"/{page}/", StringComparison.Ordinal));

    [GeneratedRegex(@"http://[^\s]+")]
    private static partial Regex Link();
}
