using System.Net;
using System.Text.Json;

namespace OuiShare.Federation.Cli.Connection;

/// <summary>
/// Turns a place into an address and a token. A running node keeps two files in its data folder: <c>operator.token</c>, one line, and
/// <c>node.json</c>, <c>{"urls":["http://127.0.0.1:5080"],"pid":1234}</c>, with the SHA-256 of its certificates when it speaks https:
/// <c>"certificates":["9f86d0…"]</c>.
/// </summary>
internal sealed class NodeFinder
{
    /// <summary>The file with the operator's token.</summary>
    public const string TokenFileName = "operator.token";

    /// <summary>The file that says where the running node answers.</summary>
    public const string NodeFileName = "node.json";

    private const string AsTheNodesUser = "Run it as the node's user, such as: sudo -u ouishare ouishare status";

    /// <summary>Looks; reads the files anew each time, because a node that restarts may answer elsewhere.</summary>
    public FindResult Find(NodePlace place) => place switch
    {
        NodePlace.Folder(var path) => FindByFolder(place, path),
        NodePlace.Address(var url, var tokenFile) => FindByAddress(place, url, tokenFile),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static FindResult FindByFolder(NodePlace place, string folder)
    {
        if (!MayEnter(folder))
            return NotAuthorised($"You ({Environment.UserName}) may not enter {folder}. {AsTheNodesUser}");
        if (!Directory.Exists(folder))
            return NotReachable($"There is no folder {folder}. Name the node's data folder with --data or OUISHARE_DATA.");

        var tokenFile = Path.Combine(folder, TokenFileName);
        var nodeFile = Path.Combine(folder, NodeFileName);
        if (!File.Exists(tokenFile) && !File.Exists(nodeFile))
            return NotReachable($"The folder {folder} is not the data folder of a node that has been started. Name the right one with --data, or start the node.");
        if (!File.Exists(nodeFile))
            return NotReachable($"The node of {folder} is not running. Start it, then try again.");

        RunningNode? running;
        try
        {
            running = ReadNodeFile(nodeFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return NotAuthorised($"You ({Environment.UserName}) may not read {nodeFile}. {AsTheNodesUser}");
        }

        if (running is null)
            return NotReachable($"{nodeFile} does not say where the node answers. Restart the node: it writes the file again.");
        return WithToken(place, running, tokenFile);
    }

    private static FindResult FindByAddress(NodePlace place, Uri url, string tokenFile)
    {
        // The token is all it takes to operate the node: on a network it must not travel readable.
        if (url.Scheme == Uri.UriSchemeHttp && !IsLoopback(url))
        {
            return new FindResult.NotFound(Failure.Usage(
                $"{url.GetLeftPart(UriPartial.Authority)} is not encrypted, and the token would travel readable. "
                + $"Use https, or a tunnel: ssh -L 5080:127.0.0.1:{url.Port} {url.Host}, then --url http://127.0.0.1:5080"));
        }

        if (!File.Exists(tokenFile))
        {
            return new FindResult.NotFound(Failure.Usage(
                $"There is no token file {tokenFile}. Copy {TokenFileName} from the node's data folder and name it with --token-file."));
        }

        return WithToken(place, new RunningNode(url, ProcessId: null, Certificates: null), tokenFile);
    }

    private static FindResult WithToken(NodePlace place, RunningNode running, string tokenFile)
    {
        string token;
        try
        {
            token = ReadSmall(tokenFile).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return NotAuthorised($"You ({Environment.UserName}) may not read {tokenFile}, or it is not there. {AsTheNodesUser}");
        }

        // A header takes visible ASCII only; anything else is not a token the node has made.
        if (token.Length == 0 || token.Any(c => c is <= ' ' or > '~'))
            return NotAuthorised($"{tokenFile} holds no token: it should be one line of letters and digits.");
        return new FindResult.Found(
            new NodeAddress(running.Url, token, tokenFile, place) { ProcessId = running.ProcessId, Certificates = running.Certificates });
    }

    private static RunningNode? ReadNodeFile(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(ReadSmall(path));
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("urls", out var urls) || urls.ValueKind != JsonValueKind.Array)
                return null;

            // Cleartext on this machine first: it needs no certificate that names the loopback address.
            var url = urls.EnumerateArray()
                .Where(value => value.ValueKind == JsonValueKind.String)
                .Select(value => AsCallable(value.GetString()!))
                .OfType<Uri>()
                .OrderBy(candidate => (candidate.Scheme == Uri.UriSchemeHttp, IsLoopback(candidate)) switch
                {
                    (true, true) => 0,
                    (true, false) => 1,
                    _ => 2,
                })
                .FirstOrDefault();
            if (url is null)
                return null;
            return new RunningNode(
                url,
                json.RootElement.TryGetProperty("pid", out var pid) && pid.TryGetInt32(out var id) ? id : null,
                json.RootElement.TryGetProperty("certificates", out var hashes) && hashes.ValueKind == JsonValueKind.Array
                    ? [.. hashes.EnumerateArray().Where(hash => hash.ValueKind == JsonValueKind.String).Select(hash => hash.GetString()!)]
                    : null);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>"Any address" can be listened on but not called: http://0.0.0.0:5080, http://[::]:5080, http://*:5080 and http://+:5080.</summary>
    private static Uri? AsCallable(string bound)
    {
        var text = bound.Replace("://*", "://127.0.0.1", StringComparison.Ordinal).Replace("://+", "://127.0.0.1", StringComparison.Ordinal);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            return null;
        if (!IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
            return url;
        if (address.Equals(IPAddress.Any))
            return new UriBuilder(url) { Host = "127.0.0.1" }.Uri;
        return address.Equals(IPAddress.IPv6Any) ? new UriBuilder(url) { Host = "[::1]" }.Uri : url;
    }

    private static bool IsLoopback(Uri url) => url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static string ReadSmall(string path)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > Limits.SmallFileBytes)
            throw new InvalidDataException($"{path} is larger than {Limits.SmallFileBytes} bytes.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>False when the folder is closed to this user: what is in it then looks as if it were not there.</summary>
    private static bool MayEnter(string folder)
    {
        try
        {
            // Asks for something inside: a folder may be seen, and yet be closed.
            File.GetAttributes(Path.Combine(folder, NodeFileName));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static FindResult.NotFound NotReachable(string message) => new(Failure.NotReachable(message));

    private static FindResult.NotFound NotAuthorised(string message) => new(new Failure(ExitCode.NotAuthorised, "TOKEN_UNREADABLE", message));

    private sealed record RunningNode(Uri Url, int? ProcessId, IReadOnlyList<string>? Certificates);
}
