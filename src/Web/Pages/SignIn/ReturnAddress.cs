using Microsoft.AspNetCore.Mvc;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>Where a person was going when she was asked to sign in; it travels in the address, through the mail, to the end.</summary>
internal static class ReturnAddress
{
    /// <summary>Longest that is carried along; a search has less.</summary>
    private const int Length = 1_000;

    /// <summary>The address within this node that the request names; null: none, or one elsewhere.</summary>
    public static string? Of(IUrlHelper url) =>
        url.ActionContext.HttpContext.Request.Query["ReturnUrl"].ToString() is { Length: > 0 and <= Length } address && url.IsLocalUrl(address) ? address : null;

    /// <summary>A sign-in link that leads there.</summary>
    public static string Carry(string link, string? address) => address is null ? link : $"{link}?ReturnUrl={Uri.EscapeDataString(address)}";
}
