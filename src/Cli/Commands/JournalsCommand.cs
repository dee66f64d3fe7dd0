using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;
using Spectre.Console;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Every journal the node holds, and how far.</summary>
internal sealed class JournalsCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public JournalsCommand(CommandRunner runner)
        : base("journals", "Show every chapter's journal this node holds, and how far.")
    {
        SetAction((parsed, cancellation) => runner.RunAsync(parsed, (node, output) => RunAsync(node, output, cancellation), cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare journals", "ouishare journals --json | jq '[.journals[].size] | add'"];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, CancellationToken cancellation)
    {
        var journals = await node.ListAllJournalsAsync(cancellation);
        if (output.IsJson)
        {
            output.Json(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("journals");
                foreach (var journal in journals)
                    MessageJson.Write(json, journal);
                json.WriteEndArray();
                json.WriteEndObject();
            });
            return ExitCode.Done;
        }

        Show(journals, output);
        return ExitCode.Done;
    }

    private static void Show(List<Journal> journals, OperatorOutput output)
    {
        if (journals.Count == 0)
        {
            output.Paragraph("No journals yet: this node is new and has no peers.");
            return;
        }

        var table = Tables.Create(output.IsTerminal, "Chapter", "Entries", "Newest", "Epoch", "Root", "Key");
        table.Columns[1].Alignment = Justify.Right;
        foreach (var journal in journals)
        {
            table.AddCells(
                ChapterOf(journal), Words.Number(journal.Size), Words.Ago(journal.NewestEntryAt, output.Now), Words.Number(journal.Epoch),
                Plain.Short(journal.Root), Plain.Short(journal.Origin));
        }

        output.Write(table);
        foreach (var journal in journals.Where(journal => journal.IsBlocked))
            output.Bullet($"{ChapterOf(journal)} is blocked: it is held, and neither followed nor shown.");
        foreach (var journal in journals.Where(journal => journal.Quarantine.Length > 0))
            output.Bullet($"{ChapterOf(journal)} is no longer followed: {journal.Quarantine}", new Style(Color.Red));
        foreach (var journal in journals.Where(journal => journal.MissingBodies > 0))
        {
            output.Bullet(
                $"{ChapterOf(journal)}: the text of {Words.Count(journal.MissingBodies, "record", "records")} is missing here; "
                + "the node asks its peers for it.");
        }
    }

    private static string ChapterOf(Journal journal) => journal.ChapterName.Length > 0 ? journal.ChapterName : "(no name yet)";
}
