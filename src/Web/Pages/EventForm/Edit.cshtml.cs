using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Writes an event of this chapter: keeps drafts, proposes, publishes. The grain decides; what was typed is never lost.</summary>
[Authorize(Policies.Member)]
public sealed class EditModel(IGrainFactory grains, PublishedEvents published, EventFormReading reading, Wording say) : PageModel
{
    /// <summary>The form.</summary>
    public EventFormView Form { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellationToken)
    {
        var state = await Grain(id).Read(cancellationToken);
        if (state is null)
            return NotFound();
        if (!MayEdit(state))
            return Forbid();
        if (state.IsWithdrawn)
            return Redirect($"/events/{id}/withdraw");

        Form = reading.Open(state, User.ToActor());
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, IFormCollection form, CancellationToken cancellationToken)
    {
        var state = await Grain(id).Read(cancellationToken);
        if (state is not null && !MayEdit(state))
            return Forbid();

        var (view, record) = reading.Read(id, state, form, User.ToActor());
        Form = view;
        var action = form["do"].ToString();
        if (action == "discard")
            return await DiscardAsync(id, cancellationToken);
        if (action is "preview" or "language" or "" || view.Refusals.Any)
        {
            Form = view with { IsPreviewed = action == "preview" };
            return Page();
        }

        return action switch
        {
            "publish" => await FinishAsync(await Grain(id).Publish(record, view.Base, view.Actor, cancellationToken), action, cancellationToken),
            "propose" => await FinishAsync(await Grain(id).Propose(record, view.Actor, cancellationToken), action, cancellationToken),
            _ => await FinishAsync(await Grain(id).SaveDraft(record, view.Actor, cancellationToken), "draft", cancellationToken),
        };
    }

    private IEventGrain Grain(Guid id) => grains.GetGrain<IEventGrain>(id);

    private bool MayEdit(EventState state) =>
        User.ToActor() is var actor && (actor.Is(Role.Connector) || (state.Draft is not null && state.AuthorId == actor.MemberId));

    private async Task<IActionResult> FinishAsync(EventResult result, string action, CancellationToken cancellationToken)
    {
        switch (result)
        {
            case EventResult.Done done when action == "publish":
                await published.WaitForAsync(done, cancellationToken);
                TempData.Leave("form.published");
                return Redirect(published.PathOf(Form.Id));
            case EventResult.Done:
                TempData.Leave(action == "propose" ? "form.proposed" : "form.saved");
                return Redirect(action == "propose" ? "/my-events" : $"/events/{Form.Id}/edit");
            case EventResult.Refused refused:
                Form.Refusals.Add(refused.Violations, say, Form.Input.FieldOf);
                return Page();
            case EventResult.Stale stale:
                Form = reading.Stale(Form, stale.Event);
                // The page now holds the newer version's number; the field must not repeat the posted one.
                Response.StatusCode = StatusCodes.Status409Conflict;
                return Page();
            case EventResult.Forbidden:
                return Forbid();
            case EventResult.Withdrawn:
                return Redirect($"/events/{Form.Id}/withdraw");
            case EventResult.Unknown:
                return NotFound();
            case var unknown:
                throw new UnreachableException($"{unknown} has no page.");
        }
    }

    private async Task<IActionResult> DiscardAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await Grain(id).Discard(User.ToActor(), cancellationToken) is EventResult.Forbidden)
            return Forbid();
        TempData.Leave("form.discarded");
        return Redirect("/my-events");
    }
}
