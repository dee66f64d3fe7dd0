using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>
/// Every cookie that the program sets carries the node's key, since browsers share cookies between the ports of a host, and where the request is
/// https also the prefix by which no other host and no plain connection can plant it.
/// </summary>
[Collection(AccountsRoom.Name)]
public sealed class CookieTests(MailingNode node)
{
    private CookieNames Names => node.Get<CookieNames>();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_cookie_is_the_node_s_own_and_as_safe_as_the_connection_allows(bool isHttps)
    {
        using var person = await LiveAsync(isHttps);
        var prefix = isHttps ? "__Host-" : "";

        Assert.Equal(
            ((string[])[Names.Session, Names.Form, Names.Notice, Names.Language, Names.Return]).Select(name => prefix + name).Order(StringComparer.Ordinal),
            person.Given.Select(cookie => cookie[..cookie.IndexOf('=')]).Distinct().Order(StringComparer.Ordinal));
        foreach (var cookie in person.Given)
        {
            var attributes = cookie.Split(';', StringSplitOptions.TrimEntries)[1..].Select(attribute => attribute.ToLowerInvariant()).ToList();
            Assert.Contains("path=/", attributes);
            Assert.Contains(attributes, attribute => attribute is "samesite=lax" or "samesite=strict");
            Assert.Contains("httponly", attributes);
            Assert.DoesNotContain(attributes, attribute => attribute.StartsWith("domain", StringComparison.Ordinal));
            Assert.Equal(isHttps, attributes.Contains("secure"));
        }
    }

    [Fact]
    public async Task Over_https_a_cookie_without_the_prefix_is_nobody_s()
    {
        using var plain = await node.SignedInAsync(await node.JoinAsync("Overheard", Role.Member));
        using var planted = new Person(node.Address, isHttps: true);
        planted.Cookies[Names.Session] = plain.Cookies[Names.Session];

        Assert.Equal(302, (await planted.AskAsync("/profile")).Status);
        planted.Cookies["__Host-" + Names.Session] = plain.Cookies[Names.Session];
        Assert.Equal(200, (await planted.AskAsync("/profile")).Status);
    }

    [Fact]
    public async Task A_cookie_of_another_node_on_the_same_host_changes_nothing_and_is_left_alone()
    {
        using var person = await node.SignedInAsync(await node.JoinAsync("Neighbour", Role.Member));
        foreach (var name in (string[])["ouishare-00000000", "ouishare-00000000-form", "ouishare-00000000-notice", "ouishare-00000000-lang", "ouishare", "lang"])
            person.Cookies[name] = "of-another-node";

        Assert.Equal(200, (await person.AskAsync("/profile")).Status);
        await person.PostAsync("/sign-out", await person.TokenAsync("/profile"));

        Assert.Equal("of-another-node", person.Cookies["ouishare-00000000"]);
        Assert.DoesNotContain(Names.Session, person.Cookies.Keys);
        Assert.DoesNotContain(person.Given, cookie => cookie.StartsWith("ouishare-00000000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux")]
    [InlineData("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge, Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari, iPhone")]
    [InlineData("<script>alert(1)</script>", "")]
    public async Task Of_what_a_browser_says_of_itself_only_known_names_are_kept(string agent, string kept)
    {
        var account = await node.JoinAsync("Browsing", Role.Member);
        var link = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);
        using var person = new Person(node.Address);
        var token = await person.TokenAsync("/sign-in/" + link.Secret);
        var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in/" + link.Secret)
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]),
        };
        request.Headers.TryAddWithoutValidation("User-Agent", agent);

        await person.SendAsync(request);

        Assert.Equal(kept, Assert.Single(node.Get<Sessions>().List(account.Id)).Browser);
    }

    /// <summary>Meets every cookie: language, form, return address, session, notice.</summary>
    private async Task<Person> LiveAsync(bool isHttps)
    {
        var mail = $"cookies-{isHttps}@example.org";
        var account = await node.JoinByMailAsync("Eats cookies", mail);
        var person = new Person(node.Address, isHttps);
        await person.AskAsync("/?lang=fr");
        await person.SendAsync("/sign-in?ReturnUrl=%2Fdrafts", ("mail", mail));
        var link = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);
        Assert.Equal("/drafts", (await person.SendAsync("/sign-in/" + link.Secret)).Location);
        Assert.Equal(200, (await person.AskAsync("/profile")).Status);
        await person.PostAsync("/sign-out", await person.TokenAsync("/profile"));
        return person;
    }
}
