using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Asks before an event is cancelled, and why it is.</summary>
[Authorize(Policies.Connector)]
public sealed class CancelModel(IGrainFactory grains, PublishedEvents published, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>The event's title for the reader.</summary>
    public string EventTitle { get; private set; } = "";

    /// <summary>Where the event is shown.</summary>
    public string EventPath { get; private set; } = "";

    /// <summary>Why, as typed.</summary>
    public string Reason { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IEventGrain>(id).Read(cancellationToken) is not { Published: { } record })
            return NotFound();
        (EventTitle, EventPath) = (EventTexts.InReadersLanguage(record.Title), published.PathOf(id));
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, string? reason, CancellationToken cancellationToken)
    {
        Reason = Typed.Lines(reason);
        var text = Reason.Length == 0 ? null : EventTexts.Join([(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName, Reason)], before: null);
        switch (await grains.GetGrain<IEventGrain>(id).Cancel(text, User.ToActor(), cancellationToken))
        {
            case EventResult.Done done:
                await published.WaitForAsync(done, cancellationToken);
                TempData.Leave("form.cancelled");
                return Redirect(published.PathOf(id));
            case EventResult.Refused refused:
                Refusals.Add(refused.Violations, say, _ => "reason");
                return await OnGetAsync(id, cancellationToken);
            case EventResult.Forbidden:
                return Forbid();
            default:
                return NotFound();
        }
    }
}
