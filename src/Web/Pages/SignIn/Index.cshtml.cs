using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>
/// Asks for a sign-in link by mail. The answer is the same, and takes as long, whether or not the address is a member's: the mail is
/// made and sent afterwards by <see cref="AccountMails"/>.
/// </summary>
[Authorize(Policies.Anyone)]
public sealed class IndexModel(Mailer mailer, AccountMails mails, MailCounts counts, Wording say) : PageModel
{
    /// <summary>What was refused.</summary>
    public Refusals Refusals { get; } = new();

    /// <summary>The address as typed.</summary>
    public string Mail { get; private set; } = "";

    /// <summary>The request was taken.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>This node can send mail.</summary>
    public bool HasMail => mailer.IsConfigured;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(string? mail, CancellationToken cancellationToken)
    {
        Mail = Typed.Line(mail);
        if (!HasMail)
            return Page();
        if (!Mailer.IsAddress(Mail))
        {
            Refusals.Add("mail", say["refused.MAIL_MALFORMED"]);
            return Page();
        }

        if (await counts.TakeAsync(MailBound.OfSignIn(HttpContext.Connection.RemoteIpAddress, Mail), cancellationToken) is { } wait)
        {
            Response.TellToRetry(wait);
            Refusals.Add("mail", say["sign-in.too-often", say.Lasting(wait)]);
            return Page();
        }

        ReturnAddress.Keep(HttpContext);
        mails.AskForSignIn(Mail);
        IsAsked = true;
        return Page();
    }
}
