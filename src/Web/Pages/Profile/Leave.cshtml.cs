using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Profile;

/// <summary>Asks before a member leaves, then erases her.</summary>
[Authorize(Policies.Member)]
public sealed class LeaveModel(IGrainFactory grains, MemberSignIn signIn, Wording say) : PageModel
{
    /// <summary>Why she cannot leave now, or null.</summary>
    public string? Refusal { get; private set; }

    public IActionResult OnGet() => User.MemberId() is null ? NotFound() : Page();

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (User.MemberId() is not { } me)
            return NotFound();
        switch (await grains.GetGrain<IMemberGrain>(me).Leave(User.ToActor(), cancellationToken))
        {
            case MemberResult.LastAdmin:
                Refusal = say["refused.LAST_ADMIN"];
                return Page();
            case MemberResult.Forbidden:
                return Forbid();
            default:
                await signIn.SignOutAsync(HttpContext);
                TempData.Leave("profile.left");
                return Redirect("/");
        }
    }
}
