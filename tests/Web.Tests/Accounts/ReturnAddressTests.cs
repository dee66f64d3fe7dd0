using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Web.Pages.SignIn;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>Where a person goes after signing in: within this node, whatever stands in the address, and never what a stranger chose for her.</summary>
[Collection(AccountsRoom.Name)]
public sealed class ReturnAddressTests(MailingNode node)
{
    public static TheoryData<string, string?> Addresses => new()
    {
        { "/profile", "/profile" },
        { "/", "/" },
        { "/search?q=apéro&when=any#top", "/search?q=ap%C3%A9ro&when=any#top" },
        { "/é", "/%C3%A9" },
        { "/🎉", "/%F0%9F%8E%89" },
        { "/a b", "/a%20b" },
        { "/%C3%A9", "/%C3%A9" },
        { "/a\"<>", "/a%22%3C%3E" },
        { "/\u202Egpj.exe", "/%E2%80%AEgpj.exe" },
        { "/\uD800", "/%EF%BF%BD" },
        { "//evil.example", null },
        { "/\\evil.example", null },
        { "/a\\..\\b", null },
        { "\\\\evil.example", null },
        { "https://evil.example/", null },
        { "javascript:alert(1)", null },
        { "profile", null },
        { "~/profile", null },
        { "", null },
        { "/\t/evil.example", null },
        { "/\r\nSet-Cookie: a=b", null },
        { "/\u0085", null },
        { "/" + new string('a', 1_000), null },
        { "/" + new string('é', 500), null },
    };

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Only_an_address_within_this_node_is_taken_and_in_a_form_that_a_header_holds(string typed, string? expected) =>
        Assert.Equal(expected, ReturnAddress.Read(typed));

    [Theory]
    [InlineData("/é", "/%C3%A9")]
    [InlineData("/\u202E", "/%E2%80%AE")]
    [InlineData("//evil.example", "/my-events")]
    [InlineData("/\r\nX: y", "/my-events")]
    public async Task A_sign_in_link_is_used_up_only_by_a_sign_in_that_leads_on(string typed, string expected)
    {
        var account = await node.JoinAsync("Arriving", Role.Member);
        var link = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);
        using var person = new Person(node.Address);

        var answer = await person.SendAsync($"/sign-in/{link.Secret}?ReturnUrl={Uri.EscapeDataString(typed)}");

        Assert.Equal((302, expected), (answer.Status, answer.Location));
        Assert.Equal(200, (await person.AskAsync("/profile")).Status);
    }

    [Fact]
    public async Task What_a_stranger_plants_in_a_request_reaches_no_mail_and_no_other_browser()
    {
        await node.JoinByMailAsync("Victim", "planted@example.org");
        using var stranger = new Person(node.Address);

        await stranger.SendAsync("/sign-in?ReturnUrl=%2Fprofile%2Fleave%3Fcall%3D555-1234-canary", ("mail", "planted@example.org"));

        var mail = await node.MailAsync("planted@example.org", "/sign-in/");
        Assert.DoesNotContain("ReturnUrl", mail, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("canary", mail, StringComparison.Ordinal);
        using var victim = new Person(node.Address);
        Assert.Equal("/my-events", (await victim.SendAsync(new Uri(Links.In(mail, "sign-in")).PathAndQuery)).Location);
    }

    [Fact]
    public async Task The_browser_that_asked_goes_on_where_it_was_going_once()
    {
        await node.JoinByMailAsync("Going on", "going-on@example.org");
        using var person = new Person(node.Address);
        await person.SendAsync("/sign-in?ReturnUrl=%2Fsearch%3Fq%3Dap%C3%A9ro", ("mail", "going-on@example.org"));
        var mail = await node.MailAsync("going-on@example.org", "/sign-in/");

        Assert.Equal("/search?q=ap%C3%A9ro", (await person.SendAsync(new Uri(Links.In(mail, "sign-in")).PathAndQuery)).Location);
        Assert.DoesNotContain(node.Get<CookieNames>().Return, person.Cookies.Keys);
    }

    [Fact]
    public async Task A_cookie_that_was_tampered_with_leads_nowhere_else()
    {
        var account = await node.JoinAsync("Tampered", Role.Member);
        var link = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);
        using var person = new Person(node.Address);
        person.Cookies[node.Get<CookieNames>().Return] = "%2F%2Fevil.example";

        Assert.Equal("/my-events", (await person.SendAsync("/sign-in/" + link.Secret)).Location);
    }

    [Theory]
    [InlineData("/events/%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9/01a20bebd1c874d297480bebf826eb3a/answer")]
    [InlineData("/events/%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE%E2%80%AE/01a20bebd1c874d297480bebf826eb3a/answer")]
    public async Task What_somebody_typed_into_an_address_is_encoded_where_a_page_leads_on(string path)
    {
        using var person = await node.SignedInAsync(await node.JoinAsync("Typing", Role.Member));

        var answer = await person.AskAsync(path);

        Assert.Equal(302, answer.Status);
        Assert.StartsWith("/events/%", answer.Location, StringComparison.Ordinal);
    }
}
