using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages.Invitations;

/// <summary>Lets the holder of an invitation become a member. Looking uses nothing up; sending the form does, once.</summary>
[Authorize(Policies.Anyone)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel(
    MemberLinks links, MemberDirectory members, ChapterDirectory chapters, MemberSignIn signIn, ProofMails proofs, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>The invitation; null: unknown, used or ended.</summary>
    public MemberLink? Invitation { get; private set; }

    /// <summary>Who invites.</summary>
    public string ChapterName => chapters.NameOf(chapters.Own);

    /// <summary>The chapter's key, for its face.</summary>
    public byte[] ChapterKey => chapters.Own.ToByteArray();

    /// <summary>Name as typed.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Mail address as typed; at first the one the invitation was sent to.</summary>
    public string Mail { get; private set; } = "";

    /// <summary>Languages chosen.</summary>
    public IReadOnlyList<string> Languages { get; private set; } = [CultureInfo.CurrentUICulture.TwoLetterISOLanguageName];

    public IActionResult OnGet(string secret)
    {
        if (!IsOpen(secret))
            return Closed();
        Mail = Invitation?.Mail ?? "";
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string secret, IFormCollection form, CancellationToken cancellationToken)
    {
        if (!IsOpen(secret))
            return Closed();

        (Name, Mail, Languages) = (Typed.Line(form["name"]), Typed.Line(form["mail"]), LanguagePicks.Read(form));
        switch (await members.JoinAsync(secret, Name, Typed.LineOrNull(Mail), Languages, cancellationToken))
        {
            case JoinResult.Joined joined:
                await signIn.SignInAsync(HttpContext, joined.Account, BrowserName.Of(Request));
                await proofs.SendAsync(joined.Account, cancellationToken);
                TempData.Leave("invitation.done", ChapterName);
                return Redirect("/profile");
            case JoinResult.Refused refused:
                Refusals.Add(refused.Violations, say);
                return Page();
            case JoinResult.LinkRefused:
                return Closed();
            case var unknown:
                throw new UnreachableException($"{unknown} has no page.");
        }
    }

    private bool IsOpen(string secret)
    {
        Invitation = links.Find(secret) is { Purpose: LinkPurpose.Invite } link ? link : null;
        return Invitation is not null;
    }

    private PageResult Closed()
    {
        Invitation = null;
        Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }
}
