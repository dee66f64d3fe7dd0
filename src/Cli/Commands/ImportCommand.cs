using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;
using Spectre.Console;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Imports an iCalendar file, or lets the node fetch one.</summary>
internal sealed class ImportCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public ImportCommand(CommandRunner runner)
        : base("import", "Import the events of a calendar (.ics): a file from here, or an address that the node fetches.")
    {
        var source = new Argument<string>("FILE-OR-URL") { Description = "A file, or an address that begins with http:, https: or webcal:." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would change." };
        Arguments.Add(source);
        Options.Add(dryRun);
        SetAction((parsed, cancellation) => runner.RunAsync(
            parsed, (node, output) => RunAsync(node, output, parsed.GetRequiredValue(source), parsed.GetValue(dryRun), cancellation), cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples =>
        ["ouishare import calendar.ics", "ouishare import --dry-run https://example.org/events.ics"];

    private static async Task<ExitCode> RunAsync(
        NodeSession node, OperatorOutput output, string source, bool isDryRun, CancellationToken cancellation)
    {
        if (UrlOf(source) is { } url)
        {
            return await ImportAsync(
                node, output, isDryRun,
                to => to.WriteAsync(new ImportCalendarRequest { Url = url, DryRun = isDryRun }, cancellation),
                cancellation);
        }

        var path = output.FullPath(source);
        if (!File.Exists(path) && source.Contains("://", StringComparison.Ordinal))
            return output.Fail(Failure.Usage($"A calendar is fetched from an address that begins with http:, https: or webcal:, not from \"{Plain.Line(source)}\"."));
        if (!File.Exists(path))
            return output.Fail(Failure.Usage($"There is no file {path}."));

        await using var file = File.OpenRead(path);
        return await ImportAsync(
            node, output, isDryRun,
            to => FileChunks.SendAsync(
                file, to, (chunk, _) => new ImportCalendarRequest { Chunk = chunk, DryRun = isDryRun }, ProgressReport.Silent, cancellation),
            cancellation);
    }

    private static async Task<ExitCode> ImportAsync(
        NodeSession node, OperatorOutput output, bool isDryRun,
        Func<IClientStreamWriter<ImportCalendarRequest>, Task> send, CancellationToken cancellation)
    {
        var report = await output.WithProgressAsync("Importing", async progress =>
        {
            using var call = node.Client.ImportCalendar(node.Stream(cancellation));
            var sending = FileChunks.CompleteAsync(call.RequestStream, send, call.Dispose);
            ImportReport? last = null;
            try
            {
                await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    if (answer.Total > 0)
                        progress.Report(answer.Done, answer.Total, $"{Words.Number(answer.Done)} of {Words.Count(answer.Total, "event", "events")}");
                    last = answer.Report ?? last;
                }
            }
            catch (RpcException)
            {
                // When the file could not be read, the call was hung up because of it, and the file's error is the one to tell.
                await sending;
                throw;
            }

            await sending;
            return last;
        });
        if (report is null)
        {
            return output.Fail(new Failure(
                ExitCode.Failed, "NO_REPORT",
                "The node ended the import without a report; see its log, then import again: what is already there stays as it is."));
        }

        if (output.IsJson)
            output.Json(report);
        else
            Show(report, isDryRun, output);
        return report.Rejected > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Show(ImportReport report, bool isDryRun, OperatorOutput output)
    {
        output.Paragraph(
            (isDryRun ? "Nothing was changed. The import would give: " : "")
            + $"{Words.Number(report.Created)} created, {Words.Number(report.Updated)} updated, "
            + $"{Words.Number(report.Unchanged)} unchanged, {Words.Number(report.Rejected)} rejected.");
        if (report.Problems.Count == 0)
            return;

        var table = Tables.Create(output.IsTerminal, "Line", "UID", "What is wrong with it");
        table.Columns[0].Alignment = Justify.Right;
        foreach (var problem in report.Problems)
            table.AddCells(problem.Line.ToString(CultureInfo.InvariantCulture), problem.Uid.Length > 0 ? problem.Uid : "(none)", problem.Message);
        output.Write(table);
        if (report.Rejected == 0)
            output.Paragraph("All events were taken, these not in full.");
        if (report.Rejected > report.Problems.Count)
            output.Paragraph($"These are the first {Words.Number((ulong)report.Problems.Count)} of {Words.Number(report.Rejected)}.");
    }

    /// <summary>webcal: is how calendar programs spell https for subscriptions.</summary>
    private static string? UrlOf(string source)
    {
        const string Webcal = "webcal:";
        if (source.StartsWith(Webcal, StringComparison.OrdinalIgnoreCase))
            return "https:" + source[Webcal.Length..];
        return source.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || source.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
            ? source
            : null;
    }
}
