using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>Acts on one peer; asks before it is forgotten.</summary>
[Authorize(Policies.Admin)]
public sealed class PeerModel(PeerDirectory peers) : PageModel
{
    /// <summary>Its chapter's name.</summary>
    public string Name { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string origin, CancellationToken cancellationToken)
    {
        if (await FindAsync(origin, cancellationToken) is not { } peer)
            return NotFound();
        Name = peer.ChapterName;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string origin, IFormCollection form, CancellationToken cancellationToken)
    {
        if (await FindAsync(origin, cancellationToken) is not { } peer)
            return NotFound();

        var action = form["do"].ToString();
        await (action switch
        {
            "call" => peers.CallNowAsync(origin, cancellationToken),
            "pause" => peers.PauseAsync(origin, cancellationToken),
            "resume" => peers.ResumeAsync(origin, cancellationToken),
            "block" => peers.BlockAsync(origin, cancellationToken),
            "remove" => peers.RemoveAsync(origin, cancellationToken),
            _ => Task.CompletedTask,
        });
        if (action is "call" or "pause" or "resume" or "block" or "remove")
            TempData.Leave("peer.done." + action, peer.ChapterName);
        return Redirect("/network");
    }

    // A grain may be asked for any key; only a whole key names a peer.
    private async Task<PeerStatus?> FindAsync(string origin, CancellationToken cancellationToken) =>
        Protocol.Origin.TryParse(origin, out var parsed) ? await peers.FindAsync(parsed.ToString(), cancellationToken) : null;
}
