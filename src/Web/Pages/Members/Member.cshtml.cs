using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages.Members;

/// <summary>What an admin does about one member: role, sign-in link, removal.</summary>
[Authorize(Policies.Admin)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class MemberModel(IGrainFactory grains, MemberDirectory members, MemberLinks links, NodeLocation location, AccountMails mails, Wording say) : PageModel
{
    /// <summary>The member.</summary>
    public Account Account { get; private set; } = null!;

    /// <summary>A sign-in link just made.</summary>
    public MadeLink? Made { get; private set; }

    /// <summary>Why nothing was done, or null.</summary>
    public string? Refusal { get; private set; }

    public IActionResult OnGet(Guid id) => Load(id) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(Guid id, IFormCollection form, CancellationToken cancellationToken)
    {
        if (!Load(id))
            return NotFound();

        var grain = grains.GetGrain<IMemberGrain>(id);
        switch (form["do"].ToString())
        {
            case "link":
                var link = await links.SignInAsync(User.ToActor(), id, cancellationToken);
                if (User.MemberId() != id)
                    mails.TellOfLink(id, MakerWords.Of(User.MemberId(), members, say));
                Made = new MadeLink(location.Link("/sign-in/" + link.Secret), link, "members.link-made", Account.Name, Mailing: null);
                return Page();
            case "role" when Policies.TryParseRole(form["role"], out var role):
                return Finish(await grain.ChangeRole(role, User.ToActor(), cancellationToken), "members.role-changed");
            case "remove":
                return Finish(await grain.Leave(User.ToActor(), cancellationToken), "members.removed");
            default:
                return BadRequest();
        }
    }

    private bool Load(Guid id)
    {
        if (members.Find(id) is not { } account)
            return false;
        Account = account;
        return true;
    }

    private IActionResult Finish(MemberResult result, string words)
    {
        switch (result)
        {
            case MemberResult.Done:
                TempData.Leave(words, Account.Name);
                return Redirect("/members");
            case MemberResult.LastAdmin:
                Refusal = say["refused.LAST_ADMIN"];
                return Page();
            case MemberResult.Unknown:
                return NotFound();
            case MemberResult.Forbidden:
                return Forbid();
            case var unknown:
                throw new UnreachableException($"{unknown} has no page.");
        }
    }
}
