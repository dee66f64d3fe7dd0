using Google.Rpc;
using Grpc.Core;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests.Commands;

/// <summary><c>ouishare restore</c>.</summary>
public sealed class RestoreCommandTests
{
    [Fact]
    public async Task Sends_the_backup_and_waits_until_a_later_process_answers()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = await WriteBackupAsync(node);
        node.Operator.Restoring = AcceptAsync;
        var looks = 0;
        // The first look is before the restore, the second while the old process still answers, the third while none does.
        node.Operator.Status = _ => ++looks switch
        {
            1 or 2 => Samples.Status(startedAgo: TimeSpan.FromDays(3)),
            3 => throw new RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Unavailable, "shutting down")),
            _ => Samples.Status(startedAgo: TimeSpan.Zero),
        };

        var run = await Run.ScriptAsync(node, "restore", "--replace", "--yes", file);

        Assert.Equal(ExitCode.Done, run.ExitCode);
        Assert.Equal(4, looks);
        Assert.StartsWith("OuiShare Paris is back as it was on ", run.Out);
        var pieces = node.Operator.Requests.OfType<RestoreRequest>().ToList();
        Assert.Equal(await File.ReadAllBytesAsync(file), pieces.SelectMany(piece => piece.Chunk.ToByteArray()));
        Assert.True(pieces[0].Replace);
    }

    [Fact]
    public async Task A_node_that_does_not_come_back_is_told_with_exit_code_3()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = await WriteBackupAsync(node);
        node.Operator.Status = _ => Samples.Status(startedAgo: TimeSpan.FromDays(3));
        node.Operator.Restoring = AcceptAsync;

        var run = await Run.ScriptAsync(node, "restore", "--replace", "--yes", file);

        Assert.Equal(ExitCode.NotReachable, run.ExitCode);
        Assert.Contains("The backup is in place, but the node has not come back", run.Error);
    }

    [Theory]
    [InlineData("n\n")]
    [InlineData("\n")]
    [InlineData("")]
    public async Task Anything_but_yes_changes_nothing(string typed)
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = await WriteBackupAsync(node);
        node.Operator.Status = _ => Samples.Status();

        var run = await Run.PersonAsync(node, typed, "restore", "--replace", file);

        Assert.Equal(ExitCode.Cancelled, run.ExitCode);
        Assert.Contains("Replace OuiShare Paris at ", run.Error);
        Assert.Empty(node.Operator.Requests.OfType<RestoreRequest>());
    }

    [Fact]
    public async Task Yes_restores()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = await WriteBackupAsync(node);
        var looks = 0;
        node.Operator.Status = _ => Samples.Status(startedAgo: TimeSpan.FromHours(looks++ == 0 ? 2 : 1));
        node.Operator.Restoring = AcceptAsync;

        var run = await Run.PersonAsync(node, "y\n", "restore", "--replace", file);

        Assert.Equal(ExitCode.Done, run.ExitCode);
    }

    [Fact]
    public async Task A_script_must_say_yes_to_replace_a_node()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = await WriteBackupAsync(node);

        var run = await Run.ScriptAsync(node, "restore", "--replace", file);

        Assert.Equal(ExitCode.WrongUsage, run.ExitCode);
        Assert.Contains("--yes", run.Error);
        Assert.Empty(node.Operator.Requests);
    }

    [Fact]
    public async Task A_refused_backup_gives_the_reason_even_when_only_its_beginning_was_read()
    {
        await using var node = await ScriptedNode.StartAsync();
        var file = node.NewFile("large.backup");
        await File.WriteAllBytesAsync(file, new byte[5_000_000]);
        node.Operator.Status = _ => Samples.Status();
        node.Operator.Restoring = async requests =>
        {
            await requests.MoveNext(CancellationToken.None);
            throw ScriptedOperator.Refusal(Code.FailedPrecondition, "BACKUP_REFUSED", "This backup belongs to OuiShare Rome.");
        };

        var run = await Run.ScriptAsync(node, "restore", file, "--json");

        Assert.Equal(ExitCode.Failed, run.ExitCode);
        Assert.Equal("BACKUP_REFUSED", run.Json.GetProperty("error").GetProperty("reason").GetString());
    }

    private static async Task<string> WriteBackupAsync(ScriptedNode node)
    {
        var file = node.NewFile("paris.backup");
        await File.WriteAllBytesAsync(file, Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray());
        return file;
    }

    private static async Task<RestoreResponse> AcceptAsync(IAsyncStreamReader<RestoreRequest> requests)
    {
        await foreach (var _ in requests.ReadAllAsync())
        {
        }

        return new RestoreResponse { ChapterName = "OuiShare Paris", Origin = Samples.Status().Origin, BackedUpAt = Samples.At(-TimeSpan.FromDays(1)) };
    }
}
