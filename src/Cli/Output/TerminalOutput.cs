using System.Text;
using Spectre.Console;

namespace OuiShare.Federation.Cli.Output;

/// <summary>Tells Spectre.Console what it writes to, instead of letting it ask the process's own console.</summary>
internal sealed class TerminalOutput(TextWriter writer, bool isTerminal, Func<int> width) : IAnsiConsoleOutput
{
    /// <inheritdoc/>
    public TextWriter Writer => writer;

    /// <inheritdoc/>
    public bool IsTerminal => isTerminal;

    /// <inheritdoc/>
    public int Width => width();

    /// <summary>Lines of the terminal; only displays that fill it would ask.</summary>
    public int Height => 24;

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
    }

    /// <summary>A console on one of the process's outputs: plain text without colour or movement unless it is a terminal.</summary>
    public static IAnsiConsole Create(Surroundings surroundings, TextWriter writer, bool isTerminal)
    {
        // https://no-color.org: present and not empty.
        var isColoured = isTerminal && string.IsNullOrEmpty(surroundings.Variable("NO_COLOR"));
        var settings = new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new TerminalOutput(writer, isTerminal, isTerminal ? surroundings.TerminalWidth : () => PlainWidth(surroundings)),
            // The default ones look for the names of build servers and change the above.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        };
        return AnsiConsole.Create(settings);
    }

    private static int PlainWidth(Surroundings surroundings) =>
        int.TryParse(surroundings.Variable("COLUMNS"), out var columns) && columns > 0 ? columns : Limits.PlainWidth;
}
