using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>Acts on one peer: its address, and asks before it is forgotten.</summary>
[Authorize(Policies.Admin)]
public sealed class PeerModel(PeerDirectory peers, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>The address set by hand; empty: none.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Its key.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>Its chapter's name.</summary>
    public string Name { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string origin, CancellationToken cancellationToken)
    {
        if (await FindAsync(origin, cancellationToken) is not { } peer)
            return NotFound();
        Address = peer.Addresses?.FirstOrDefault(address => address.IsSet)?.Address ?? "";
        return Show(peer);
    }

    public async Task<IActionResult> OnPostAsync(string origin, IFormCollection form, CancellationToken cancellationToken)
    {
        if (await FindAsync(origin, cancellationToken) is not { } peer)
            return NotFound();

        var action = form["do"].ToString();
        if (action == "address" && !await peers.SetAddressAsync(peer.Origin, Address = Typed.Url(form["address"]).TrimEnd('/'), cancellationToken))
        {
            Refusals.Add("address", say["refused.NOT_WEB"]);
            return Show(peer);
        }

        await (action switch
        {
            "call" => peers.CallNowAsync(origin, cancellationToken),
            "pause" => peers.PauseAsync(origin, cancellationToken),
            "resume" => peers.ResumeAsync(origin, cancellationToken),
            "remove" => peers.RemoveAsync(origin, cancellationToken),
            _ => Task.CompletedTask,
        });
        if (action is "call" or "pause" or "resume" or "remove" or "address")
            TempData.Leave("peer.done." + (action == "address" && Address.Length == 0 ? "address-none" : action), NameOf(peer));
        return Redirect("/network");
    }

    private PageResult Show(PeerStatus peer)
    {
        (Name, Origin) = (NameOf(peer), peer.Origin);
        return Page();
    }

    private static string NameOf(PeerStatus peer) => peer.ChapterName.Length > 0 ? peer.ChapterName : peer.Origin[..8];

    // A grain may be asked for any key; only a whole key names a peer.
    private async Task<PeerStatus?> FindAsync(string origin, CancellationToken cancellationToken) =>
        Protocol.Origin.TryParse(origin, out var parsed) ? await peers.FindAsync(parsed.ToString(), cancellationToken) : null;
}
