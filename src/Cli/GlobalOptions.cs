using System.CommandLine;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;

namespace OuiShare.Federation.Cli;

/// <summary>The options that every command takes: which node, and for whom the answer is.</summary>
internal sealed class GlobalOptions
{
    /// <summary>The variable that names the data folder when --data does not.</summary>
    public const string DataVariable = "OUISHARE_DATA";

    private const string DefaultFolder = "data";

    private readonly Option<string?> _data = new("--data")
    {
        Description = $"The node's data folder. Without it: ${DataVariable}, or else the folder \"{DefaultFolder}\" here.",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Option<string?> _url = new("--url")
    {
        Description = "The node's address, when its data folder is not on this machine: https, or http through a tunnel.",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"With --url: a copy of {NodeFinder.TokenFileName} from the node's data folder.",
        HelpName = "FILE",
        Recursive = true,
    };

    private readonly Option<bool> _wait = new("--wait")
    {
        Description = "Wait for a node that is just starting, up to two minutes.",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Answer with JSON for a script; see \"ouishare --help\".",
        Recursive = true,
    };

    /// <summary>Adds them to the root, from where every command has them.</summary>
    public void AddTo(RootCommand root)
    {
        root.Options.Add(_data);
        root.Options.Add(_url);
        root.Options.Add(_tokenFile);
        root.Options.Add(_wait);
        root.Options.Add(_json);
    }

    /// <summary>The node may be starting: it is waited for.</summary>
    public bool IsWaiting(ParseResult parsed) => parsed.GetValue(_wait);

    /// <summary>The caller is a script. Also asked of a command line that is wrong.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetResult(_json) is { Implicit: false };

    /// <summary>Which node is meant.</summary>
    /// <returns>Null and why not, when the options contradict each other.</returns>
    public (NodePlace? Place, Failure? Why) PlaceIn(ParseResult parsed, Surroundings surroundings)
    {
        var data = parsed.GetValue(_data);
        var tokenFile = parsed.GetValue(_tokenFile);
        var variable = surroundings.Variable(DataVariable);
        var folder = Path.GetFullPath(data ?? (string.IsNullOrEmpty(variable) ? DefaultFolder : variable), surroundings.CurrentFolder);
        if (parsed.GetValue(_url) is not { } text)
        {
            return tokenFile is null
                ? (new NodePlace.Folder(folder), null)
                : (null, Failure.Usage("--token-file goes with --url; with --data the token is read from the folder."));
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return (null, Failure.Usage($"--url takes an address such as https://rome.example.org, not \"{Plain.Line(text)}\"."));
        tokenFile = Path.GetFullPath(tokenFile ?? Path.Combine(folder, NodeFinder.TokenFileName), surroundings.CurrentFolder);
        return (new NodePlace.Address(url, tokenFile), null);
    }
}
