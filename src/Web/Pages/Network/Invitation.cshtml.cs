using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>Asks before an invitation for another chapter is ended that nobody used yet, then ends it, whoever made it.</summary>
[Authorize(Policies.Admin)]
public sealed class InvitationModel(PeerInvitations invitations, MemberDirectory members, Wording say) : PageModel
{
    /// <summary>Who made it.</summary>
    public string Maker { get; private set; } = "";

    /// <summary>When.</summary>
    public DateTimeOffset MadeAt { get; private set; }

    public IActionResult OnGet(string id)
    {
        if (invitations.ListPending().FirstOrDefault(invitation => invitation.Id == id) is not { } invitation)
            return NotFound();
        (Maker, MadeAt) = (MakerWords.Of(invitation.MakerId, members, say), invitation.MadeAt);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id, CancellationToken cancellationToken)
    {
        // One that was used or ended meanwhile opens nothing either.
        await invitations.RevokeAsync(id, cancellationToken);
        TempData.Leave("network.invitation.revoked");
        return Redirect("/network");
    }
}
