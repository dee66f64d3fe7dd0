using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare set-aside</c>.</summary>
public sealed class SetAsideCommandTests
{
    private const string Place = Samples.RomeKey + "-0-1234";

    private static readonly SetAsideRecord Trap = new()
    {
        Place = Place,
        ChapterName = "OuiShare Rome",
        Title = "Trappola",
        Why = "FormatException in Reader.Read",
        SetAsideAt = Samples.At(-TimeSpan.FromHours(2)),
    };

    [Fact]
    public async Task Shows_what_was_set_aside_and_since_when()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.SetAside = _ => new ListSetAsideResponse { Records = { Trap } };

        var run = await Run.ScriptAsync(node, "set-aside", "--json");

        var record = run.Json.GetProperty("records")[0];
        Assert.Equal((Place, "Trappola"), (record.GetProperty("place").GetString(), record.GetProperty("title").GetString()));
        Assert.Contains("2 h ago", (await Run.ScriptAsync(node, "set-aside")).Out);
    }

    [Theory]
    [InlineData("retry", SetAsideChange.Retry)]
    [InlineData("skip", SetAsideChange.Skip)]
    public async Task Has_one_tried_again_or_left_out(string word, SetAsideChange change)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.SetAsideChange = _ => new ChangeSetAsideResponse();

        var run = await Run.ScriptAsync(node, "set-aside", word, Place);

        Assert.Equal(new ChangeSetAsideRequest { Place = Place, Change = change }, Assert.Single(node.Operator.Requests));
        Assert.NotEmpty(run.Out);
    }
}
