using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>
/// Asks for a sign-in link by mail. The answer is the same, and takes as long, whether or not the address is a member's: the mail is
/// made and sent afterwards by <see cref="SignInMails"/>.
/// </summary>
[Authorize(Policies.Anyone)]
public sealed class IndexModel(Mailer mailer, SignInMails mails, SignInLimits limits, Wording say) : PageModel
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

    public IActionResult OnPost(string? mail)
    {
        Mail = Typed.Line(mail);
        if (!HasMail)
            return Page();
        if (!Mailer.IsAddress(Mail))
        {
            Refusals.Add("mail", say["refused.MAIL_MALFORMED"]);
            return Page();
        }

        if (!limits.TryTake(HttpContext.Connection.RemoteIpAddress, Mail))
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Refusals.Add("mail", say["sign-in.too-often"]);
            return Page();
        }

        mails.Ask(Mail, ReturnAddress.Of(Url));
        IsAsked = true;
        return Page();
    }
}
