using System.Globalization;
using System.Text;

namespace OuiShare.Federation.Web.Text;

/// <summary>An address that a record names and a page may link to.</summary>
/// <param name="Href">The address.</param>
/// <param name="Words">The address as people read it: without the scheme and a slash at the end.</param>
internal sealed record WebLink(string Href, string Words)
{
    /// <summary>Null when the text is empty or anything but an http or https address: a record of another node may hold any text.</summary>
    public static WebLink? Read(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
            return null;
        return new WebLink(address.AbsoluteUri, Readable(address.Host + Uri.UnescapeDataString(address.PathAndQuery)).TrimEnd('/'));
    }

    /// <summary>
    /// The text with what nobody sees written as in the address: "%E2%80%AE", spelled out, turns the letters after it around, so that one address
    /// looks like another (CVE-2021-42574); and spaces would let words follow that are no address.
    /// </summary>
    private static string Readable(string text)
    {
        var readable = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            readable.Append(IsSeen(rune) ? rune.ToString() : Uri.EscapeDataString(rune.ToString()));
        return readable.ToString();
    }

    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
