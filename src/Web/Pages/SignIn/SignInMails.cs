using System.Globalization;
using System.Threading.Channels;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>
/// Makes and sends sign-in mails, one after the other, away from the request that asked: so its answer tells nothing of whether the
/// address is known, not even by the time it takes.
/// </summary>
public sealed partial class SignInMails(
    MemberDirectory members, MemberLinks links, NodeLocation location, ChapterDirectory chapters, Mailer mailer, Wording say, ILogger<SignInMails> logger)
    : BackgroundService
{
    /// <summary>Requests waiting; beyond, new ones are dropped, and the person asks again.</summary>
    public const int Waiting = 100;

    private readonly Channel<(string Mail, string? ReturnTo, CultureInfo Culture)> _asked = Channel.CreateBounded<(string, string?, CultureInfo)>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Asks for a mail in the reader's language.</summary>
    /// <param name="mail">Whom to send it to, if she is a member.</param>
    /// <param name="returnTo">The address within this node where she was going; null: nowhere.</param>
    public void Ask(string mail, string? returnTo) => _asked.Writer.TryWrite((mail, returnTo, CultureInfo.CurrentUICulture));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (mail, returnTo, culture) in _asked.Reader.ReadAllAsync(stoppingToken))
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
            try
            {
                await SendAsync(mail, returnTo, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e.GetType().Name);
            }
        }
    }

    private async Task SendAsync(string mail, string? returnTo, CancellationToken cancellationToken)
    {
        if (members.FindByMail(mail) is not { Mail: { } address } account)
            return;

        var link = await links.SignInAsync(account.Id, cancellationToken);
        var chapter = chapters.NameOf(chapters.Own);
        var text = say["mail.sign-in.text", account.Name, chapter, location.Link(ReturnAddress.Carry("/sign-in/" + link.Secret, returnTo))];
        if (await mailer.SendAsync(new MailText(address, say["mail.sign-in.subject", chapter], text), cancellationToken) is MailResult.Failed failed)
            LogFailed(failed.Sentence);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in mail could not be sent: {Reason}")]
    private partial void LogFailed(string reason);
}
