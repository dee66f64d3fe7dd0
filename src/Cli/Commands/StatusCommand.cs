using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;
using Spectre.Console;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>How the node is, what needs doing first.</summary>
internal sealed class StatusCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public StatusCommand(CommandRunner runner)
        : base("status", "Show how the node is: first what needs doing, then what it holds.")
    {
        var check = new Option<bool>("--check") { Description = "Return exit code 1 when something needs doing, for a cron job or a monitor." };
        Options.Add(check);
        SetAction((parsed, cancellation) => runner.RunAsync(
            parsed, (node, output) => RunAsync(node, output, parsed.GetValue(check), cancellation), cancellation));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples =>
        ["ouishare status", "ouishare status --check || echo \"the node needs you\"", "ouishare status --json | jq .upcoming_events"];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, bool isCheck, CancellationToken cancellation)
    {
        var status = await node.Client.GetStatusAsync(new GetStatusRequest(), node.Call(cancellation));
        if (output.IsJson)
            output.Json(status);
        else
            Show(status, output);
        return isCheck && status.Problems.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private static void Show(GetStatusResponse status, OperatorOutput output)
    {
        if (status.Problems.Count > 0)
        {
            output.Paragraph(
                Words.Count((ulong)status.Problems.Count, "thing needs", "things need") + " doing:", new Style(Color.Red, decoration: Decoration.Bold));
            foreach (var problem in status.Problems)
                output.Bullet(problem);
        }
        else if (status.IsSetUp)
        {
            output.Paragraph("All is well.", new Style(Color.Green));
        }

        // The node says it itself among its problems.
        if (!status.IsSetUp && status.Problems.Count == 0)
            output.Paragraph("The node is not set up yet: open the link that \"ouishare setup-link\" prints, or use \"ouishare setup\".");

        output.Gap();
        output.Paragraph(status.ChapterName.Length > 0 ? status.ChapterName : "(no name yet)", new Style(decoration: Decoration.Bold));
        output.Write(Facts(status, output.Now).Indented());
    }

    private static Table Facts(GetStatusResponse status, DateTimeOffset now)
    {
        var facts = Tables.CreateFacts();
        foreach (var address in status.Addresses)
            facts.AddCells("Address", address);
        facts.AddCells("Key", status.Origin);
        facts.AddCells("Version", status.Version + (status.StartedAt is null ? "" : $", started {Words.Ago(status.StartedAt, now)}"));
        facts.AddCells("Own journal", Words.Count(status.OwnEntries, "entry", "entries")
            + (status.IsJournalOpen || !status.IsSetUp ? "" : "; not open for writing yet: after a restore the node first asks its peers how far it had come"));
        facts.AddCells("All journals", $"{Words.Count(status.AllEntries, "entry", "entries")} in {Words.Count(status.Journals, "journal", "journals")}");
        facts.AddCells("Events", $"{Words.Number(status.Events)}, of which {Words.Number(status.UpcomingEvents)}{(status.UpcomingEvents == Limits.CountedEvents ? " or more" : "")} upcoming");
        facts.AddCells("Search", status.SearchLagEntries == 0
            ? "up to date"
            : $"has not yet read {Words.Count(status.SearchLagEntries, "entry", "entries")}");
        facts.AddCells("Peers", status.Peers == 0
            ? "none yet: \"ouishare invite\" here, or \"ouishare join\" with an invitation from another chapter"
            : $"{Words.Number(status.ConnectedPeers)} of {Words.Number(status.Peers)} connected");
        facts.AddCells("On disk", Words.Bytes(status.DataBytes));
        // Read aloud or pasted into a chat, it answers "do our nodes hold the same?".
        facts.AddCells("Fingerprint", $"{Plain.Short(status.FrontierDigest)} (equal on two nodes that hold the same)");
        return facts;
    }
}
