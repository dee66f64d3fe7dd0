using OuiShare.Federation.Node.Mail;

namespace OuiShare.Federation.Node.Tests.Mail;

/// <summary>Which mail settings a node starts with, and in which words it refuses others.</summary>
public sealed class MailOptionsTests
{
    private readonly MailOptions _options = new() { Host = "smtp.example.org", From = "paris@example.org" };

    [Fact]
    public void Nothing_at_all_is_fine() => Assert.Null(Refusal(new MailOptions()));

    [Theory]
    [InlineData("paris@example.org")]
    [InlineData("OuiShare Paris <paris@example.org>")]
    public void A_server_and_who_sends_are_enough(string from)
    {
        _options.From = from;

        Assert.Null(Refusal(_options));
        Assert.Equal((587, MailSecurity.Required), (_options.Port, _options.Security));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("OuiShare Paris <")]
    public void A_server_without_a_sender_is_refused(string? from)
    {
        _options.From = from;

        Assert.Contains("With a mail server, name the address mails are from, such as paris@example.org.", Refusal(_options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_without_a_password_is_refused()
    {
        _options.User = "paris";

        Assert.Contains("The mail server's user has no password.", Refusal(_options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_that_would_travel_unprotected_is_refused_and_not_repeated()
    {
        (_options.User, _options.Password, _options.Security) = ("paris", "hunter2", MailSecurity.None);

        var refusal = Refusal(_options);

        Assert.Contains("A password must not travel unprotected: use Required or Tls.", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_536)]
    public void A_port_that_does_not_exist_is_refused(int port)
    {
        _options.Port = port;

        Assert.Contains("between 1 and 65535", Refusal(_options), StringComparison.Ordinal);
    }

    private static string? Refusal(MailOptions options) => new MailOptionsValidator().Validate(name: null, options).FailureMessage;
}
