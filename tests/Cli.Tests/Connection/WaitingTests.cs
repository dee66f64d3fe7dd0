namespace OuiShare.Federation.Cli.Tests.Connection;

/// <summary><c>--wait</c>: a script's next line, while the node that its last line started is still opening its files.</summary>
public sealed class WaitingTests
{
    [Fact]
    public async Task A_node_that_is_still_starting_is_waited_for()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => Samples.Status();
        var address = await File.ReadAllTextAsync(node.NewFile("node.json"));
        File.Delete(node.NewFile("node.json"));
        // The node has started when the tool looks for the second time.
        var surroundings = Run.Script() with { Time = new TimeOfAStart(() => File.WriteAllText(node.NewFile("node.json"), address)) };

        var run = await Run.InAsync(surroundings, default, "status", "--wait", "--data", node.Folder);

        Assert.Equal("Waiting for the node to start…\n", run.Error);
        Assert.Equal(ExitCode.Done, run.ExitCode);
    }

    [Fact]
    public async Task A_node_that_never_starts_is_told_after_all()
    {
        await using var node = await ScriptedNode.StartAsync();
        File.Delete(node.NewFile("node.json"));

        var run = await Run.ScriptAsync(node, "status", "--wait");

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.EndsWith("is not running. Start it, then try again.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_command_line_is_not_waited_with()
    {
        var run = await Run.InAsync(Run.Script(), default, "status", "--wait", "--url", "http://192.0.2.7:5080");

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.DoesNotContain("Waiting", run.Error);
    }

    /// <summary>On its first delay something happens.</summary>
    private sealed class TimeOfAStart(Action start) : TimeProvider
    {
        private readonly FlyingTime _flying = new();

        public override DateTimeOffset GetUtcNow() => _flying.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            start();
            return _flying.CreateTimer(callback, state, dueTime, period);
        }
    }
}
