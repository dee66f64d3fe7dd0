using System.CommandLine;
using Grpc.Core;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;
using Spectre.Console;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Lets the node check every hash, root and signature again.</summary>
internal sealed class VerifyCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public VerifyCommand(CommandRunner runner)
        : base("verify", "Check every hash, root, signature and table the node holds again. The node goes on working meanwhile.")
    {
        var journal = new Option<string?>("--journal") { Description = "Only this journal, by its key (64 digits; \"ouishare journals --json\" has it).", HelpName = "KEY" };
        var repair = new Option<bool>("--repair") { Description = "Mend at once what can be mended: make again what is derived, fetch from peers what they hold too." };
        Options.Add(journal);
        Options.Add(repair);
        SetAction((parsed, cancellation) =>
        {
            var request = new VerifyJournalsRequest { Origin = parsed.GetValue(journal) ?? "", Repair = parsed.GetValue(repair) };
            return runner.RunAsync(parsed, (node, output) => RunAsync(node, output, request, cancellation), cancellation);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare verify", "ouishare verify --repair", "ouishare verify --json | jq .problems"];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, VerifyJournalsRequest request, CancellationToken cancellation)
    {
        var report = await output.WithProgressAsync("Verifying", async progress =>
        {
            using var call = node.Client.VerifyJournals(request, node.Stream(cancellation));
            VerifyReport? last = null;
            await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellation))
            {
                if (answer.Total > 0)
                    progress.Report(answer.Done, answer.Total, $"{Words.Number(answer.Done)} of {Words.Count(answer.Total, "entry", "entries")}");
                last = answer.Report ?? last;
            }

            return last;
        });
        // Without a report nothing has been shown to be well.
        if (report is null)
            return output.Fail(new Failure(ExitCode.Failed, "NO_REPORT", "The node ended the verification without a report; see its log."));

        if (output.IsJson)
            output.Json(report);
        else
            Show(report, output);
        return Count(report) > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static ulong Count(VerifyReport report) => Math.Max(report.ProblemCount, (ulong)report.Problems.Count);

    private static void Show(VerifyReport report, OperatorOutput output)
    {
        if (Count(report) > 0)
        {
            output.Paragraph(
                Words.Count(Count(report), "thing is", "things are") + " wrong:", new Style(Color.Red, decoration: Decoration.Bold));
            foreach (var problem in report.Problems)
                output.Bullet(problem);
            if (Count(report) > (ulong)report.Problems.Count)
                output.Paragraph($"These are the first {Words.Number((ulong)report.Problems.Count)}.");
        }
        else
        {
            output.Paragraph("All is well.", new Style(Color.Green));
        }

        if (report.RepairedCount > 0)
            output.Paragraph($"Mended: {Words.Count(report.RepairedCount, "thing", "things")}.");
        output.Paragraph(
            $"Checked: {Words.Count(report.Journals, "journal", "journals")}, {Words.Count(report.Entries, "entry", "entries")}, "
            + $"{Words.Count(report.Bodies, "body", "bodies")}, {Words.Count(report.Signatures, "signature", "signatures")}.");
    }
}
