using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using OuiShare.Federation.Node.Mail;

namespace OuiShare.Federation.Node.Tests.Mail;

/// <summary>Mails over a real connection to a scripted server. What went wrong is told in a sentence, and none names an address.</summary>
public sealed class MailerTests
{
    private static readonly MailText Mail = new("zoe@example.org", "Bienvenue à l'apéro · 歓迎", "Bonjour Zoé,\n\nvoici le lien : https://example.org/é\n.\nÀ bientôt");

    private readonly FakeTimeProvider _time = new(Samples.Now);

    [Fact]
    public async Task A_mail_arrives_as_it_was_written()
    {
        await using var server = new ScriptedMailServer();

        var result = await SendAsync(server.Port);

        Assert.IsType<MailResult.Sent>(result);
        var arrived = Read(server.Mail);
        Assert.Equal(Mail.Subject, arrived.Subject);
        Assert.Equal(Mail.Text, arrived.TextBody!.ReplaceLineEndings("\n").TrimEnd('\n'));
        Assert.Equal("\"OuiShare Paris\" <paris@example.org>", Assert.Single(arrived.From).ToString());
        Assert.Equal("zoe@example.org", Assert.Single(arrived.To.Mailboxes).Address);
        Assert.Equal("auto-generated", arrived.Headers["Auto-Submitted"]);
        Assert.Contains(server.Commands, command => command.StartsWith("MAIL FROM:<paris@example.org>", StringComparison.Ordinal));
        Assert.Contains(server.Commands, command => command.StartsWith("RCPT TO:<zoe@example.org>", StringComparison.Ordinal));
        Assert.Equal("QUIT", server.Commands[^1]);
    }

    [Fact]
    public async Task A_subject_cannot_smuggle_a_header_in()
    {
        await using var server = new ScriptedMailServer();

        await SendAsync(server.Port, Mail with { Subject = "Hello\r\nBcc: everybody@example.org" });

        Assert.Null(Read(server.Mail).Headers["Bcc"]);
        Assert.Single(server.Commands, command => command.StartsWith("RCPT", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("RCPT TO", "550 5.1.1 <zoe@example.org>: no such user", "localhost does not send to this address.")]
    [InlineData("MAIL FROM", "550 5.7.1 <paris@example.org>: not yours", "localhost does not let this node send as Mail:From.")]
    [InlineData("DATA", "554 5.7.1 zoe@example.org dislikes you", "localhost refused the mail (554).")]
    public async Task What_a_server_refuses_is_told_without_the_address_that_it_quotes(string command, string answer, string sentence)
    {
        await using var server = new ScriptedMailServer { Answers = new Dictionary<string, string> { [command] = answer } };

        Assert.Equal(sentence, await FailAsync(SendAsync(server.Port)));
        Assert.Equal("", server.Mail);
    }

    [Fact]
    public async Task A_program_that_is_no_mail_server_is_recognized()
    {
        await using var server = new ScriptedMailServer { Greeting = "HTTP/1.1 400 Bad Request" };

        Assert.Equal($"localhost:{server.Port} does not answer like a mail server. Check Mail:Port.", await FailAsync(SendAsync(server.Port)));
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_told()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        Assert.Equal($"localhost:{port} cannot be reached. Check Mail:Host, Mail:Port and the firewall.", await FailAsync(SendAsync(port)));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_ten_seconds()
    {
        await using var server = new ScriptedMailServer { Greeting = null };
        var sending = SendAsync(server.Port);
        await server.Called;

        _time.Advance(Mailer.SendTime - TimeSpan.FromMilliseconds(1));
        Assert.False(sending.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal($"localhost:{server.Port} did not take the mail within 10 s. Check Mail:Host, Mail:Port and the firewall.", await FailAsync(sending));
    }

    [Fact]
    public async Task A_caller_who_goes_away_is_no_failure_of_the_server()
    {
        await using var server = new ScriptedMailServer { Greeting = null };
        using var gone = new CancellationTokenSource();
        var sending = MailerFor(server.Port).SendAsync(Mail, gone.Token);
        await server.Called;

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task Nothing_is_said_to_a_server_without_protection_that_is_required()
    {
        await using var server = new ScriptedMailServer { Extensions = ["AUTH PLAIN LOGIN"] };

        var sentence = await FailAsync(SendAsync(server.Port, security: MailSecurity.Required, user: "paris"));

        Assert.Equal($"localhost:{server.Port} offers no protected connection. Use another port, or Mail:Security None for a server on this machine.", sentence);
        Assert.All(server.Commands, command => Assert.Matches("^(EHLO|QUIT)", command));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_before_a_password_is_sent()
    {
        using var certificate = ScriptedMailServer.SelfSigned();
        await using var server = new ScriptedMailServer { Certificate = certificate, Extensions = ["AUTH PLAIN LOGIN"] };

        var sentence = await FailAsync(SendAsync(server.Port, security: MailSecurity.Required, user: "paris"));

        Assert.Equal($"The connection to localhost:{server.Port} could not be protected. Check its certificate, Mail:Port and Mail:Security.", sentence);
        Assert.Equal("STARTTLS", server.Commands[^1]);
    }

    [Fact]
    public async Task Without_a_server_nothing_is_sent()
    {
        var mailer = new Mailer(Options.Create(new MailOptions()), _time);

        Assert.False(mailer.IsConfigured);
        Assert.IsType<MailResult.NotConfigured>(await mailer.SendAsync(Mail));
    }

    [Theory]
    [InlineData("zoe@example.org", true)]
    [InlineData("zoe+ouishare@example.org", true)]
    [InlineData("", false)]
    [InlineData("zoe", false)]
    [InlineData("Zoe <zoe@example.org>", false)]
    [InlineData("zoe@example.org, tom@example.org", false)]
    [InlineData("zoe@example.org\r\nBcc: tom@example.org", false)]
    public void One_address_is_told_from_everything_else(string text, bool isAddress) => Assert.Equal(isAddress, Mailer.IsAddress(text));

    private static MimeMessage Read(string mail)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(mail));
        return MimeMessage.Load(stream);
    }

    private static async Task<string> FailAsync(Task<MailResult> sending)
    {
        var failed = Assert.IsType<MailResult.Failed>(await sending);
        Assert.DoesNotContain('@', failed.Sentence);
        return failed.Sentence;
    }

    private Task<MailResult> SendAsync(int port, MailText? mail = null, MailSecurity security = MailSecurity.None, string? user = null) =>
        MailerFor(port, security, user).SendAsync(mail ?? Mail);

    private Mailer MailerFor(int port, MailSecurity security = MailSecurity.None, string? user = null) => new(
        Options.Create(new MailOptions
        {
            Host = "localhost",
            Port = port,
            From = "OuiShare Paris <paris@example.org>",
            Security = security,
            User = user,
            Password = user is null ? null : "secret",
        }),
        _time);
}
