using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Pages.Profile;

/// <summary>What follows when a member gives another mail address: a link goes to the new one, a warning to the one in force.</summary>
public sealed class MailChanges(ProofMails proofs, AccountMails mails)
{
    /// <summary>A mail server is set; without one an address is kept as it was given, and gives no right.</summary>
    public bool HasMail => proofs.HasMail;

    /// <summary>Looks whether the address changed, and mails what is to be mailed.</summary>
    public async Task<ProofMailing> FollowAsync(Account before, Account after, CancellationToken cancellationToken)
    {
        if ((before.Mail, before.WantedMail) == (after.Mail, after.WantedMail))
            return new ProofMailing.NotNeeded();
        if (after.Mail is null || after.WantedMail is not null)
            mails.TellOfNewAddress(before, isReplaced: after.WantedMail is not null);
        return await proofs.SendAsync(after, cancellationToken);
    }

    /// <summary>Sends the link once more; the earlier one ends.</summary>
    public Task<ProofMailing> SendAgainAsync(Account member, CancellationToken cancellationToken) => proofs.SendAsync(member, cancellationToken);
}
