using System.Security.Claims;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.Settings;

/// <summary>Sends an admin a mail at her own address, so that she knows whether the node's mail works.</summary>
public sealed class MailTrial(Mailer mailer, MemberDirectory members, ChapterDirectory chapters, Wording say)
{
    /// <summary>A mail server is set.</summary>
    public bool HasMail => mailer.IsConfigured;

    /// <summary>Where it would go; null: she gave no address.</summary>
    public string? AddressOf(ClaimsPrincipal admin) => admin.MemberId() is { } id ? members.Find(id)?.Mail : null;

    /// <summary>Sends it; null when there is no address.</summary>
    public async Task<MailResult?> SendAsync(ClaimsPrincipal admin, CancellationToken cancellationToken)
    {
        if (AddressOf(admin) is not { } address)
            return null;
        var chapter = chapters.NameOf(chapters.Own);
        return await mailer.SendAsync(new MailText(address, say["mail.trial.subject", chapter], say["mail.trial.text", chapter]), cancellationToken);
    }
}
