using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>What the person at the terminal asked for.</summary>
internal abstract record CommandLine
{
    private CommandLine()
    {
    }

    /// <summary>Run a node. Settings are those of the command line, which win over environment and file.</summary>
    /// <param name="Settings">Configuration keys and values.</param>
    /// <param name="StopsWithParent">Stop when standard input ends: the node was started by another program, which may die.</param>
    public sealed record Run(IReadOnlyDictionary<string, string?> Settings, bool StopsWithParent) : CommandLine;

    /// <summary>Start three nodes with sample events.</summary>
    public sealed record Demo : CommandLine;

    /// <summary>Show how to use the program.</summary>
    public sealed record Help : CommandLine;

    /// <summary>Show the program's version.</summary>
    public sealed record Version : CommandLine;

    /// <summary>What <c>--help</c> shows.</summary>
    public const string Usage = """
        Runs a chapter's node of OuiShare Federation.

          OuiShare.Federation.Web [options]     run a node
          OuiShare.Federation.Web demo          run three nodes with sample events, until Ctrl-C

        Options (environment variable):
          --data DIR            folder of the node's database and key (OUISHARE_DATA); default: data
          --urls URL[;URL]      where to listen (OUISHARE_URLS); default: http://localhost:5080
          --public-url URL      where others reach the node (OUISHARE_PUBLIC_URL); default: where it listens
          --must-exist          refuse to make a new node when the folder is empty (OUISHARE_MUST_EXIST=true)
          --version, --help

        Other settings: appsettings.json beside the program, or the environment: Mail:Host is OUISHARE_MAIL__HOST.
        """;

    private const string StopWithParentOption = "--stop-with-parent";

    private static readonly Dictionary<string, string> ValueOptions = new(StringComparer.Ordinal)
    {
        ["--data"] = nameof(NodeOptions.Data),
        ["--urls"] = nameof(NodeOptions.Urls),
        ["--public-url"] = nameof(NodeOptions.PublicUrl),
    };

    private static readonly Dictionary<string, string> Switches = new(StringComparer.Ordinal)
    {
        ["--must-exist"] = nameof(NodeOptions.MustExist),
    };

    /// <summary>The arguments with which another program starts a node that stops with it.</summary>
    public static IReadOnlyList<string> ArgumentsOfChild(string dataFolder, string urls) =>
        ["--data", dataFolder, "--urls", urls, StopWithParentOption];

    /// <summary>Reads the arguments. <c>--data DIR</c> and <c>--data=DIR</c> are the same.</summary>
    /// <exception cref="StartRefusedException">An option is unknown, lacks its value or is given twice.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        if (arguments is ["demo", ..])
            return arguments.Count == 1 ? new Demo() : throw Refused($"The demo takes no options; \"{arguments[1]}\" is one too many.");
        if (arguments.Any(argument => argument is "--help" or "-h" or "-?"))
            return new Help();
        if (arguments.Contains("--version"))
            return new Version();

        var settings = new Dictionary<string, string?>(StringComparer.Ordinal);
        var stopsWithParent = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var parts = arguments[i].Split('=', count: 2);
            var name = parts[0];
            if (name == StopWithParentOption)
            {
                stopsWithParent = true;
            }
            else if (Switches.TryGetValue(name, out var switched))
            {
                Set(switched, parts.Length == 2 ? parts[1] : "true", name);
            }
            else if (ValueOptions.TryGetValue(name, out var property))
            {
                if (parts.Length == 1 && i + 1 == arguments.Count)
                    throw Refused($"The option {name} needs a value.");
                Set(property, parts.Length == 2 ? parts[1] : arguments[++i], name);
            }
            else
            {
                throw Refused(name.StartsWith('-') ? $"There is no option {name}." : $"There is no command \"{name}\".");
            }
        }

        return new Run(settings, stopsWithParent);

        void Set(string property, string value, string option)
        {
            if (!settings.TryAdd($"{NodeOptions.Section}:{property}", value))
                throw Refused($"The option {option} is given twice.");
        }
    }

    private static StartRefusedException Refused(string sentence) => new($"{sentence} Try --help.", ExitCodes.Usage);
}
