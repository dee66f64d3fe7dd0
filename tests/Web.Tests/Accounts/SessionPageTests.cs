using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Tests.Accounts;

/// <summary>Signing in and out as a browser does it, and what a copied cookie is worth afterwards: nothing.</summary>
[Collection(AccountsRoom.Name)]
public sealed class SessionPageTests(MailingNode node)
{
    [Fact]
    public async Task A_copied_cookie_is_dead_once_its_session_was_signed_out()
    {
        using var person = await node.SignedInAsync(await node.JoinAsync("Robbed", Role.Member));
        using var thief = Copy(person);
        Assert.Equal(200, (await thief.AskAsync("/profile")).Status);

        Assert.Equal(302, (await person.PostAsync("/sign-out", await person.TokenAsync("/profile"))).Status);

        AssertSignedOut(await thief.AskAsync("/profile"));
        AssertSignedOut(await person.AskAsync("/profile"));
    }

    [Fact]
    public async Task Signing_in_as_somebody_else_ends_the_earlier_session_and_begins_another()
    {
        var (first, second) = (await node.JoinAsync("First", Role.Member), await node.JoinAsync("Second", Role.Member));
        using var person = await node.SignedInAsync(first);
        using var whoPlantedIt = Copy(person);
        var link = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, second.Id);

        await person.SendAsync("/sign-in/" + link.Secret);

        Assert.Contains("Second", (await person.AskAsync("/profile")).Text, StringComparison.Ordinal);
        AssertSignedOut(await whoPlantedIt.AskAsync("/profile"));
        Assert.Empty(node.Get<Sessions>().List(first.Id));
    }

    [Fact]
    public async Task The_profile_lists_the_browsers_and_signs_out_one_or_all_others()
    {
        var account = await node.JoinAsync("Many browsers", Role.Member);
        using var desk = await node.SignedInAsync(account);
        using var phone = await node.SignedInAsync(account);
        using var library = await node.SignedInAsync(account);
        var page = (await desk.AskAsync("/profile")).Text;
        Assert.Contains("This one", page, StringComparison.Ordinal);
        Assert.Equal(3, node.Get<Sessions>().List(account.Id).Count);

        // Ids of others are worth nothing to this member.
        await desk.PostAsync("/profile/access", await desk.TokenAsync("/profile"), ("do", "session"), ("session", "0000000000000000"));
        Assert.Equal(200, (await phone.AskAsync("/profile")).Status);
        await desk.PostAsync("/profile/access", await desk.TokenAsync("/profile"), ("do", "others"));

        Assert.Equal(200, (await desk.AskAsync("/profile")).Status);
        AssertSignedOut(await phone.AskAsync("/profile"));
        AssertSignedOut(await library.AskAsync("/profile"));
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_sessions_links_tokens_and_the_calendar_s_address()
    {
        var account = await node.JoinAsync("Stolen phone", Role.Admin);
        using var desk = await node.SignedInAsync(account);
        using var phone = await node.SignedInAsync(account);
        var invited = await node.Get<MemberLinks>().InviteAsync(new Actor(account.Id, Role.Admin), Role.Admin, mail: null);
        var pending = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);
        var token = (await node.Get<AccessTokens>().CreateAsync(account.Id, "script"))!;
        Assert.Equal(200, (await desk.AskAsync($"/my/{account.CalendarSecret}.ics")).Status);

        var done = await desk.PostAsync("/profile/access", await desk.TokenAsync("/profile"), ("do", "everywhere"));

        Assert.Equal("/sign-in", done.Location);
        Assert.Contains("signed out everywhere", (await desk.AskAsync("/sign-in")).Text, StringComparison.Ordinal);
        AssertSignedOut(await desk.AskAsync("/profile"));
        AssertSignedOut(await phone.AskAsync("/profile"));
        Assert.Equal(404, (await desk.AskAsync("/invitations/" + invited.Secret)).Status);
        Assert.Equal(404, (await desk.AskAsync("/sign-in/" + pending.Secret)).Status);
        Assert.Equal(404, (await desk.AskAsync($"/my/{account.CalendarSecret}.ics")).Status);
        Assert.Null(node.Get<AccessTokens>().Find(token));
    }

    [Fact]
    public async Task A_new_role_and_leaving_hold_at_once()
    {
        var account = await node.JoinAsync("Once an admin", Role.Admin);
        using var person = await node.SignedInAsync(account);
        Assert.Equal(200, (await person.AskAsync("/settings")).Status);
        await node.Get<IGrainFactory>().GetGrain<IMemberGrain>(account.Id).ChangeRole(Role.Member, Actor.Operator);
        AssertSignedOut(await person.AskAsync("/settings"));

        using var again = await node.SignedInAsync(account);
        Assert.Equal("/forbidden", new Uri(node.Address, (await again.AskAsync("/settings")).Location!).AbsolutePath);
        await node.Get<IGrainFactory>().GetGrain<IMemberGrain>(account.Id).Leave(Actor.Operator);
        AssertSignedOut(await again.AskAsync("/profile"));
    }

    [Fact]
    public async Task Her_export_holds_her_sessions_and_the_links_that_others_made_for_her()
    {
        var admin = await node.JoinAsync("Helpful admin", Role.Admin);
        var account = await node.JoinAsync("Curious", Role.Member, "not-yet@example.org");
        await node.Get<MemberLinks>().SignInAsync(new Actor(admin.Id, Role.Admin), account.Id);
        using var person = await node.SignedInAsync(account);

        var export = (await person.AskAsync("/profile/export")).Text;

        Assert.Contains("\"Sessions\"", export, StringComparison.Ordinal);
        Assert.Contains("Helpful admin", export, StringComparison.Ordinal);
        Assert.Contains("not-yet@example.org", export, StringComparison.Ordinal);
    }

    private Person Copy(Person person)
    {
        var copy = new Person(node.Address);
        foreach (var (name, value) in person.Cookies)
            copy.Cookies[name] = value;
        return copy;
    }

    private static void AssertSignedOut(Answer answer)
    {
        Assert.Equal(302, answer.Status);
        Assert.Contains("/sign-in", answer.Location, StringComparison.Ordinal);
    }
}
