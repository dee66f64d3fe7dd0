using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Asks before an event is taken back for ever; afterwards offers the draft that keeps its content.</summary>
[Authorize(Policies.Connector)]
public sealed class WithdrawModel(IGrainFactory grains, PublishedEvents published) : PageModel
{
    /// <summary>The event's title for the reader.</summary>
    public string EventTitle { get; private set; } = "";

    /// <summary>Where the event is shown.</summary>
    public string EventPath { get; private set; } = "";

    /// <summary>It was taken back.</summary>
    public bool IsWithdrawn { get; private set; }

    /// <summary>The draft that keeps its content; null: none, or used up.</summary>
    [BindProperty(SupportsGet = true, Name = "kept")]
    public Guid? KeptDraft { get; set; }

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IEventGrain>(id).Read(cancellationToken) is not { } state || (state.Published is null && !state.IsWithdrawn))
            return NotFound();

        IsWithdrawn = state.IsWithdrawn;
        (EventTitle, EventPath) = (EventTexts.InReadersLanguage(state.Published?.Title), published.PathOf(id));
        if (KeptDraft is { } kept && await grains.GetGrain<IEventGrain>(kept).Read(cancellationToken) is not { Draft: not null })
            KeptDraft = null;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellationToken)
    {
        switch (await grains.GetGrain<IEventGrain>(id).Withdraw(User.ToActor(), cancellationToken))
        {
            case EventResult.Done done:
                await published.WaitForAsync(done, cancellationToken);
                return Redirect($"/events/{id}/withdraw?kept={done.DraftId}");
            case EventResult.Withdrawn:
                return Redirect($"/events/{id}/withdraw");
            case EventResult.Forbidden:
                return Forbid();
            default:
                return NotFound();
        }
    }
}
