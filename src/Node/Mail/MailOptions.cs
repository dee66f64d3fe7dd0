using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OuiShare.Federation.Node.Mail;

/// <summary>
/// The mail server this node sends through. Settings file: section <c>Mail</c>; environment: <c>OUISHARE_MAIL__HOST</c>. Without a host
/// nothing is sent, and people get their links from an admin.
/// </summary>
public sealed class MailOptions : IValidatableObject
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Mail";

    /// <summary>Name of the server, such as <c>smtp.example.org</c>. Null: this node sends no mail.</summary>
    [StringLength(253)]
    public string? Host { get; set; }

    /// <summary>Its port, 1 to 65535. Default: 587, where mail is submitted (RFC 6409).</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    /// <summary>Whom to sign in as; null: without signing in.</summary>
    [StringLength(254)]
    public string? User { get; set; }

    /// <summary>The user's password.</summary>
    [StringLength(1000)]
    public string? Password { get; set; }

    /// <summary>What mails are from: an address, or a name and an address: <c>OuiShare Paris &lt;paris@example.org&gt;</c>.</summary>
    [StringLength(400)]
    public string? From { get; set; }

    /// <summary>How the connection is protected. Default: <see cref="MailSecurity.Required"/>.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.Required;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Host is null)
            yield break;
        if (!MimeKit.MailboxAddress.TryParse(From ?? "", out _))
            yield return new ValidationResult("With a mail server, name the address mails are from, such as paris@example.org.", [nameof(From)]);
        if (User is not null && Password is null)
            yield return new ValidationResult("The mail server's user has no password.", [nameof(Password)]);
        if (User is not null && Security == MailSecurity.None)
            yield return new ValidationResult("A password must not travel unprotected: use Required or Tls.", [nameof(Security)]);
    }
}

/// <summary>How the connection to a mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>STARTTLS, or TLS from the start on port 465; nothing is sent without.</summary>
    Required,

    /// <summary>TLS from the start, whatever the port.</summary>
    Tls,

    /// <summary>Not at all: only for a server on this machine.</summary>
    None,
}

/// <summary>Checks <see cref="MailOptions"/> at start.</summary>
[OptionsValidator]
public sealed partial class MailOptionsValidator : IValidateOptions<MailOptions>;
