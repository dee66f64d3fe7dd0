using Grpc.Core;
using OuiShare.Federation.Faults.Disks;
using OuiShare.Federation.V1;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>What a node's process says, and with what it ends, when the program itself or its disk fails: a fault of a part, made by <see cref="StartupHook"/>.</summary>
public sealed class ProgramFailureTests(ITestOutputHelper output)
{
    // deploy/README.md; written out so that a change of them is seen.
    private const int Stopped = 0;
    private const int ProgramFailed = 70;
    private const int DiskFailed = 74;
    private const string Sentence = "The program failed, which is a fault of its own: A fault that a test made.";

    [Fact]
    public async Task A_program_that_fails_as_it_starts_says_so_and_the_next_start_finds_all()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles");
        await node.StopAsync();

        var attempt = await StartAttempt.RunAsync(
            Programs.StartOfWeb("--data", node.Folder, "--urls", node.Address, "--stop-with-parent"), [.. Failing(FailingPart.Start)]);
        output.WriteLine(attempt.ToString());
        await node.StartAsync();

        Assert.Equal(ProgramFailed, attempt.Code);
        Assert.StartsWith(Sentence, attempt.Error, StringComparison.Ordinal);
        Assert.True((await node.StatusAsync()).IsSetUp);
    }

    [Fact]
    public async Task A_program_that_fails_as_it_stops_says_so()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles", Failing(FailingPart.Stop));

        var code = await node.StopAsync();

        Assert.Equal(ProgramFailed, code);
        Assert.Contains(node.Lines.Complaints, line => line.StartsWith(Sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_that_fails_in_the_background_is_told_and_ends_nothing()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles", Failing(FailingPart.Background));

        await Wait.UntilAsync(
            "the admin is told",
            async () =>
            {
                var problems = (await node.Operator.GetStatusAsync(new GetStatusRequest())).Problems;
                return problems.Any(problem => problem.Contains(nameof(FailingBackground), StringComparison.Ordinal)) ? null : string.Join(' ', problems);
            },
            Waits.Soon);

        Assert.True((await node.StatusAsync()).IsSetUp);
        Assert.Equal(Stopped, await node.StopAsync());
    }

    /// <summary>A small disk whose power is cut: whatever is written after that fails. It is mounted for the test, which takes root and fails without.</summary>
    [Fact]
    public async Task A_node_whose_disk_fails_says_so_ends_with_74_and_has_all_once_the_disk_is_back()
    {
        await using var network = new TestNetwork(output);
        await using var disk = await LoopDisk.MakeAsync("ext4", Path.Combine(network.Folder, "image"), Path.Combine(network.Folder, "disk"));
        await using var node = new NodeProcess("Arles", Path.Combine(disk.MountPoint, "node"));
        await node.StartAsync();
        await node.Operator.SetUpAsync(new SetUpRequest { ChapterName = "Arles", Place = "Paris, FR", Languages = { "en" }, AdminName = "Ada" });

        // The first form makes the first key of cookies: it must be whole after this too.
        using (var visitor = new Visitor(node.Address))
            await visitor.ReadAsync("/sign-in");
        disk.CutPower();
        await Assert.ThrowsAsync<RpcException>(() => node.PublishAsync("Never acknowledged"));
        var code = await node.WaitForExitAsync(Waits.Soon);
        output.WriteLine(node.Lines.Tail(40));
        await disk.RestorePowerAsync();
        await node.StartAsync();

        Assert.Equal(DiskFailed, code);
        Assert.Contains(node.Lines.All, line => line.StartsWith("The node stops because its database may not be written any more: ", StringComparison.Ordinal));
        Assert.True((await node.StatusAsync()).IsSetUp);
        await node.StopAsync();
    }

    private static Dictionary<string, string> Failing(FailingPart part) =>
        new() { ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location, [StartupHook.Variable] = $"{part}" };
}
