using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Takes a cancellation back. Only by a form.</summary>
[Authorize(Policies.Connector)]
public sealed class ReinstateModel(IGrainFactory grains, ChapterDirectory chapters) : PageModel
{
    public IActionResult OnGet(Guid id) => Redirect($"/events/{chapters.Own.Short}/{id}");

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        switch (await grains.GetGrain<IEventGrain>(id).Reinstate(User.ToActor(), cancellationToken))
        {
            case EventResult.Done:
                TempData.Leave("form.reinstated");
                return OnGet(id);
            case EventResult.Forbidden:
                return Forbid();
            default:
                return NotFound();
        }
    }
}
