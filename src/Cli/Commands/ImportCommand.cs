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
        var whenGone = new Option<string>("--when-gone")
        {
            Description = "What becomes of events that this calendar brought before and holds no more: keep, cancel or withdraw. Remembered for an address.",
        };
        whenGone.AcceptOnlyFromAmong("keep", "cancel", "withdraw");
        Arguments.Add(source);
        Options.Add(dryRun);
        Options.Add(whenGone);
        SetAction((parsed, cancellation) => runner.RunAsync(
            parsed,
            (node, output) => RunAsync(
                node, output, parsed.GetRequiredValue(source),
                new ImportCalendarRequest { DryRun = parsed.GetValue(dryRun), WhenGone = GoneOf(parsed.GetValue(whenGone)) }, cancellation),
            cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples =>
        ["ouishare import calendar.ics", "ouishare import --dry-run https://example.org/events.ics", "ouishare import --when-gone cancel webcal://example.org/events.ics"];

    private static WhenGone GoneOf(string? word) => word switch
    {
        "keep" => WhenGone.Keep,
        "cancel" => WhenGone.Cancel,
        "withdraw" => WhenGone.Withdraw,
        _ => WhenGone.Unspecified,
    };

    private static async Task<ExitCode> RunAsync(
        NodeSession node, OperatorOutput output, string source, ImportCalendarRequest wishes, CancellationToken cancellation)
    {
        if (IsUrl(source))
        {
            var request = wishes.Clone();
            request.Url = source;
            return await ImportAsync(node, output, wishes.DryRun, to => to.WriteAsync(request, cancellation), cancellation);
        }

        var path = output.FullPath(source);
        if (!File.Exists(path) && source.Contains("://", StringComparison.Ordinal))
            return output.Fail(Failure.Usage($"A calendar is fetched from an address that begins with http:, https: or webcal:, not from \"{Plain.Line(source)}\"."));
        if (!File.Exists(path))
            return output.Fail(Failure.Usage($"There is no file {path}."));

        await using var file = File.OpenRead(path);
        return await ImportAsync(
            node, output, wishes.DryRun,
            to => FileChunks.SendAsync(
                file, to, (chunk, _) => new ImportCalendarRequest { Chunk = chunk, DryRun = wishes.DryRun, WhenGone = wishes.WhenGone }, ProgressReport.Silent, cancellation),
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
        if (report.Gone > 0)
            output.Paragraph($"{Words.Count(report.Gone, "event", "events")} that this calendar brought before {(report.Gone == 1 ? "is" : "are")} no longer in it, see below.");
        if (report.Problems.Count == 0)
            return;

        var table = Tables.Create(output.IsTerminal, "Line", "UID", "What is wrong with it");
        table.Columns[0].Alignment = Justify.Right;
        foreach (var problem in report.Problems)
            table.AddCells(problem.Line == 0 ? "" : problem.Line.ToString(CultureInfo.InvariantCulture), problem.Uid.Length > 0 ? problem.Uid : "(none)", problem.Message);
        output.Write(table);
        if (report.Rejected == 0 && report.Problems.All(problem => problem.Line > 0))
            output.Paragraph("All events were taken, these not in full.");
        if (report.Rejected > report.Problems.Count)
            output.Paragraph($"These are the first {Words.Number((ulong)report.Problems.Count)} of {Words.Number(report.Rejected)}.");
    }

    /// <summary>webcal: is how calendar programs spell an address for subscriptions; the node finds out whether it means https or http.</summary>
    private static bool IsUrl(string source) =>
        Array.Exists(["http:", "https:", "webcal:", "webcals:"], scheme => source.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));
}
