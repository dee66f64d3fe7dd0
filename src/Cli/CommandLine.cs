using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using OuiShare.Federation.Cli.Commands;
using OuiShare.Federation.Cli.Output;

namespace OuiShare.Federation.Cli;

/// <summary>The whole tool: its commands, its help, and what a wrong command line gets.</summary>
internal sealed class CommandLine
{
    private readonly Surroundings _surroundings;
    private readonly GlobalOptions _options = new();
    private readonly RootCommand _root;

    /// <summary>Declares all commands.</summary>
    public CommandLine(Surroundings surroundings)
    {
        _surroundings = surroundings;
        var runner = new CommandRunner(surroundings, _options);
        _root = new RootCommand("Runs a chapter's OuiShare node: how it is, its peers, its calendars, its backups.")
        {
            new StatusCommand(runner),
            new SetUpLinkCommand(runner),
            new SetUpCommand(runner),
            new InviteCommand(runner),
            new InvitationsCommand(runner),
            new JoinCommand(runner),
            new PeersCommand(runner),
            new BlockCommand(runner, ends: false),
            new BlockCommand(runner, ends: true),
            new JournalsCommand(runner),
            new ImportCommand(runner),
            new VerifyCommand(runner),
            new BackUpCommand(runner),
            new RestoreCommand(runner),
            new MemberLinkCommand(runner),
            new MemberLinksCommand(runner),
            new SetAsideCommand(runner),
        };
        _options.AddTo(_root);
        var help = _root.Options.OfType<HelpOption>().Single();
        var text = new HelpText((HelpAction)help.Action!);
        help.Action = text;
        // "ouishare" alone is a question. Not the action itself: that one forgives a wrong word.
        _root.SetAction(text.Invoke);
    }

    /// <summary>Runs one command line; Ctrl-C cancels it.</summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation = default)
    {
        // A chapter's name may begin with @, which is no file of further arguments here.
        var parsed = _root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return (int)Refuse(parsed);

        var configuration = new InvocationConfiguration
        {
            Output = _surroundings.Out,
            Error = _surroundings.Error,
            EnableDefaultExceptionHandler = false,
        };
        return await parsed.InvokeAsync(configuration, cancellation);
    }

    private ExitCode Refuse(ParseResult parsed)
    {
        var command = CommandWords(parsed);
        var errors = string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct());
        return new OperatorOutput(_surroundings, _options.IsJson(parsed))
            .Fail(Failure.Usage($"{errors} See \"{command} --help\"."));
    }

    private static string CommandWords(ParseResult parsed)
    {
        List<string> words = [];
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            words.Insert(0, result.Command is RootCommand ? "ouishare" : result.Command.Name);
        return string.Join(' ', words);
    }
}
