using System.Text.RegularExpressions;
using OuiShare.Federation.Node.Tests.Mail;
using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>A chapter with a mail server: people come in and come back by the links that it mails.</summary>
public sealed partial class MailedLinkTests(ITestOutputHelper output)
{
    private const string Mail = "ida@example.org";

    [Fact]
    public async Task Who_is_invited_by_mail_joins_by_its_link_and_signs_in_later_by_another_that_works_once()
    {
        await using var server = new ScriptedMailServer();
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles", new Dictionary<string, string>
        {
            ["OUISHARE_MAIL__HOST"] = "localhost",
            ["OUISHARE_MAIL__PORT"] = $"{server.Port}",
            ["OUISHARE_MAIL__FROM"] = "Arles <arles@example.org>",
            ["OUISHARE_MAIL__SECURITY"] = "None",
        });
        using var admin = new Visitor(node.Address);
        await admin.JoinAsync((await node.Operator.CreateMemberLinkAsync(new CreateMemberLinkRequest { Role = "admin" })).Url, "Ann");

        await admin.SendAsync("/members/invite", null, ("role", "member"), ("mail", Mail));
        var invitation = await LinkInMailAsync(server, "invitations");
        using var member = new Visitor(node.Address);
        await member.JoinAsync(invitation, "Ida", Mail);
        Assert.Contains("Ida", await admin.ReadAsync("/members"), StringComparison.Ordinal);

        using var phone = new Visitor(node.Address);
        // She was on her way to write an event, and goes on there.
        await phone.SendAsync("/sign-in?ReturnUrl=%2Fevents%2Fnew", null, ("mail", Mail));
        var link = Visitor.PathOf(await LinkInMailAsync(server, "sign-in"));
        Assert.Contains("title-en", await phone.SendAsync(link, null), StringComparison.Ordinal);
        Assert.Contains($"value=\"{Mail}\"", await phone.ReadAsync("/profile"), StringComparison.Ordinal);
        using var thief = new Visitor(node.Address);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, await thief.AskAsync(link));
        Assert.DoesNotContain(node.Lines.All, line => line.Contains(Mail, StringComparison.Ordinal));
    }

    private static async Task<string> LinkInMailAsync(ScriptedMailServer server, string kind)
    {
        string Found() => Link().Matches(Decoded(server.Mail)).Select(match => match.Value).FirstOrDefault(link => link.Contains($"/{kind}/", StringComparison.Ordinal), "");
        await Wait.UntilAsync($"a mail has a link to {kind}", () => Task.FromResult(Found() != "" ? null : $"it is {server.Mail}"), Waits.Soon);
        return Found();
    }

    /// <summary>Takes the soft line breaks of quoted-printable out (RFC 2045 section 6.7).</summary>
    private static string Decoded(string mail) => mail.ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal);

    [GeneratedRegex(@"http://[^\s]+")]
    private static partial Regex Link();
}
