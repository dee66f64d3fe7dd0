using System.Globalization;
using System.Threading.Channels;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Mail;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.SignIn;

/// <summary>
/// Makes and sends mails of accounts, one after the other, away from the request that caused them: so an answer tells nothing of whether an
/// address is known, not even by the time it takes.
/// </summary>
public sealed partial class AccountMails(
    MemberDirectory members, MemberLinks links, MailCounts counts, NodeLocation location, ChapterDirectory chapters, Mailer mailer, Wording say,
    ILogger<AccountMails> logger)
    : BackgroundService
{
    /// <summary>Requests waiting of each sort; beyond, new ones are dropped, and the person asks again.</summary>
    public const int Waiting = 100;

    private readonly Channel<Order> _asked = NewChannel();

    // Of their own, so that nobody keeps a warning from a member by asking for many links.
    private readonly Channel<Order> _warnings = NewChannel();

    /// <summary>Asks for a sign-in mail in the reader's language.</summary>
    /// <param name="mail">Whom to send it to, if she is a member.</param>
    public void AskForSignIn(string mail)
    {
        var culture = CultureInfo.CurrentUICulture;
        _asked.Writer.TryWrite(new Order(cancellationToken => ComposeSignInAsync(mail, culture, cancellationToken)));
    }

    /// <summary>Tells a member that somebody else made a sign-in link for her.</summary>
    /// <param name="memberId">Whom it signs in.</param>
    /// <param name="maker">How the admin is called who made it.</param>
    public void TellOfLink(Guid memberId, string maker) =>
        _warnings.Writer.TryWrite(new Order(cancellationToken => ComposeNewsAsync(memberId, maker, cancellationToken)));

    /// <summary>Tells an address in force that the member gave another one, or none.</summary>
    /// <param name="before">The member as she was.</param>
    /// <param name="isReplaced">She gave another address; otherwise none.</param>
    public void TellOfNewAddress(Account before, bool isReplaced)
    {
        if (before.Mail is not { } mail)
            return;
        var words = isReplaced ? "mail.changing.text" : "mail.removed.text";
        _warnings.Writer.TryWrite(new Order(_ => Task.FromResult<MailText?>(Compose(before, mail, "mail.changing.subject", words, [location.Link("/profile")]))));
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(SendAllAsync(_asked, stoppingToken), SendAllAsync(_warnings, stoppingToken));

    private static Channel<Order> NewChannel() =>
        Channel.CreateBounded<Order>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private async Task SendAllAsync(Channel<Order> orders, CancellationToken stoppingToken)
    {
        await foreach (var order in orders.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                if (mailer.IsConfigured && await order.Compose(stoppingToken) is { } mail && await mailer.SendAsync(mail, stoppingToken) is MailResult.Failed failed)
                    LogFailed(failed.Sentence);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e.GetType().Name);
            }
        }
    }

    private async Task<MailText?> ComposeSignInAsync(string typed, CultureInfo culture, CancellationToken cancellationToken)
    {
        if (members.FindByMail(typed) is not { Mail: { } address } account)
            return null;

        var link = await links.SignInAskedForAsync(account.Id, cancellationToken);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = culture;
        return Compose(account, address, "mail.sign-in.subject", "mail.sign-in.text", [location.Link("/sign-in/" + link.Secret)]);
    }

    private async Task<MailText?> ComposeNewsAsync(Guid memberId, string maker, CancellationToken cancellationToken)
    {
        if (members.Find(memberId) is not { Mail: { } address } account || await counts.TakeAsync(MailBound.OfNews(memberId), cancellationToken) is not null)
            return null;

        // It is caused by somebody else: her language, not the reader's.
        var language = account.Languages.FirstOrDefault(WordsHosting.Languages.Contains) ?? WordsHosting.Languages[0];
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        return Compose(account, address, "mail.link-made.subject", "mail.link-made.text", [maker, location.Link("/profile")]);
    }

    private MailText Compose(Account account, string to, string subject, string text, IEnumerable<string> values)
    {
        var chapter = chapters.NameOf(chapters.Own);
        return new MailText(to, say[subject, chapter], say[text, [account.Name, chapter, .. values]]);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A mail to a member could not be sent: {Reason}")]
    private partial void LogFailed(string reason);

    private sealed record Order(Func<CancellationToken, Task<MailText?>> Compose);
}
