using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>The admin says that she has read what became of a roll-back.</summary>
[Authorize(Policies.Admin)]
public sealed class ReadModel(RollBackNotices notices) : PageModel
{
    public IActionResult OnGet() => Redirect("/network");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await notices.AcknowledgeAsync(cancellationToken);
        return Redirect("/network");
    }
}
