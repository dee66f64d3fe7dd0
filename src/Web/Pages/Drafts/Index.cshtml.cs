using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.MyEvents;

namespace OuiShare.Federation.Web.Pages.Drafts;

/// <summary>Everything the chapter's people prepare: connectors publish, change or discard it, each in its form.</summary>
[Authorize(Policies.Connector)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
internal sealed class IndexModel(EventDirectory events, MemberDirectory members, OwnEventRows rows) : PageModel
{
    /// <summary>What waits for a connector.</summary>
    public IReadOnlyList<DraftRow> Proposals { get; private set; } = [];

    /// <summary>What is still being written.</summary>
    public IReadOnlyList<DraftRow> Others { get; private set; } = [];

    public void OnGet()
    {
        var drafts = events.ListDrafts(authorId: null);
        var names = drafts.Select(draft => draft.AuthorId).OfType<Guid>().Distinct().ToDictionary(id => id, id => members.Find(id)?.Name);
        var made = drafts.Select(draft => rows.Make(draft, draft.AuthorId is { } author ? names[author] : null)).ToList();
        Proposals = [.. made.Where(row => row.Draft.IsProposed)];
        Others = [.. made.Where(row => !row.Draft.IsProposed)];
    }
}
