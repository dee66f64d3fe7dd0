using System.CommandLine;
using System.Security.Cryptography;
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
            var (bytes, last) = await output.WithProgressAsync("Backing up", progress => ReceiveAsync(node, partial, progress, cancellation));
            if (bytes == 0)
                return output.Fail(new Failure(ExitCode.Failed, "EMPTY_BACKUP", "The node sent an empty backup; see its log. Nothing was written."));
            var written = await HashOfAsync(partial, cancellation);
            if (last.Sha256.Length > 0 && !last.Sha256.Span.SequenceEqual(written))
            {
                return output.Fail(new Failure(
                    ExitCode.Failed, "DAMAGED_BACKUP", $"What was written to {partial} is not what the node sent: that disk is damaged. Choose another place. The file was removed."));
            }

            File.Move(partial, path, overwrite: isForced);
            Tell(path, bytes, last.KnownDamage, output);
            return last.KnownDamage > 0 ? ExitCode.Failed : ExitCode.Done;
        }
        catch (IOException e) when (IsFull(e))
        {
            return output.Fail(new Failure(ExitCode.Failed, "DISK_FULL", $"The disk that holds {path} is full. Free some space there, or choose another place. Nothing was written."));
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Only the owner may read the file from its first byte on, and it is on the disk before it gets its name.</summary>
    private static async Task<(ulong Bytes, BackUpResponse Last)> ReceiveAsync(NodeSession node, string partial, ProgressReport progress, CancellationToken cancellation)
    {
        // A left-over of a run that was killed; created anew so that the mode below is the one it has.
        File.Delete(partial);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        await using var file = new FileStream(partial, options);
        using var call = node.Client.BackUp(new BackUpRequest(), node.Stream(cancellation));
        var bytes = 0UL;
        var last = new BackUpResponse();
        await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellation))
        {
            await file.WriteAsync(answer.Chunk.Memory, cancellation);
            bytes += (ulong)answer.Chunk.Length;
            last = answer;
            progress.Report(bytes, total: null, Words.Bytes(bytes));
        }

        await file.FlushAsync(cancellation);
        file.Flush(flushToDisk: true);
        return (bytes, last);
    }

    private static async Task<byte[]> HashOfAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        return await SHA256.HashDataAsync(file, cancellation);
    }

    // ENOSPC and EDQUOT of Linux, EDQUOT of macOS; Windows' two for a full disk.
    private static bool IsFull(IOException e) => e.HResult is 28 or 122 or 69 or unchecked((int)0x80070027) or unchecked((int)0x80070070);

    private static void Tell(string path, ulong bytes, uint knownDamage, OperatorOutput output)
    {
        if (output.IsJson)
        {
            output.Json(json =>
            {
                json.WriteStartObject();
                json.WriteString("file", path);
                json.WriteNumber("bytes", bytes);
                json.WriteNumber("knownDamage", knownDamage);
                json.WriteEndObject();
            });
            return;
        }

        output.Line($"{path} ({Words.Bytes(bytes)})");
        output.Note("This file holds the node's key and the private data of its members: whoever has it can be this chapter. "
            + "Keep it in a safe place that is not this machine.");
        if (knownDamage > 0)
        {
            output.Note($"The backup is good, but {Words.Count(knownDamage, "text or entry", "texts or entries")} in it were damaged on the node's disk already. "
                + "See \"ouishare verify --repair\" and keep the backup before this one.");
        }
    }
}
