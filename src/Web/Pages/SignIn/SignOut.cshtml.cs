using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>Ends this browser's session. Only by a form: a link could be followed by accident.</summary>
[Authorize(Policies.Anyone)]
public sealed class SignOutModel(MemberSignIn signIn) : PageModel
{
    public IActionResult OnGet() => Redirect("/");

    public async Task<IActionResult> OnPostAsync()
    {
        await signIn.SignOutAsync(HttpContext);
        return Redirect("/");
    }
}
