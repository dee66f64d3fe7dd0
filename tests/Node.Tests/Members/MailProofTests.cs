using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Node.Tests.Members;

/// <summary>A mail address is taken only after proof, and until then it gives no right and keeps nobody from it.</summary>
public sealed class MailProofTests(TestNode node) : IClassFixture<TestNode>
{
    private MailProofs Proofs => node.Get<MailProofs>();

    private MemberDirectory Members => node.Get<MemberDirectory>();

    [Fact]
    public async Task An_address_that_nobody_proved_blocks_its_owner_neither_at_her_invitation_nor_later()
    {
        var squatter = await node.JoinAsync("Squatter", mail: "owner-1@example.org");
        Assert.Null(Members.FindByMail("owner-1@example.org"));

        var owner = await node.JoinByMailAsync("Owner", "Owner-1@example.org");

        Assert.Equal("Owner-1@example.org", owner.Mail);
        Assert.Equal(owner.Id, Members.FindByMail("owner-1@EXAMPLE.org")!.Id);
        Assert.Null(Members.Find(squatter.Id)!.Mail);
        // The squatter may go on wanting it, and hears nothing.
        Assert.IsType<MemberResult.Done>(await WantAsync(squatter, "owner-1@example.org"));
    }

    [Fact]
    public async Task The_old_address_stays_in_force_until_the_new_one_is_proven_once()
    {
        var account = await node.JoinByMailAsync("Moving", "old@example.org");
        await WantAsync(account, "new@example.org");
        var link = (await Proofs.AskAsync(account.Id))!;

        Assert.Equal(account.Id, Members.FindByMail("old@example.org")!.Id);
        Assert.Null(Members.FindByMail("new@example.org"));
        Assert.Equal("new@example.org", Proofs.Find(link.Secret)!.Value.Mail);
        Assert.Equal("new@example.org", Proofs.Find(link.Secret)!.Value.Mail);
        var confirmed = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Proofs.ConfirmAsync(link.Secret)));

        Assert.Equal("new@example.org", Assert.Single(confirmed.OfType<Account>()).Mail);
        Assert.Equal(account.Id, Members.FindByMail("new@example.org")!.Id);
        Assert.Null(Members.FindByMail("old@example.org"));
        Assert.Null(Members.Find(account.Id)!.WantedMail);
    }

    [Fact]
    public async Task A_link_proves_nothing_after_she_thought_better_of_it_or_asked_again_or_its_time_is_over()
    {
        var account = await node.JoinAsync("Undecided", mail: "first@example.org");
        var first = (await Proofs.AskAsync(account.Id))!;
        var again = (await Proofs.AskAsync(account.Id))!;
        Assert.Null(await Proofs.ConfirmAsync(first.Secret));
        await WantAsync(account, "second@example.org");
        Assert.Null(await Proofs.ConfirmAsync(again.Secret));
        await WantAsync(account, "first@example.org");
        Assert.Null(await Proofs.ConfirmAsync(again.Secret));

        var late = (await Proofs.AskAsync(account.Id))!;
        node.Time.Advance(MemberLinks.ProofLifetime);

        Assert.Null(await Proofs.ConfirmAsync(late.Secret));
        Assert.Null(Members.Find(account.Id)!.Mail);
    }

    [Fact]
    public async Task A_link_that_proves_an_address_opens_nothing_else_and_no_other_link_proves_one()
    {
        var account = await node.JoinAsync("Careful", mail: "careful@example.org");
        var proof = (await Proofs.AskAsync(account.Id))!;
        var signIn = await node.Get<MemberLinks>().SignInAsync(Actor.Operator, account.Id);

        Assert.Null(await node.Get<Sessions>().StartByLinkAsync(proof.Secret, ""));
        Assert.IsType<JoinResult.LinkRefused>(await Members.JoinAsync(proof.Secret, "Nobody", mail: null, ["fr"]));
        Assert.Null(await Proofs.ConfirmAsync(signIn.Secret));

        Assert.NotNull(await Proofs.ConfirmAsync(proof.Secret));
    }

    [Fact]
    public async Task The_newest_proof_tells_whose_mailbox_it_is()
    {
        var before = await node.JoinByMailAsync("Before", "shared@example.org");
        var now = await node.JoinAsync("Now", mail: "shared@example.org");

        Assert.NotNull(await Proofs.ConfirmAsync((await Proofs.AskAsync(now.Id))!.Secret));

        Assert.Equal(now.Id, Members.FindByMail("shared@example.org")!.Id);
        Assert.Null(Members.Find(before.Id)!.Mail);
    }

    [Fact]
    public async Task An_address_from_before_addresses_were_proven_gives_way_to_its_owner_s_invitation()
    {
        var squatter = await node.JoinAsync("Squatter of old");
        await node.Files.Database.WriteAsync(session => session.Execute(
            "UPDATE members SET mail = 'old-owner@example.org', proven_mail = 'OLD-OWNER@EXAMPLE.ORG' WHERE member_id = ?1", squatter.Id.ToByteArray(bigEndian: true)));
        Assert.Equal(squatter.Id, Members.FindByMail("old-owner@example.org")!.Id);

        var owner = await node.JoinByMailAsync("Owner of old", "old-owner@example.org");

        Assert.Equal(owner.Id, Members.FindByMail("old-owner@example.org")!.Id);
        Assert.Null(Members.Find(squatter.Id)!.Mail);
    }

    [Fact]
    public async Task Two_proven_owners_of_one_address_are_impossible_in_the_database_itself()
    {
        await node.JoinByMailAsync("One", "only@example.org");
        var other = await node.JoinAsync("Other");

        await Assert.ThrowsAsync<SqliteException>(() => node.Files.Database.WriteAsync(session => session.Execute(
            "UPDATE members SET proven_mail = 'ONLY@EXAMPLE.ORG' WHERE member_id = ?1", other.Id.ToByteArray(bigEndian: true))));
    }

    [Fact]
    public async Task A_removed_address_is_forgotten_proven_or_not()
    {
        var account = await node.JoinByMailAsync("Shy", "shy@example.org");
        await WantAsync(account, "shyer@example.org");
        var link = (await Proofs.AskAsync(account.Id))!;

        await WantAsync(account, mail: null);

        Assert.Equal((null, null), (Members.Find(account.Id)!.Mail, Members.Find(account.Id)!.WantedMail));
        Assert.Null(Members.FindByMail("shy@example.org"));
        Assert.Null(await Proofs.ConfirmAsync(link.Secret));
        Assert.Null(await Proofs.AskAsync(account.Id));
    }

    [Fact]
    public async Task Writing_the_address_in_force_again_takes_a_wish_back_and_asks_for_no_proof()
    {
        var account = await node.JoinByMailAsync("Back", "back@example.org");
        await WantAsync(account, "forth@example.org");

        await WantAsync(account, "BACK@example.org");

        Assert.Equal(("back@example.org", null), (Members.Find(account.Id)!.Mail, Members.Find(account.Id)!.WantedMail));
    }

    private Task<MemberResult> WantAsync(Account account, string? mail) => node.Member(account.Id).UpdateProfile(
        new MemberProfile(account.Name, mail, Tagline: null, City: "", Skills: [], Languages: ["fr"]), new Actor(account.Id, Role.Member));
}
