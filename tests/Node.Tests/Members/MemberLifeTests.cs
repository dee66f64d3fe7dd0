using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Members;

public sealed class MemberLifeTests(TestNode node) : IClassFixture<TestNode>
{
    private MemberDirectory Members => node.Get<MemberDirectory>();

    [Fact]
    public async Task Shown_hidden_and_shown_again_is_a_record_a_withdrawal_and_another_record()
    {
        var id = (await node.JoinAsync("Yasmine")).Id;
        var before = MemberEntries().Count;

        Assert.IsType<MemberResult.Done>(await node.Member(id).ShowToNetwork(isShown: true, Self(id)));
        Assert.IsType<MemberResult.Done>(await node.Member(id).ShowToNetwork(isShown: true, Self(id)));
        Assert.Contains(Shown(), member => member.Name == "Yasmine");
        await node.Member(id).ShowToNetwork(isShown: false, Self(id));
        Assert.DoesNotContain(Shown(), member => member.Name == "Yasmine");
        await node.Member(id).ShowToNetwork(isShown: true, Self(id));

        Assert.Contains(Shown(), member => member.Name == "Yasmine");
        var entries = MemberEntries()[before..];
        Assert.Equal([false, true, false], entries.Select(entry => entry.Entry.BodyHash.IsEmpty));
        Assert.Equal(entries[0].Entry.RecordId, entries[1].Entry.RecordId);
        Assert.NotEqual(entries[0].Entry.RecordId, entries[2].Entry.RecordId);
        Assert.Null(entries[0].Body);
        Assert.True(Members.Find(id)!.IsShown);
    }

    [Fact]
    public async Task Only_she_herself_shows_herself()
    {
        var id = (await node.JoinAsync("Private")).Id;

        Assert.IsType<MemberResult.Forbidden>(await node.Member(id).ShowToNetwork(isShown: true, new Actor(node.AdminId, Role.Admin)));
        Assert.IsType<MemberResult.Forbidden>(await node.Member(id).ShowToNetwork(isShown: true, Actor.Operator));
        Assert.IsType<MemberResult.Forbidden>(await node.Member(id).UpdateProfile(Profile("Other"), Samples.OtherMember));
        Assert.IsType<MemberResult.Forbidden>(await node.Member(id).Leave(Samples.Connector));
        Assert.IsType<MemberResult.Forbidden>(await node.Member(id).SignOutEverywhere(Samples.Connector));
    }

    [Fact]
    public async Task A_profile_is_published_only_while_it_is_shown()
    {
        var id = (await node.JoinAsync("Before")).Id;
        var before = MemberEntries().Count;

        await node.Member(id).UpdateProfile(Profile("Hidden change"), Self(id));
        Assert.Equal(before, MemberEntries().Count);
        await node.Member(id).ShowToNetwork(isShown: true, Self(id));
        await node.Member(id).UpdateProfile(Profile("Shown change"), Self(id));

        Assert.Equal(before + 2, MemberEntries().Count);
        Assert.Contains(Shown(), member => member.Name == "Shown change" && member.Skills.SequenceEqual(["gardening"]));
        Assert.DoesNotContain(Shown(), member => member.Name == "Hidden change");
    }

    [Fact]
    public async Task A_profile_that_breaks_rules_changes_nothing()
    {
        var id = (await node.JoinAsync("Kept")).Id;

        var long_ = Assert.IsType<MemberResult.Refused>(await node.Member(id).UpdateProfile(Profile(new string('x', 101)), Self(id)));
        var mail = Assert.IsType<MemberResult.Refused>(await node.Member(id).UpdateProfile(Profile("New") with { Mail = "not an address" }, Self(id)));

        Assert.Equal(("name", "mail"), (Assert.Single(long_.Violations).Field, Assert.Single(mail.Violations).Field));
        Assert.Equal("Kept", Members.Find(id)!.Name);
    }

    [Fact]
    public async Task An_emptied_mail_address_is_none_for_any_number_of_members()
    {
        foreach (var name in (string[])["One", "Two"])
        {
            var id = (await node.JoinAsync(name, mail: $"{name}@example.org")).Id;
            Assert.IsType<MemberResult.Done>(await node.Member(id).UpdateProfile(Profile(name) with { Mail = "" }, Self(id)));
            Assert.Equal((null, null), (Members.Find(id)!.Mail, Members.Find(id)!.WantedMail));
        }
    }

    [Fact]
    public async Task The_last_admin_stays_one_even_when_two_resign_at_once()
    {
        var second = (await node.JoinAsync("Second admin", Role.Admin)).Id;
        var admins = new[] { node.AdminId, second };

        var results = await Task.WhenAll(admins.Select(admin => node.Member(admin).ChangeRole(Role.Member, new Actor(admin, Role.Admin))));

        Assert.Single(results.OfType<MemberResult.Done>());
        Assert.Single(results.OfType<MemberResult.LastAdmin>());
        var left = Assert.Single(Members.List(), account => account.Role == Role.Admin).Id;
        Assert.IsType<MemberResult.LastAdmin>(await node.Member(left).Leave(Actor.Operator));
        Assert.IsType<MemberResult.Done>(await node.Member(node.AdminId).ChangeRole(Role.Admin, Actor.Operator));
    }

    [Fact]
    public async Task A_new_role_ends_all_sessions()
    {
        var account = await node.JoinAsync("Promoted");

        Assert.IsType<MemberResult.Forbidden>(await node.Member(account.Id).ChangeRole(Role.Admin, Samples.Connector));
        Assert.IsType<MemberResult.Forbidden>(await node.Member(account.Id).ChangeRole(Role.Visitor, Actor.Operator));
        Assert.IsType<MemberResult.Done>(await node.Member(account.Id).ChangeRole(Role.Connector, Actor.Operator));

        var changed = Members.Find(account.Id)!;
        Assert.Equal(Role.Connector, changed.Role);
        Assert.NotEqual(account.SecurityStamp, changed.SecurityStamp);
    }

    [Fact]
    public async Task Who_leaves_leaves_nothing_behind_on_the_disk()
    {
        var canary = Guid.CreateVersion7(Samples.Now).ToString("n");
        var links = node.Get<MemberLinks>();
        var invitation = await links.InviteAsync(Actor.Operator, Role.Member, $"mail-{canary}@example.org");
        await links.InviteAsync(Actor.Operator, Role.Member, $"mail-{canary}@example.org");
        var id = Assert.IsType<JoinResult.Joined>(await Members.JoinAsync(invitation.Secret, $"name-{canary}", mail: null, ["fr"])).Account.Id;
        await node.Member(id).UpdateProfile(
            new MemberProfile($"name-{canary}", $"mail-{canary}@example.org", Samples.Text($"tagline-{canary}"), $"city-{canary}", [$"sk-{canary}"], ["fr"]), Self(id));
        await node.Member(id).ShowToNetwork(isShown: true, Self(id));
        await node.Event(Guid.CreateVersion7(Samples.Now)).SaveDraft(Samples.Event($"draft-{canary}"), Self(id));
        var token = await node.Get<AccessTokens>().CreateAsync(id, $"label-{canary}");
        await links.SignInAsync(Actor.Operator, id);
        await node.Get<MailProofs>().ConfirmAsync((await node.Get<MailProofs>().AskAsync(id))!.Secret);
        await node.Member(id).UpdateProfile(
            new MemberProfile($"name-{canary}", $"wanted-{canary}@example.org", Samples.Text($"tagline-{canary}"), $"city-{canary}", [$"sk-{canary}"], ["fr"]), Self(id));
        await node.Get<MailProofs>().AskAsync(id);
        await node.Get<Sessions>().StartAsync(id, $"browser-{canary}");
        Assert.True(Holds(canary));

        Assert.IsType<MemberResult.Done>(await node.Member(id).Leave(Self(id)));
        // The log is emptied after the work is acknowledged; while a reader, such as the slow check of the disk, is in the midst of it, a second later.
        await Eventually.HoldsAsync(() =>
        {
            node.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(Holds(canary));
        });
        Assert.Null(Members.Find(id));
        Assert.Null(node.Get<AccessTokens>().Find(token!));
        Assert.DoesNotContain(Shown(), member => member.Name.Contains(canary, StringComparison.Ordinal));
        Assert.IsType<MemberResult.Unknown>(await node.Member(id).Leave(Self(id)));
        var ofHer = node.Files.Database.Read(session => ((string[])["rsvps", "access_tokens", "member_links", "sessions"])
            .Sum(table => session.Scalar<long>($"SELECT count(*) FROM {table} WHERE member_id = ?1", id.ToByteArray(bigEndian: true))));
        Assert.Equal(0, ofHer);
    }

    [Fact]
    public async Task A_token_works_until_it_is_revoked()
    {
        var id = (await node.JoinAsync("Programmer")).Id;
        var tokens = node.Get<AccessTokens>();
        var secret = (await tokens.CreateAsync(id, "script"))!;
        Assert.Equal(id, tokens.Find(secret)!.Id);

        var listed = Assert.Single(tokens.List(id));
        Assert.Equal("script", listed.Label);
        await tokens.RevokeAsync(node.AdminId, listed.Id);
        Assert.NotNull(tokens.Find(secret));
        await tokens.RevokeAsync(id, listed.Id);

        Assert.Null(tokens.Find(secret));
        Assert.Null(tokens.Find("guessed"));
    }

    [Fact]
    public async Task A_member_has_at_most_twenty_tokens()
    {
        var id = (await node.JoinAsync("Collector")).Id;

        var made = await Task.WhenAll(Enumerable.Range(0, 30).Select(number => node.Get<AccessTokens>().CreateAsync(id, $"{number}")));

        Assert.Equal(AccessTokens.TokensOfMember, made.OfType<string>().Distinct().Count());
    }

    [Fact]
    public async Task Identity_sees_the_stamp_that_ends_sessions()
    {
        var account = await node.JoinAsync("Everywhere", Role.Connector);
        using var scope = node.Get<IServiceScopeFactory>().CreateScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<Account>>();
        var principal = await signIn.CreateUserPrincipalAsync(account);
        Assert.NotNull(await signIn.ValidateSecurityStampAsync(principal));
        Assert.Equal(new Actor(account.Id, Role.Connector), principal.ToActor());
        Assert.DoesNotContain(principal.Claims, claim => claim.Value.Contains("Everywhere", StringComparison.Ordinal));

        await node.Member(account.Id).SignOutEverywhere(Self(account.Id));

        Assert.Null(await signIn.ValidateSecurityStampAsync(principal));
        var found = (await users.FindByIdAsync(account.Id.ToString()))!;
        Assert.True(await users.IsInRoleAsync(found, "connector"));
        Assert.False((await users.DeleteAsync(found)).Succeeded);
    }

    private static Actor Self(Guid id) => new(id, Role.Member);

    private static MemberProfile Profile(string name) => new(name, Mail: null, Tagline: null, City: "Lyon", Skills: ["gardening"], Languages: ["fr"]);

    private IReadOnlyList<MemberRecord> Shown() => node.Get<ChapterDirectory>().ListShownMembers(node.Files.Own.Origin);

    private List<(Entry Entry, byte[]? Body)> MemberEntries() =>
        [.. node.Get<JournalReader>().ReadPage(node.Files.Register.Find(node.Files.Own.Journal)!, 0, limit: 10_000)
            .Where(entry => entry.Entry is { Kind: RecordKind.Member }).Select(entry => (entry.Entry!, entry.Body))];

    private bool Holds(string letters) => ((string[])["node.db", "node.db-wal"]).Select(name => Path.Combine(node.Folder, name))
        .Where(File.Exists).Any(file => Bytes.Read(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(letters)) >= 0);
}
