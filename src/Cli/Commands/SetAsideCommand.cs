using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>Shows the records that the node could not read; its subcommands try one again or leave it out.</summary>
internal sealed class SetAsideCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public SetAsideCommand(CommandRunner runner)
        : base("set-aside", "Show the records that this node could not read and does not show.")
    {
        SetAction((parsed, cancellation) => runner.RunAsync(parsed, (node, output) => ShowAsync(node, output, cancellation), cancellation));
        Subcommands.Add(new SetAsideChangeCommand(runner, "retry", "Try to read one again now.", SetAsideChange.Retry));
        Subcommands.Add(new SetAsideChangeCommand(runner, "skip", "Leave one out without further words.", SetAsideChange.Skip));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => ["ouishare set-aside", "ouishare set-aside --json | jq '.records[].place'"];

    private static async Task<ExitCode> ShowAsync(NodeSession node, OperatorOutput output, CancellationToken cancellation)
    {
        var records = await node.ListAllSetAsideAsync(cancellation);
        if (output.IsJson)
        {
            output.Json(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("records");
                foreach (var record in records)
                    MessageJson.Write(json, record);
                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
        else if (records.Count == 0)
        {
            output.Paragraph("Nothing is set aside: every record that this node holds can be read.");
        }
        else
        {
            var table = Tables.Create(output.IsTerminal, "Chapter", "Title", "Failed with", "Since", "Place");
            foreach (var record in records)
                table.AddCells(record.ChapterName, record.Title, record.Why, Words.Ago(record.SetAsideAt, output.Now), record.Place + (record.IsSkipped ? " (skipped)" : ""));
            output.Write(table);
        }

        return ExitCode.Done;
    }
}

/// <summary>Has one record tried again, or left out.</summary>
internal sealed class SetAsideChangeCommand : Command, IHasExamples
{
    /// <summary>Declares the command.</summary>
    public SetAsideChangeCommand(CommandRunner runner, string name, string description, SetAsideChange change)
        : base(name, description)
    {
        var place = new Argument<string>("PLACE") { Description = "Which one, as \"ouishare set-aside\" names it." };
        Arguments.Add(place);
        SetAction((parsed, cancellation) =>
        {
            var request = new ChangeSetAsideRequest { Place = parsed.GetRequiredValue(place), Change = change };
            return runner.RunAsync(parsed, (node, output) => RunAsync(node, output, request, cancellation), cancellation);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples => [$"ouishare set-aside {Name} 9f86d081…-0-1234"];

    private static async Task<ExitCode> RunAsync(NodeSession node, OperatorOutput output, ChangeSetAsideRequest request, CancellationToken cancellation)
    {
        var answer = await node.Client.ChangeSetAsideAsync(request, node.Call(cancellation));
        if (output.IsJson)
            output.Json(answer);
        else
            output.Paragraph(request.Change == SetAsideChange.Retry ? "It is being read again. See \"ouishare set-aside\"." : "It is left out, without further words.");
        return ExitCode.Done;
    }
}
