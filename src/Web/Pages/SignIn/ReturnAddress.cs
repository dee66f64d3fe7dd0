using System.Globalization;
using System.Text;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>
/// Where a person was going when she was asked to sign in. It waits in a cookie of the browser that asked, and is in no mail: a stranger may
/// ask for a link in a member's name, and what he wrote must not reach her.
/// </summary>
internal static class ReturnAddress
{
    /// <summary>Longest that is kept, percent-encoded; a search has less.</summary>
    private const int Length = 1_000;

    /// <summary>Where she goes when nothing else is known.</summary>
    private const string Otherwise = "/my-events";

    /// <summary>Printable ASCII that may not stand in an address as it is (RFC 3986 section 2).</summary>
    private const string Unsafe = "\"<>^`{|}";

    /// <summary>Keeps what the sign-in page's address names, in this browser, for as long as a link lasts.</summary>
    public static void Keep(HttpContext context)
    {
        if (Read(context.Request.Query["ReturnUrl"]) is { } address)
            context.Response.Cookies.Append(NameOf(context), address, Options(context, MemberLinks.SignInLifetime));
    }

    /// <summary>Where to go now that she is signed in: what the link's address says, or what this browser kept, or her own events.</summary>
    public static string Take(HttpContext context)
    {
        var kept = context.Request.Cookies[NameOf(context)];
        if (kept is not null)
            context.Response.Cookies.Delete(NameOf(context), Options(context, lifetime: null));
        return Read(context.Request.Query["ReturnUrl"]) ?? Read(kept) ?? Otherwise;
    }

    /// <summary>An address within this node, as it may stand in a header: percent-encoded where needed; null when it is none, or too long.</summary>
    internal static string? Read(string? typed)
    {
        // A browser takes a backslash for a slash, and leaves control characters out.
        if (typed is not { Length: > 0 and <= Length } || typed[0] != '/' || typed.StartsWith("//", StringComparison.Ordinal)
            || typed.Contains('\\', StringComparison.Ordinal) || typed.Any(char.IsControl))
        {
            return null;
        }

        var address = new StringBuilder(typed.Length);
        foreach (var octet in Encoding.UTF8.GetBytes(typed))
        {
            if (octet is > 0x20 and < 0x7F && !Unsafe.Contains((char)octet, StringComparison.Ordinal))
                address.Append((char)octet);
            else
                address.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return address.Length <= Length ? address.ToString() : null;
    }

    private static string NameOf(HttpContext context) => context.RequestServices.GetRequiredService<CookieNames>().Return;

    private static CookieOptions Options(HttpContext context, TimeSpan? lifetime) => new()
    {
        MaxAge = lifetime,
        HttpOnly = true,
        IsEssential = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
    };
}
