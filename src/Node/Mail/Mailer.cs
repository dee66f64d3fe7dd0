using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Text;

namespace OuiShare.Federation.Node.Mail;

/// <summary>
/// Sends short plain mails through the configured server, one connection each. Never logs an address: what failed is told in a
/// sentence that names the server alone. Thread-safe.
/// </summary>
public sealed class Mailer(IOptions<MailOptions> options, TimeProvider time)
{
    /// <summary>How long sending may take, connecting included: a person may be waiting for it.</summary>
    public static readonly TimeSpan SendTime = TimeSpan.FromSeconds(10);

    /// <summary>Longest mail address (RFC 5321 section 4.5.3.1, with its angle brackets).</summary>
    private const int AddressLength = 254;

    private const int ImplicitTlsPort = 465;

    /// <summary>Whether a mail server is set.</summary>
    public bool IsConfigured => options.Value.Host is not null;

    /// <summary>Whether this is one mail address, without a name beside it.</summary>
    public static bool IsAddress(string text) =>
        text.Length is > 0 and <= AddressLength
        && System.Net.Mail.MailAddress.TryCreate(text, out var parsed) && parsed.Address == text;

    /// <summary>Sends a mail and waits until the server took it, at most <see cref="SendTime"/>.</summary>
    public async Task<MailResult> SendAsync(MailText mail, CancellationToken cancellationToken = default)
    {
        if (options.Value is not { Host: { } host } server)
            return new MailResult.NotConfigured();

        using var message = Compose(mail, server);
        using var limit = new CancellationTokenSource(SendTime, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var client = new SmtpClient();
            await client.ConnectAsync(host, server.Port, SecurityOf(server), linked.Token);
            if (server.User is { } user)
                await client.AuthenticateAsync(user, server.Password ?? "", linked.Token);
            await client.SendAsync(message, linked.Token);
            await client.DisconnectAsync(quit: true, linked.Token);
            return new MailResult.Sent();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new MailResult.Failed($"{host}:{server.Port} did not take the mail within {SendTime.TotalSeconds:0} s. Check Mail:Host, Mail:Port and the firewall.");
        }
        catch (Exception e) when (Sentence(e, host, server.Port) is { } sentence)
        {
            return new MailResult.Failed(sentence);
        }
    }

    private static SecureSocketOptions SecurityOf(MailOptions server) => server.Security switch
    {
        MailSecurity.None => SecureSocketOptions.None,
        MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ => server.Port == ImplicitTlsPort ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls,
    };

    private static MimeMessage Compose(MailText mail, MailOptions server)
    {
        var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(server.From ?? ""));
        message.To.Add(new MailboxAddress(name: "", mail.To));
        message.Subject = mail.Subject;
        // Out-of-office programs stay silent (RFC 3834 section 5).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Body = new TextPart(TextFormat.Plain) { Text = mail.Text };
        return message;
    }

    // The libraries' own messages may quote the address that was refused; none of them is passed on.
    private static string? Sentence(Exception failure, string host, int port) => failure switch
    {
        SocketException => $"{host}:{port} cannot be reached. Check Mail:Host, Mail:Port and the firewall.",
        SslHandshakeException => $"The connection to {host}:{port} could not be protected. Check its certificate, Mail:Port and Mail:Security.",
        AuthenticationException => $"{host} refused the user or the password. Check Mail:User and Mail:Password.",
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } => $"{host} does not send to this address.",
        SmtpCommandException { ErrorCode: SmtpErrorCode.SenderNotAccepted } => $"{host} does not let this node send as Mail:From.",
        SmtpCommandException command => $"{host} refused the mail ({(int)command.StatusCode}).",
        NotSupportedException => $"{host}:{port} offers no protected connection. Use another port, or Mail:Security None for a server on this machine.",
        ProtocolException or ServiceNotAuthenticatedException or ServiceNotConnectedException or IOException => $"{host}:{port} does not answer like a mail server. Check Mail:Port.",
        _ => null,
    };
}

/// <summary>A short mail.</summary>
/// <param name="To">One address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text.</param>
public sealed record MailText(string To, string Subject, string Text);

/// <summary>What came of sending a mail.</summary>
public abstract record MailResult
{
    private MailResult()
    {
    }

    /// <summary>The server took it.</summary>
    public sealed record Sent : MailResult;

    /// <summary>No mail server is set.</summary>
    public sealed record NotConfigured : MailResult;

    /// <summary>It was not sent.</summary>
    /// <param name="Sentence">What went wrong and what to check; names no address.</param>
    public sealed record Failed(string Sentence) : MailResult;
}
