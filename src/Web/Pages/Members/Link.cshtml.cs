using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.Members;

/// <summary>Asks before an open invitation or sign-in link is ended, then ends it, whoever made it.</summary>
[Authorize(Policies.Admin)]
public sealed class LinkModel(MemberLinks links, MemberDirectory members, Wording say) : PageModel
{
    /// <summary>What the link does.</summary>
    public string Words { get; private set; } = "";

    public IActionResult OnGet(string id)
    {
        if (links.ListOpen().FirstOrDefault(link => link.Id == id) is not { } link)
            return NotFound();
        Words = LinkWords.Of(link, members, say);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string id, CancellationToken cancellationToken)
    {
        // One that was taken or ended meanwhile opens nothing either.
        await links.RevokeAsync(id, ofMember: null, cancellationToken);
        TempData.Leave("link.revoked");
        return Redirect("/members");
    }
}
