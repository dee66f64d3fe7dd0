using Google.Rpc;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary>What opens a door, who made it, and how it is ended: member-links and invitations.</summary>
public sealed class OpenLinksCommandTests
{
    private const string Id = "3f9a2c51d07b4e86";

    [Fact]
    public async Task Open_links_are_told_with_what_they_do_and_who_made_them()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.MemberLinks = _ => new ListMemberLinksResponse
        {
            Links =
            {
                new ListedMemberLink { Id = Id, Role = "connector", Mail = "nour@example.org", MakerName = "Chiara", MadeAt = Samples.At(TimeSpan.Zero), ExpiresAt = Samples.At(TimeSpan.FromDays(14)) },
                new ListedMemberLink { Id = "0000000000000001", MemberName = "Mona", MadeAt = Samples.At(TimeSpan.Zero), ExpiresAt = Samples.At(TimeSpan.FromDays(1)) },
            },
        };

        var run = await Run.ScriptAsync(node, "member-links");
        var json = await Run.ScriptAsync(node, "member-links", "--json");

        Assert.Contains("a new connector, nour@example.org", run.Out, StringComparison.Ordinal);
        Assert.Contains("Chiara", run.Out, StringComparison.Ordinal);
        Assert.Contains("signs in Mona", run.Out, StringComparison.Ordinal);
        Assert.Contains("the operator", run.Out, StringComparison.Ordinal);
        Assert.Equal(Id, json.Json.GetProperty("links")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Pending_invitations_are_told_with_who_made_them()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Invitations = _ => new ListInvitationsResponse
        {
            Invitations = { new ListedInvitation { Id = Id + Id, MakerName = "Chiara", MadeAt = Samples.At(TimeSpan.Zero), ExpiresAt = Samples.At(TimeSpan.FromDays(7)) } },
        };

        var run = await Run.ScriptAsync(node, "invitations");

        Assert.Contains(Id + Id, run.Out, StringComparison.Ordinal);
        Assert.Contains("Chiara", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_open_is_said_in_words()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.MemberLinks = _ => new ListMemberLinksResponse();
        node.Operator.Invitations = _ => new ListInvitationsResponse();

        Assert.Equal("No link is open.\n", (await Run.ScriptAsync(node, "member-links")).Out);
        Assert.Equal("No invitation is pending.\n", (await Run.ScriptAsync(node, "invitations")).Out);
    }

    [Fact]
    public async Task One_is_ended_by_its_id()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.MemberLinkRevoked = _ => new RevokeMemberLinkResponse();
        node.Operator.InvitationRevoked = _ => throw ScriptedOperator.Refusal(Code.NotFound, "NOT_FOUND", "There is no pending invitation.");

        var ended = await Run.ScriptAsync(node, "member-links", "--revoke", Id);
        var unknown = await Run.ScriptAsync(node, "invitations", "--revoke", Id + Id);

        Assert.Equal("The link no longer works.\n", ended.Out);
        Assert.Contains("no pending invitation", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(new RevokeMemberLinkRequest { Id = Id }, node.Operator.Requests[0]);
        Assert.Equal(new RevokeInvitationRequest { Id = Id + Id }, node.Operator.Requests[1]);
    }

    [Fact]
    public async Task A_sign_in_link_names_whom_it_signs_in()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.MemberLink = _ => new CreateMemberLinkResponse { Url = "http://127.0.0.1:5080/sign-in/abc", MemberName = "Mallory" };

        var run = await Run.ScriptAsync(node, "member-link", "--member", "chiara@example.org");

        Assert.Contains("Give this link to Mallory", run.Error, StringComparison.Ordinal);
    }
}
