using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare verify</c>.</summary>
public sealed class VerifyCommandTests
{
    private static readonly VerifyReport Sound = new() { Journals = 3, Entries = 9_412, Bodies = 8_000, Signatures = 3 };

    [Fact]
    public async Task Sound_journals_give_exit_code_0_and_figures()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Verify = (_, answers, _) => answers.WriteAsync(new VerifyJournalsResponse { Done = 9_412, Total = 9_412, Report = Sound });

        var run = await Run.ScriptAsync(node, "verify", "--journal", Samples.RomeKey);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal("All is well.\nChecked: 3 journals, 9,412 entries, 8,000 bodies, 3 signatures.\n", run.Out);
        Assert.Equal(new VerifyJournalsRequest { Origin = Samples.RomeKey }, node.Operator.Requests.Single());
    }

    [Fact]
    public async Task Damage_is_told_and_gives_exit_code_1()
    {
        await using var node = await ScriptedNode.StartAsync();
        var damaged = new VerifyReport(Sound) { Problems = { "The body of entry 12 of OuiShare Rome does not match its hash." } };
        node.Operator.Verify = (_, answers, _) => answers.WriteAsync(new VerifyJournalsResponse { Report = damaged });

        var run = await Run.ScriptAsync(node, "verify");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.StartsWith("1 thing is wrong:", run.Out);
        Assert.Contains("entry 12 of OuiShare Rome", run.Out);
    }

    [Fact]
    public async Task What_was_mended_is_counted_and_is_no_failure()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Verify = (_, answers, _) => answers.WriteAsync(new VerifyJournalsResponse { Report = new VerifyReport(Sound) { RepairedCount = 2 } });

        var run = await Run.ScriptAsync(node, "verify", "--repair");

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Contains("Mended: 2 things.", run.Out);
        Assert.Equal(new VerifyJournalsRequest { Repair = true }, node.Operator.Requests.Single());
    }

    [Fact]
    public async Task More_damage_than_is_told_is_counted()
    {
        await using var node = await ScriptedNode.StartAsync();
        var damaged = new VerifyReport(Sound) { Problems = { "Entry 12 is damaged." }, ProblemCount = 5_120 };
        node.Operator.Verify = (_, answers, _) => answers.WriteAsync(new VerifyJournalsResponse { Report = damaged });

        var run = await Run.ScriptAsync(node, "verify");

        Assert.StartsWith("5,120 things are wrong:", run.Out);
        Assert.Contains("the first 1.", run.Out);
    }

    [Fact]
    public async Task A_verification_that_ends_without_a_report_has_shown_nothing()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Verify = (_, answers, _) => answers.WriteAsync(new VerifyJournalsResponse { Done = 5, Total = 10 });

        var run = await Run.ScriptAsync(node, "verify");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Ctrl_C_hangs_up_so_that_the_node_stops_working_for_nobody()
    {
        await using var node = await ScriptedNode.StartAsync();
        using var stop = new CancellationTokenSource();
        var hungUp = new TaskCompletionSource();
        node.Operator.Verify = async (_, answers, context) =>
        {
            context.CancellationToken.Register(hungUp.SetResult);
            await answers.WriteAsync(new VerifyJournalsResponse { Done = 5, Total = 10 });
            await stop.CancelAsync();
            await hungUp.Task;
        };

        var run = await Run.InAsync(Run.Script(), stop.Token, "--data", node.Folder, "verify");

        await hungUp.Task;
        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Equal("Stopped.\n", run.Error);
    }
}
