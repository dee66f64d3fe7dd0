using System.Globalization;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>
/// Mails a member the link that proves the address she gave. It goes out all the same when another member has this address, so that nothing
/// tells whether one has.
/// </summary>
public sealed class ProofMails(MailProofs proofs, MailCounts counts, NodeLocation location, ChapterDirectory chapters, Mailer mailer, Wording say)
{
    /// <summary>A mail server is set; without one an address is kept as it was given, and gives no right.</summary>
    public bool HasMail => mailer.IsConfigured;

    /// <summary>Sends it to the address that the member wants.</summary>
    public async Task<ProofMailing> SendAsync(Account member, CancellationToken cancellationToken)
    {
        if (member.WantedMail is not { } mail || !HasMail)
            return new ProofMailing.NotNeeded();
        if (await counts.TakeAsync(MailBound.OfProof(member.Id, mail), cancellationToken) is { } wait)
            return new ProofMailing.TooOften(wait);
        if (await proofs.AskAsync(member.Id, cancellationToken) is not { } link)
            return new ProofMailing.NotNeeded();

        var chapter = chapters.NameOf(chapters.Own);
        var text = say["mail.proof.text", member.Name, chapter, location.Link("/profile/mail/" + link.Secret), MemberLinks.ProofLifetime.TotalDays.ToString(CultureInfo.CurrentCulture)];
        return await mailer.SendAsync(new MailText(mail, say["mail.proof.subject", chapter], text), cancellationToken) is MailResult.Failed failed
            ? new ProofMailing.Failed(failed.Sentence)
            : new ProofMailing.Sent(mail);
    }
}

/// <summary>What came of mailing a link that proves an address.</summary>
public abstract record ProofMailing
{
    private ProofMailing()
    {
    }

    /// <summary>The mail server took it.</summary>
    public sealed record Sent(string Mail) : ProofMailing;

    /// <summary>There is nothing to prove, or no mail server.</summary>
    public sealed record NotNeeded : ProofMailing;

    /// <summary>Too many were asked for.</summary>
    public sealed record TooOften(TimeSpan Wait) : ProofMailing;

    /// <summary>It was not sent.</summary>
    /// <param name="Sentence">What went wrong and what to check; names no address.</param>
    public sealed record Failed(string Sentence) : ProofMailing;
}
