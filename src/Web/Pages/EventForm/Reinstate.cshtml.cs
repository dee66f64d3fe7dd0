using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Takes a cancellation back. Only by a form.</summary>
[Authorize(Policies.Connector)]
public sealed class ReinstateModel(IGrainFactory grains, PublishedEvents published) : PageModel
{
    public IActionResult OnGet(Guid id) => Redirect(published.PathOf(id));

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        switch (await grains.GetGrain<IEventGrain>(id).Reinstate(User.ToActor(), cancellationToken))
        {
            case EventResult.Done done:
                await published.WaitForAsync(done, cancellationToken);
                TempData.Leave("form.reinstated");
                return OnGet(id);
            case EventResult.Forbidden:
                return Forbid();
            default:
                return NotFound();
        }
    }
}
