using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Node.Tests.Members;

/// <summary>Sessions live on the server: what is ended there is dead at once, whoever has a copy of the cookie.</summary>
public sealed class SessionTests(TestNode node) : IClassFixture<TestNode>
{
    private Sessions Sessions => node.Get<Sessions>();

    [Fact]
    public async Task A_session_names_its_member_as_she_is_now_until_it_ends()
    {
        var account = await node.JoinAsync("Present");
        var (secret, other) = (await StartAsync(account), await StartAsync(account));
        await node.Member(account.Id).UpdateProfile(new MemberProfile("Renamed", Mail: null, Tagline: null, "", [], ["fr"]), new Actor(account.Id, Role.Member));

        var found = await FindAsync(secret);
        Assert.Equal("Renamed", found!.Name);
        await Sessions.EndAsync(account.Id, Sessions.IdOf(Secrets.Hash(secret)));

        Assert.Null(await FindAsync(secret));
        Assert.NotNull(await FindAsync(other));
        Assert.Null(await FindAsync("guessed"));
    }

    [Fact]
    public async Task Nobody_ends_the_session_of_another()
    {
        var (mine, hers) = (await node.JoinAsync("Me"), await node.JoinAsync("Her"));
        var secret = await StartAsync(hers);

        await Sessions.EndAsync(mine.Id, Sessions.IdOf(Secrets.Hash(secret)));
        await Sessions.EndOthersAsync(mine.Id, "");

        Assert.NotNull(await FindAsync(secret));
    }

    [Fact]
    public async Task All_others_end_but_this_one()
    {
        var account = await node.JoinAsync("Many browsers");
        var (current, copied) = (await StartAsync(account), await StartAsync(account));

        await Sessions.EndOthersAsync(account.Id, Sessions.IdOf(Secrets.Hash(current)));

        Assert.NotNull(await FindAsync(current));
        Assert.Null(await FindAsync(copied));
        Assert.Equal(Sessions.IdOf(Secrets.Hash(current)), Assert.Single(Sessions.List(account.Id)).Id);
    }

    [Fact]
    public async Task A_session_lasts_while_it_is_used_and_not_for_ever()
    {
        using var folder = new TemporaryFolder();
        var alone = await TestNode.StartAsync(folder.Path);
        var sessions = alone.Get<Sessions>();
        var account = await alone.JoinAsync("Comes now and then");
        var used = (await sessions.StartAsync(account.Id, "Firefox, Linux"))!.Secret;
        var idle = (await sessions.StartAsync(account.Id, "Chrome, Android"))!.Secret;
        var step = MemberLimits.SessionIdle - TimeSpan.FromDays(1);

        for (var passed = step; passed < MemberLimits.SessionLongest; passed += step)
        {
            alone.Time.Advance(step);
            Assert.NotNull(await sessions.FindAsync(used, CancellationToken.None));
        }

        Assert.Null(await sessions.FindAsync(idle, CancellationToken.None));
        Assert.Equal(("Firefox, Linux", alone.Time.GetUtcNow()), (Assert.Single(sessions.List(account.Id)).Browser, sessions.List(account.Id)[0].SeenAt));
        alone.Time.Advance(MemberLimits.SessionLongest - (alone.Time.GetUtcNow() - Samples.Now));
        Assert.Null(await sessions.FindAsync(used, CancellationToken.None));
        Assert.Empty(sessions.List(account.Id));
        await alone.StopAsync();
    }

    [Fact]
    public async Task When_it_was_seen_is_kept_to_the_hour()
    {
        var account = await node.JoinAsync("No diary");
        var secret = await StartAsync(account);
        var started = Sessions.List(account.Id)[0].SeenAt;

        node.Time.Advance(MemberLimits.SessionSeenStep - TimeSpan.FromSeconds(1));
        await FindAsync(secret);
        Assert.Equal(started, Sessions.List(account.Id)[0].SeenAt);
        node.Time.Advance(TimeSpan.FromSeconds(1));
        await FindAsync(secret);

        Assert.Equal(started + MemberLimits.SessionSeenStep, Sessions.List(account.Id)[0].SeenAt);
    }

    [Fact]
    public async Task The_session_seen_longest_ago_gives_way_when_there_are_too_many()
    {
        var account = await node.JoinAsync("Collector of browsers");
        var first = await StartAsync(account);
        for (var i = 0; i < MemberLimits.SessionsOfMember; i++)
        {
            node.Time.Advance(TimeSpan.FromMinutes(1));
            await StartAsync(account);
        }

        Assert.Null(await FindAsync(first));
        Assert.Equal(MemberLimits.SessionsOfMember, Sessions.List(account.Id).Count);
    }

    [Fact]
    public async Task A_session_outlives_a_restart_of_the_node()
    {
        using var folder = new TemporaryFolder();
        var before = await TestNode.StartAsync(folder.Path);
        var account = await before.JoinAsync("Patient");
        var secret = (await before.Get<Sessions>().StartAsync(account.Id, ""))!.Secret;
        await before.StopAsync();

        var after = await TestNode.StartAsync(folder.Path);

        Assert.Equal(account.Id, (await after.Get<Sessions>().FindAsync(secret, CancellationToken.None))!.Value.Member.Id);
        await after.StopAsync();
    }

    [Fact]
    public async Task Signing_out_everywhere_leaves_nothing_by_which_somebody_could_act_or_read_as_her()
    {
        var account = await node.JoinAsync("Robbed", Role.Admin, "robbed@example.org");
        var secret = await StartAsync(account);
        var token = (await node.Get<AccessTokens>().CreateAsync(account.Id, "script"))!;
        var made = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);
        var asked = await node.Get<MemberLinks>().SignInAskedForAsync(account.Id);
        var proof = (await node.Get<MailProofs>().AskAsync(account.Id))!;

        Assert.IsType<MemberResult.Done>(await node.Member(account.Id).SignOutEverywhere(new Actor(account.Id, Role.Admin)));

        Assert.Null(await FindAsync(secret));
        Assert.Null(node.Get<AccessTokens>().Find(token));
        Assert.Null(node.Get<MemberLinks>().Find(made.Secret));
        Assert.Null(node.Get<MemberLinks>().Find(asked.Secret));
        Assert.Null(node.Get<MailProofs>().Find(proof.Secret));
        Assert.Null(node.Get<MemberDirectory>().FindByCalendarSecret(account.CalendarSecret));
        Assert.NotNull(node.Get<MemberDirectory>().FindByCalendarSecret(node.Get<MemberDirectory>().Find(account.Id)!.CalendarSecret));
    }

    [Theory]
    [InlineData("role")]
    [InlineData("left")]
    public async Task A_new_role_and_leaving_end_her_sessions(string how)
    {
        var account = await node.JoinAsync("Changing");
        var secret = await StartAsync(account);

        await (how == "role" ? node.Member(account.Id).ChangeRole(Role.Connector, Actor.Operator) : node.Member(account.Id).Leave(Actor.Operator));

        Assert.Null(await FindAsync(secret));
        Assert.Equal(how == "role", await Sessions.StartAsync(account.Id, "") is not null);
    }

    [Fact]
    public async Task Of_sixteen_who_take_one_link_one_gets_a_session()
    {
        var account = await node.JoinAsync("Popular");
        var link = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);

        var started = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Sessions.StartByLinkAsync(link.Secret, "")));

        Assert.Equal(account.Id, Assert.Single(started.OfType<StartedSession>()).Member.Id);
        Assert.Single(Sessions.List(account.Id));
    }

    private async Task<string> StartAsync(Account account) => (await Sessions.StartAsync(account.Id, "Firefox, Linux"))!.Secret;

    private async Task<Account?> FindAsync(string secret) => (await Sessions.FindAsync(secret, CancellationToken.None))?.Member;
}
