using System.CommandLine;
using Grpc.Core;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Puts a backup in place of what the node holds, and waits until the node has restarted with it.</summary>
internal sealed class RestoreCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public RestoreCommand(CommandRunner runner)
        : base("restore", "Put a backup in place of what the node holds; the node checks it and restarts with it.")
    {
        var file = new Argument<string>("FILE") { Description = "A file made by \"ouishare backup\"." };
        var replace = new Option<bool>("--replace") { Description = "Replace a node that is already set up; what it holds now is put aside in its data folder." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        Arguments.Add(file);
        Options.Add(replace);
        Options.Add(yes);
        SetAction((parsed, cancellation) => runner.RunAsync(
            parsed,
            (node, output) => RunAsync(node, output, parsed.GetRequiredValue(file), parsed.GetValue(replace), parsed.GetValue(yes), cancellation),
            cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare restore rome.backup", "ouishare restore --replace --yes rome.backup"];

    private static async Task<ExitCode> RunAsync(
        NodeSession node, OperatorOutput output, string file, bool isReplacing, bool isSure, CancellationToken cancellation)
    {
        var path = output.FullPath(file);
        if (!File.Exists(path))
            return output.Fail(Failure.Usage($"There is no file {path}."));
        // Without --replace the node refuses when there is anything to lose, so a script need not say --yes.
        if (!isSure && !output.CanAsk && isReplacing)
            return output.Fail(Failure.Usage("With --replace the backup takes the place of all that the node holds. Add --yes to say that this is meant."));

        var before = await node.Client.GetStatusAsync(new GetStatusRequest(), node.Call(cancellation));
        if (!isSure && output.CanAsk && !await output.AskAsync(Question(path, before, node), cancellation))
            return output.Fail(new Failure(ExitCode.Cancelled, "CANCELLED", "Nothing was changed."));

        var restored = await output.WithProgressAsync("Restoring", progress => SendAsync(node, path, isReplacing, progress, cancellation));
        output.Note("The backup is in place. The node restarts with it…");
        if (!await WaitForRestartAsync(node, output, before, restored, cancellation))
        {
            return output.Fail(Failure.NotReachable(
                $"The backup is in place, but the node has not come back for {Words.Span(Limits.Restart)}. Start it if it is not running, and see its log."));
        }

        if (output.IsJson)
            output.Json(restored);
        else
            output.Paragraph($"{restored.ChapterName} is back as it was on {LocalTime(restored, output)}. It now takes from its peers what it has missed; see \"ouishare status\".");
        return ExitCode.Done;
    }

    private static async Task<RestoreResponse> SendAsync(
        NodeSession node, string path, bool isReplacing, ProgressReport progress, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        using var call = node.Client.Restore(node.Stream(cancellation));
        await FileChunks.CompleteAsync(
            call.RequestStream,
            to => FileChunks.SendAsync(file, to, (chunk, isFirst) => new RestoreRequest { Chunk = chunk, Replace = isFirst && isReplacing }, progress, cancellation),
            call.Dispose);
        return await call;
    }

    /// <summary>
    /// Waits until a process answers that started later than the one before. Looks the node up anew each time: its port and its token
    /// may be others after the restart.
    /// </summary>
    /// <returns>False when it did not come back in time.</returns>
    private static async Task<bool> WaitForRestartAsync(
        NodeSession node, OperatorOutput output, GetStatusResponse before, RestoreResponse restored, CancellationToken cancellation)
    {
        var end = output.Now + Limits.Restart;
        while (output.Now < end)
        {
            await Task.Delay(Limits.RestartPoll, output.Time, cancellation);
            if (new NodeFinder().Find(node.Address.Place) is not FindResult.Found(var address))
                continue;

            using var again = new NodeSession(address, output.Time);
            try
            {
                var now = await again.Client.GetStatusAsync(new GetStatusRequest(), again.Call(cancellation, Limits.RestartCall));
                if (now.Origin == restored.Origin && !Equals(now.StartedAt, before.StartedAt))
                    return true;
            }
            catch (RpcException) when (!cancellation.IsCancellationRequested)
            {
                // Not yet: it is going down, or coming up.
            }
        }

        return false;
    }

    private static string Question(string path, GetStatusResponse before, NodeSession node) => before.IsSetUp
        ? $"Replace {before.ChapterName} at {node.Address}, with all its events and members, by {path}?"
        : $"Put {path} into the new node at {node.Address}?";

    private static string LocalTime(RestoreResponse restored, OperatorOutput output) =>
        restored.BackedUpAt is null ? "the day of the backup" : Words.LocalTime(restored.BackedUpAt, output.Time.LocalTimeZone);
}
