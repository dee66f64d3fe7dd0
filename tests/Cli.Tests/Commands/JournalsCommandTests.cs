using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare journals</c>.</summary>
public sealed class JournalsCommandTests
{
    private static readonly Journal Rome = new()
    {
        Origin = Samples.RomeKey,
        ChapterName = "OuiShare Rome",
        Size = 1_204,
        Root = new string('b', 64),
        NewestEntryAt = Samples.At(-TimeSpan.FromHours(2)),
    };

    [Fact]
    public async Task Shows_how_far_each_journal_is_held()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Journals = _ => new ListJournalsResponse { Journals = { Rome } };

        var run = await Run.ScriptAsync(node, "journals");

        var line = run.Out.Split('\n').Single(line => line.Contains("OuiShare Rome"));
        Assert.Contains("1,204", line);
        Assert.Contains("2 h ago", line);
        Assert.Contains("bbbbbbbbbbbb", line);
    }

    [Fact]
    public async Task Says_why_a_journal_is_no_longer_followed()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Journals = _ => new ListJournalsResponse { Journals = { new Journal(Rome) { Quarantine = "It signed two different histories." } } };

        var run = await Run.ScriptAsync(node, "journals");

        Assert.Contains("OuiShare Rome is no longer followed: It signed two different histories.", run.Out);
    }

    [Fact]
    public async Task Json_has_all_digits_of_a_root()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Journals = _ => new ListJournalsResponse { Journals = { Rome } };

        var run = await Run.ScriptAsync(node, "journals", "--json");

        Assert.Equal(Rome.Root, run.Json.GetProperty("journals")[0].GetProperty("root").GetString());
    }
}
