using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary>
/// The commands whose answer is a text to hand on: setup-link, setup, invite, member-link. Standard output holds that text alone, so that
/// a script or a clipboard takes it as it is; the words around it go to standard error.
/// </summary>
public sealed class LinkCommandsTests
{
    [Fact]
    public async Task Setup_link_prints_the_link_alone()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.SetUpLink = _ => new CreateSetUpLinkResponse { Url = "http://127.0.0.1:5080/setup/abc" };

        var run = await Run.ScriptAsync(node, "setup-link");

        Assert.Equal("http://127.0.0.1:5080/setup/abc\n", run.Out);
        Assert.Contains("It works once", run.Error);
    }

    [Fact]
    public async Task Invite_hands_on_what_the_node_says_of_its_address_beside_the_invitation()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Invitation = _ => new CreateInvitationResponse { Invitation = "ouishare:abc", AddressWarning = "Careful: only from here." };

        var run = await Run.ScriptAsync(node, "invite");

        Assert.Equal("ouishare:abc\n", run.Out);
        Assert.StartsWith("Careful: only from here.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_sends_what_the_page_would()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.SettingUp = _ => new SetUpResponse { SignInUrl = "http://127.0.0.1:5080/in/abc" };

        var run = await Run.ScriptAsync(
            node, "setup", "--chapter", "OuiShare Rome", "--place", "Rome, IT", "--languages", "it, en", "--admin", "Chiara", "--address", "https://rome.example.org");

        Assert.Equal("http://127.0.0.1:5080/in/abc\n", run.Out);
        Assert.Equal(
            new SetUpRequest
            {
                ChapterName = "OuiShare Rome",
                Place = "Rome, IT",
                Languages = { "it", "en" },
                AdminName = "Chiara",
                Address = "https://rome.example.org",
            },
            node.Operator.Requests.Single());
    }

    [Fact]
    public async Task Setup_names_the_fields_that_break_a_rule()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.SettingUp = _ => throw ScriptedOperator.Refusal(
            Code.InvalidArgument, "INVALID_ARGUMENT", "The chapter cannot be set up like this.", ("place", "No city called Rmoe is known."));
        string[] setUp = ["setup", "--chapter", "Rome", "--place", "Rmoe", "--languages", "it", "--admin", "Chiara"];

        var person = await Run.ScriptAsync(node, setUp);
        var script = await Run.ScriptAsync(node, [.. setUp, "--json"]);

        Assert.Equal("The chapter cannot be set up like this.\n  place: No city called Rmoe is known.\n", person.Error);
        Assert.Equal("place", script.Json.GetProperty("error").GetProperty("fields")[0].GetProperty("field").GetString());
    }

    [Fact]
    public async Task An_invitation_is_never_wrapped_however_narrow_the_terminal()
    {
        await using var node = await ScriptedNode.StartAsync();
        var invitation = "ouishare:" + new string('x', 300);
        node.Operator.Invitation = _ => new CreateInvitationResponse { Invitation = invitation, ExpiresAt = Samples.At(TimeSpan.FromDays(7)) };

        var run = await Run.InAsync(Run.Person("") with { TerminalWidth = () => 40 }, default, "--data", node.Folder, "invite");

        Assert.Equal(invitation + "\n", run.RawOut);
        Assert.Contains("can be used until", run.Error);
    }

    [Theory]
    [InlineData("30m", 30 * 60)]
    [InlineData("12h", 12 * 3_600)]
    [InlineData("7d", 7 * 86_400)]
    public async Task An_invitation_ends_when_told(string text, long seconds)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Invitation = _ => new CreateInvitationResponse { Invitation = "ouishare:x" };

        await Run.ScriptAsync(node, "invite", "--valid-for", text);

        Assert.Equal(new Duration { Seconds = seconds }, ((CreateInvitationRequest)node.Operator.Requests.Single()).ValidFor);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("d")]
    [InlineData("-7d")]
    [InlineData("7 days")]
    public async Task A_time_that_cannot_be_read_is_wrong_usage(string text)
    {
        await using var node = await ScriptedNode.StartAsync();

        var run = await Run.ScriptAsync(node, "invite", "--valid-for=" + text);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("30m, 12h or 7d", run.Error);
    }

    [Fact]
    public async Task A_member_link_names_the_role_or_the_member()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.MemberLink = _ => new CreateMemberLinkResponse { Url = "http://127.0.0.1:5080/join/abc", ExpiresAt = Samples.At(TimeSpan.FromDays(1)) };

        var invited = await Run.ScriptAsync(node, "member-link", "--role", "connector");
        await Run.ScriptAsync(node, "member-link", "--member", "chiara@example.org");

        Assert.Equal("http://127.0.0.1:5080/join/abc\n", invited.Out);
        Assert.Contains("becomes a connector", invited.Error);
        Assert.Equal(
            [new CreateMemberLinkRequest { Role = "connector" }, new CreateMemberLinkRequest { Member = "chiara@example.org" }],
            node.Operator.Requests.Cast<CreateMemberLinkRequest>());
    }
}
