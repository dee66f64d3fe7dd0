using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.Errors;

/// <summary>Where a signed-in person is led whose role does not open a page.</summary>
[Authorize(Policies.Anyone)]
internal sealed class ForbiddenModel : PageModel
{
    public void OnGet() => Response.StatusCode = StatusCodes.Status403Forbidden;
}
