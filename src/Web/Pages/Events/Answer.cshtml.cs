using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Text;

namespace OuiShare.Federation.Web.Pages.Events;

/// <summary>Takes a member's answer to an event of her own chapter, and goes back to its page, which says what came of it.</summary>
[Authorize(Policies.Member)]
internal sealed class AnswerModel(IGrainFactory grains, ChapterDirectory chapters) : PageModel
{
    /// <summary>Whoever comes back here after signing in has not answered yet.</summary>
    public IActionResult OnGet(string originShort, string id) =>
        Guid.TryParseExact(id, "N", out var eventId) ? LocalRedirect(EventLinks.Page(originShort, eventId)) : NotFound();

    public async Task<IActionResult> OnPostAsync(string originShort, string id, bool going, CancellationToken cancellationToken)
    {
        // Seats are given by the event's own chapter alone.
        if (!Guid.TryParseExact(id, "N", out var eventId) || originShort != chapters.Own.Short || User.MemberId() is not { } member)
            return NotFound();

        var news = await grains.GetGrain<IEventGrain>(eventId).Answer(member, going, cancellationToken) switch
        {
            RsvpResult.Recorded { IsGoing: true } => "going",
            RsvpResult.Recorded => "not-going",
            RsvpResult.Full => "full",
            RsvpResult.Closed => "closed",
            var unknown => throw new UnreachableException($"{unknown} has no words."),
        };
        return LocalRedirect(EventLinks.Page(originShort, eventId) + "?answer=" + news);
    }
}
