using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>Accepts another chapter's invitation.</summary>
[Authorize(Policies.Admin)]
public sealed class JoinModel(PeerInvitations invitations, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>The invitation as pasted.</summary>
    public string Invitation { get; private set; } = "";

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(string? invitation, CancellationToken cancellationToken)
    {
        Invitation = Typed.Lines(invitation);
        switch (await invitations.AcceptAsync(Invitation, cancellationToken))
        {
            case AcceptResult.Accepted accepted:
                TempData.Leave("network.joined", accepted.ChapterName);
                return Redirect("/network?live=true");
            case AcceptResult.Refused refused:
                Refusals.Add("invitation", say["join.refused." + refused.Reason]);
                return Page();
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }
}
