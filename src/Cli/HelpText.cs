using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using OuiShare.Federation.Cli.Commands;

namespace OuiShare.Federation.Cli;

/// <summary>
/// What <c>--help</c> says after the lists that are made from the commands: examples, and for the whole tool its contract with scripts.
/// </summary>
internal sealed class HelpText(HelpAction lists) : SynchronousCommandLineAction
{
    private const string Contract = """
        Finding the node:
          A running node writes its address and a secret token into its data folder; run this tool on the
          same machine, as the user who runs the node. From elsewhere, through a tunnel:
            ssh -L 5080:127.0.0.1:5080 rome.example.org
            ouishare --url http://127.0.0.1:5080 --token-file operator.token status

        For scripts:
          What was asked for goes to standard output, words beside it to standard error. --json writes one
          JSON object: every field is always there, under its name in operator.proto; times are RFC 3339 in
          UTC, durations are seconds, what is unknown is null. When a command fails it is
          {"error":{"reason":"NOT_FOUND","message":"...","fields":[]}} and the exit code tells which way.
          NO_COLOR turns colours off, COLUMNS sets the width of tables in a pipe.

        Exit codes:
            0  done
            1  the node refused, or found something wrong: verify found damage, import rejected events,
               status --check found something to do; or a file could not be read or written
            2  the command line is wrong
            3  no node was found, or it does not answer
            4  the token was not accepted, or may not be read
          130  stopped with Ctrl-C
          141  whoever read the output has closed it
          143  asked to end (SIGTERM)
        """;

    private static readonly string[] Tour =
    [
        "ouishare status                          how is my node?",
        "ouishare import calendar.ics             bring our calendar in",
        "ouishare invite                          invite another chapter's node",
        "ouishare join ouishare:...               accept an invitation",
        "ouishare peers --watch                   who is connected, who is behind, what to do",
        "ouishare backup /media/usb/rome.backup   keep a copy",
    ];

    /// <summary>Help is given for a command line that lacks something, too.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        lists.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command;
        output.WriteLine("Examples:");
        foreach (var example in ExamplesOf(command))
            output.WriteLine("  " + example);
        if (command is RootCommand)
        {
            output.WriteLine();
            output.WriteLine(Contract);
        }

        return (int)ExitCode.Done;
    }

    private static IReadOnlyList<string> ExamplesOf(Command command) => command switch
    {
        IHasExamples withExamples => withExamples.Examples,
        _ => Tour,
    };
}
