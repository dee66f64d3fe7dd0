using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.MyEvents;

/// <summary>What a member said yes to, and what she writes.</summary>
[Authorize(Policies.Member)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
internal sealed class IndexModel(EventDirectory events, OwnEventRows rows) : PageModel
{
    /// <summary>Events she goes to, the soonest first.</summary>
    public IReadOnlyList<OwnEventRow> Attending { get; private set; } = [];

    /// <summary>Her drafts and proposals, the newest first.</summary>
    public IReadOnlyList<DraftRow> Drafts { get; private set; } = [];

    /// <summary>She may publish what others propose.</summary>
    public bool IsConnector => User.ToActor().Is(Role.Connector);

    public void OnGet()
    {
        // The operator's token is nobody: it has no events.
        if (User.MemberId() is not { } me)
            return;
        Attending = rows.Make(events.ListAttending(me));
        Drafts = [.. events.ListDrafts(me).Select(draft => rows.Make(draft))];
    }
}
