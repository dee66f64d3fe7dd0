using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Search;

namespace OuiShare.Federation.Web.Pages.Home;

[Authorize(Policies.Anyone)]
public sealed class IndexModel(EventSearch search) : PageModel
{
    public int Total { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) => Total = (await search.FindAsync(new EventQuery(), cancellationToken)).Total;
}
