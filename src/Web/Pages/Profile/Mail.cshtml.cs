using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Profile;

/// <summary>
/// Proves that a mail address is a member's, by the link that was sent to it. Opening it only shows a button, because mail scanners open
/// every link. She need not be signed in: she may read her mail on another machine.
/// </summary>
[Authorize(Policies.Anyone)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class MailModel(MailProofs proofs) : PageModel
{
    /// <summary>Whose address it proves; null: the link does not work.</summary>
    public (Account Member, string Mail)? Proof { get; private set; }

    public IActionResult OnGet(string secret)
    {
        Proof = proofs.Find(secret);
        if (Proof is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string secret, CancellationToken cancellationToken)
    {
        if (await proofs.ConfirmAsync(secret, cancellationToken) is not { Mail: { } mail })
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }

        TempData.Leave("proof.done", mail);
        return Redirect(User.MemberId() is null ? "/sign-in" : "/profile");
    }
}
