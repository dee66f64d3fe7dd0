using System.CommandLine;
using Grpc.Core;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Copies the running node into one file.</summary>
internal sealed class BackUpCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public BackUpCommand(CommandRunner runner)
        : base("backup", "Copy the running node into one file. It holds the node's key and private data: keep it safe.")
    {
        var file = new Argument<string>("FILE") { Description = "Where to write; it appears only when it is complete." };
        var force = new Option<bool>("--force") { Description = "Replace the file if it is there." };
        Arguments.Add(file);
        Options.Add(force);
        SetAction((parsed, cancellation) => runner.RunAsync(
            parsed, (node, output) => RunAsync(node, output, parsed.GetRequiredValue(file), parsed.GetValue(force), cancellation), cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare backup /media/usb/rome.backup", "ouishare backup \"rome-$(date +%F).backup\""];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, string file, bool isForced, CancellationToken cancellation)
    {
        var path = output.FullPath(file);
        if (Directory.Exists(path))
            return output.Fail(Failure.Usage($"{path} is a folder. Name a file in it."));
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            return output.Fail(Failure.Usage($"There is no folder {Path.GetDirectoryName(path)}."));
        if (File.Exists(path) && !isForced)
            return output.Fail(Failure.Usage($"{path} is there already. Choose another name, or replace it with --force."));

        var partial = path + ".partial";
        try
        {
            var bytes = await output.WithProgressAsync("Backing up", progress => ReceiveAsync(node, partial, progress, cancellation));
            if (bytes == 0)
                return output.Fail(new Failure(ExitCode.Failed, "EMPTY_BACKUP", "The node sent an empty backup; see its log. Nothing was written."));
            File.Move(partial, path, overwrite: isForced);
            Tell(path, bytes, output);
            return ExitCode.Done;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Only the owner may read the file from its first byte on, and it is on the disk before it gets its name.</summary>
    private static async Task<ulong> ReceiveAsync(NodeSession node, string partial, ProgressReport progress, CancellationToken cancellation)
    {
        // A left-over of a run that was killed; created anew so that the mode below is the one it has.
        File.Delete(partial);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        await using var file = new FileStream(partial, options);
        using var call = node.Client.BackUp(new BackUpRequest(), node.Stream(cancellation));
        var bytes = 0UL;
        await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellation))
        {
            await file.WriteAsync(answer.Chunk.Memory, cancellation);
            bytes += (ulong)answer.Chunk.Length;
            progress.Report(bytes, total: null, Words.Bytes(bytes));
        }

        await file.FlushAsync(cancellation);
        file.Flush(flushToDisk: true);
        return bytes;
    }

    private static void Tell(string path, ulong bytes, OperatorOutput output)
    {
        if (output.IsJson)
        {
            output.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", path);
                json.WriteNumber("bytes", bytes);
                json.WriteEndObject();
            });
            return;
        }

        output.Line($"{path} ({Words.Bytes(bytes)})");
        output.Note("This file holds the node's key and the private data of its members: whoever has it can be this chapter. "
            + "Keep it in a safe place that is not this machine.");
    }
}
