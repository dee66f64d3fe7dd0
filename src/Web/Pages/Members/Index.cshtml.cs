using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages.Members;

/// <summary>The chapter's people. Members read who belongs; admins invite, hand out links, change roles.</summary>
[Authorize(Policies.Member)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class IndexModel(MemberDirectory members, ChapterDirectory chapters) : PageModel
{
    /// <summary>All members, by name.</summary>
    public IReadOnlyList<Account> All { get; } = members.List();

    /// <summary>The chapter's name.</summary>
    public string ChapterName { get; } = chapters.NameOf(chapters.Own);

    /// <summary>The reader is an admin.</summary>
    public bool IsAdmin => User.ToActor().Is(Role.Admin);

    public void OnGet()
    {
    }
}

/// <summary>A one-use link just made, shown once to copy.</summary>
/// <param name="Address">The whole link.</param>
/// <param name="Link">What it does.</param>
/// <param name="Words">Key of the words that present it.</param>
/// <param name="Name">Whom it is for; null: nobody yet.</param>
/// <param name="Mailing">What came of mailing it; null: it was not to be mailed.</param>
public sealed record MadeLink(string Address, MemberLink Link, string Words, string? Name, MailResult? Mailing);

/// <summary>Makes an invitation for a new member.</summary>
[Authorize(Policies.Admin)]
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class InviteModel(MemberLinks links, MailCounts counts, NodeLocation location, ChapterDirectory chapters, Mailer mailer, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>Role chosen.</summary>
    public Role Role { get; private set; } = Role.Member;

    /// <summary>Mail address as typed.</summary>
    public string Mail { get; private set; } = "";

    /// <summary>A mail server is set.</summary>
    public bool HasMail => mailer.IsConfigured;

    /// <summary>The link, once made.</summary>
    public MadeLink? Made { get; private set; }

    public void OnGet()
    {
    }

    public async Task OnPostAsync(string? role, string? mail, CancellationToken cancellationToken)
    {
        Mail = Typed.Line(mail);
        Role = Policies.TryParseRole(role, out var chosen) ? chosen : Role.Member;
        if (Mail.Length > 0 && !Mailer.IsAddress(Mail))
        {
            Refusals.Add("mail", say["refused.MAIL_MALFORMED"]);
            return;
        }

        var to = Typed.LineOrNull(Mail);
        // The operator's token stands for no person; it is counted as one.
        if (to is not null && HasMail && await counts.TakeAsync(MailBound.OfInvitation(User.MemberId() ?? Guid.Empty, to), cancellationToken) is { } wait)
        {
            Response.TellToRetry(wait);
            Refusals.Add("mail", say["members.invite.too-often", say.Lasting(wait)]);
            return;
        }

        var link = await links.InviteAsync(User.ToActor(), Role, to, cancellationToken);
        var address = location.Link("/invitations/" + link.Secret);
        var mailing = to is null || !HasMail ? null : await mailer.SendAsync(Invitation(to, address), cancellationToken);
        if (mailing is MailResult.Sent)
            await links.NoteMailedAsync(link, cancellationToken);
        Made = new MadeLink(address, link, "members.invited", Name: null, mailing);
    }

    private MailText Invitation(string to, string address)
    {
        var chapter = chapters.NameOf(chapters.Own);
        return new MailText(to, say["mail.invite.subject", chapter], say["mail.invite.text", chapter, address, MemberLinks.InvitationLifetime.TotalDays.ToString(CultureInfo.CurrentCulture)]);
    }
}
