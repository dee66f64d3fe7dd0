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
        return new WebLink(address.AbsoluteUri, (address.Host + Uri.UnescapeDataString(address.PathAndQuery)).TrimEnd('/'));
    }
}
