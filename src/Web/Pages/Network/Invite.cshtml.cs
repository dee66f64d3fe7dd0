using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>Makes an invitation for another chapter's admin.</summary>
[Authorize(Policies.Admin)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class InviteModel(PeerInvitations invitations, NodeLocation location, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>Where the other node will call this one.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The invitation, shown once; null before it is made.</summary>
    public InvitationCode? Invitation { get; private set; }

    /// <summary>Key of the words that say from where the address can be called; null: from anywhere.</summary>
    public string? Warning => PublicUrl.ReachOf(Address) switch
    {
        Reach.Machine => "network.invite.machine",
        Reach.Network => "network.invite.network",
        _ => null,
    };

    public void OnGet() => Address = location.Public;

    public async Task OnPostAsync(string? address, CancellationToken cancellationToken)
    {
        Address = Typed.Url(address).TrimEnd('/');
        if (PublicUrl.Check("address", Address) is { } violation)
        {
            Refusals.Add([violation], say);
            return;
        }

        try
        {
            Invitation = await invitations.CreateAsync(User.ToActor(), Address, lifetime: null, cancellationToken);
        }
        catch (ArgumentException)
        {
            Refusals.Add("address", say["refused.NOT_WEB"]);
        }
    }
}
