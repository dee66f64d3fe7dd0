using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Profile;

/// <summary>Ends what a member no longer wants to open doors in her name: sessions, and sign-in links that others made for her.</summary>
[Authorize(Policies.Member)]
public sealed class AccessModel(Sessions sessions, MemberLinks links, IGrainFactory grains, MemberSignIn signIn) : PageModel
{
    public IActionResult OnGet() => Redirect("/profile#sessions");

    public async Task<IActionResult> OnPostAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        if (User.MemberId() is not { } me)
            return NotFound();
        switch (form["do"].ToString())
        {
            case "session":
                await sessions.EndAsync(me, form["session"].ToString(), cancellationToken);
                return Done("profile.session.ended", "/profile#sessions");
            case "others":
                await sessions.EndOthersAsync(me, User.SessionId() ?? "", cancellationToken);
                return Done("profile.sessions.ended", "/profile#sessions");
            case "link":
                await links.RevokeAsync(form["link"].ToString(), me, cancellationToken);
                return Done("link.revoked", "/profile#links");
            case "everywhere":
                await grains.GetGrain<IMemberGrain>(me).SignOutEverywhere(User.ToActor(), cancellationToken);
                await signIn.SignOutAsync(HttpContext);
                return Done("profile.signed-out", "/sign-in");
            default:
                return BadRequest();
        }
    }

    private RedirectResult Done(string notice, string next)
    {
        TempData.Leave(notice);
        return Redirect(next);
    }
}
