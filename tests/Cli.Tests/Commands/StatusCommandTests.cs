using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare status</c>.</summary>
public sealed class StatusCommandTests
{
    [Fact]
    public async Task Shows_what_needs_doing_before_anything_else()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => new GetStatusResponse(Samples.Status()) { Problems = { "The disk is nearly full: 120 MB are left.", "Rome refuses us." } };

        var run = await Run.PersonAsync(node, "", "status");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.StartsWith("2 things need doing:", run.Out);
        Assert.True(run.Out.IndexOf("nearly full", StringComparison.Ordinal) < run.Out.IndexOf("OuiShare Paris", StringComparison.Ordinal));
        Assert.Contains("9,412 entries in 15 journals", run.Out);
        Assert.Contains("2,313, of which 412 upcoming", run.Out);
        Assert.Contains("3 of 4 connected", run.Out);
    }

    [Fact]
    public async Task Says_that_all_is_well_only_when_it_is()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => Samples.Status();

        var run = await Run.ScriptAsync(node, "status");

        Assert.StartsWith("All is well.", run.Out);
    }

    [Fact]
    public async Task A_node_that_is_not_set_up_is_told_how()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => new GetStatusResponse { Origin = new string('a', 64) };

        var run = await Run.ScriptAsync(node, "status");

        Assert.DoesNotContain("All is well", run.Out);
        Assert.Contains("ouishare setup-link", run.Out);
    }

    [Fact]
    public async Task A_count_that_the_node_stopped_is_not_shown_as_the_whole()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => new GetStatusResponse(Samples.Status()) { Events = 12_345, UpcomingEvents = 10_000 };

        var run = await Run.ScriptAsync(node, "status");

        Assert.Contains("12,345, of which 10,000 or more upcoming", run.Out);
    }

    [Theory]
    [InlineData(0, ExitCode.Done)]
    [InlineData(1, ExitCode.Failed)]
    public async Task Check_returns_1_when_something_needs_doing(int problems, ExitCode expected)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => new GetStatusResponse(Samples.Status()) { Problems = { Enumerable.Repeat("Rome refuses us.", problems) } };

        var run = await Run.ScriptAsync(node, "status", "--check");

        Assert.Equal(expected, run.ExitCode);
    }

    [Fact]
    public async Task Json_has_numbers_times_and_empty_lists_under_the_names_of_the_proto()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => Samples.Status();

        var run = await Run.ScriptAsync(node, "status", "--json");

        Assert.Equal(9_412, run.Json.GetProperty("all_entries").GetInt32());
        Assert.Equal(0, run.Json.GetProperty("search_lag_entries").GetInt32());
        Assert.Equal(0, run.Json.GetProperty("problems").GetArrayLength());
        Assert.EndsWith("Z", run.Json.GetProperty("started_at").GetString());
        Assert.Empty(run.Error);
    }
}
