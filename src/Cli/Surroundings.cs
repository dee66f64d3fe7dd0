using OuiShare.Federation.Cli.Output;

namespace OuiShare.Federation.Cli;

/// <summary>Everything the tool takes from outside its arguments, in one place so that a test can hand it in.</summary>
internal sealed record Surroundings
{
    /// <summary>For what was asked for.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>For words beside it: progress, hints, errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Answers to questions, and an invitation given as "-".</summary>
    public required TextReader In { get; init; }

    /// <summary><see cref="Out"/> is a terminal.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary><see cref="Error"/> is a terminal, so progress may be drawn.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary><see cref="In"/> is a terminal, so a question has someone to answer it.</summary>
    public bool IsInTerminal { get; init; }

    /// <summary>Columns of the terminal now; it may be resized while a display is open.</summary>
    public required Func<int> TerminalWidth { get; init; }

    /// <summary>An environment variable; null when unset.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Relative paths start here.</summary>
    public required string CurrentFolder { get; init; }

    /// <summary>The clock, also for delays.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The real ones.</summary>
    public static Surroundings OfThisProcess()
    {
        var isDumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        return new Surroundings
        {
            Out = Console.IsOutputRedirected ? ClosedOutput.Open() : Console.Out,
            Error = Console.Error,
            In = Console.In,
            IsOutTerminal = !Console.IsOutputRedirected && !isDumb,
            IsErrorTerminal = !Console.IsErrorRedirected && !isDumb,
            IsInTerminal = !Console.IsInputRedirected,
            // Some terminals (a container's, a serial line) do not know their size.
            TerminalWidth = () => Console.WindowWidth is > 0 and var width ? width : 80,
            Variable = Environment.GetEnvironmentVariable,
            CurrentFolder = Environment.CurrentDirectory,
            Time = TimeProvider.System,
        };
    }
}
