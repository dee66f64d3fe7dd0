using System.Text.Json;
using System.Text.RegularExpressions;

namespace OuiShare.Federation.Cli.Tests;

/// <summary>One run of the command line and what came of it.</summary>
internal sealed partial record Run(ExitCode ExitCode, string RawOut, string RawError)
{
    /// <summary>What a person reads on standard output: without the sequences for bold and colours.</summary>
    public string Out => Styles().Replace(RawOut, "");

    /// <summary>What a person reads on standard error.</summary>
    public string Error => Styles().Replace(RawError, "");

    /// <summary>The answer as JSON; fails when there is more or less than one JSON text.</summary>
    public JsonElement Json => JsonDocument.Parse(RawOut).RootElement;

    /// <summary>Runs as a script would: nothing is a terminal, time flies.</summary>
    public static Task<Run> ScriptAsync(ScriptedNode node, params string[] arguments) =>
        InAsync(Script(), CancellationToken.None, ["--data", node.Folder, .. arguments]);

    /// <summary>Runs as a person would: everything is a terminal of 80 columns, and <paramref name="typed"/> is typed.</summary>
    public static Task<Run> PersonAsync(ScriptedNode node, string typed, params string[] arguments) =>
        InAsync(Person(typed), CancellationToken.None, ["--data", node.Folder, .. arguments]);

    /// <summary>Runs anywhere.</summary>
    public static async Task<Run> InAsync(Surroundings surroundings, CancellationToken cancellation, params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        surroundings = surroundings with { Out = TextWriter.Synchronized(output), Error = TextWriter.Synchronized(error) };
        var exitCode = await new CommandLine(surroundings).RunAsync(arguments, cancellation);
        return new Run((ExitCode)exitCode, output.ToString(), error.ToString());
    }

    /// <summary>No terminal anywhere, no variables set.</summary>
    public static Surroundings Script() => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        In = TextReader.Null,
        TerminalWidth = () => 80,
        Variable = _ => null,
        CurrentFolder = Path.GetTempPath(),
        Time = new FlyingTime(),
    };

    /// <summary>A person at a terminal.</summary>
    public static Surroundings Person(string typed) => Script() with
    {
        In = new StringReader(typed),
        IsInTerminal = true,
        IsOutTerminal = true,
        IsErrorTerminal = true,
    };

    // ECMA-48 SGR.
    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Styles();
}
