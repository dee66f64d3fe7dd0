using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>Signs a member in by her one-use link. Opening it only shows a button, because mail scanners open every link.</summary>
[Authorize(Policies.Anyone)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class LinkModel(MemberLinks links, MemberDirectory members, MemberSignIn signIn) : PageModel
{
    /// <summary>How the member is called; null: the link does not work.</summary>
    public string? MemberName { get; private set; }

    public IActionResult OnGet(string secret)
    {
        if (links.Find(secret) is { Purpose: LinkPurpose.SignIn, MemberId: { } id } && members.Find(id) is { } account)
            MemberName = account.Name;
        else
            Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string secret)
    {
        // Only a sign-in link is taken: an invitation opened here by mistake must stay good.
        if (await signIn.SignInByLinkAsync(HttpContext, secret, BrowserName.Of(Request)) is not { } account)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }

        TempData.Leave("sign-in.done", account.Name);
        return Redirect(ReturnAddress.Take(HttpContext));
    }
}
