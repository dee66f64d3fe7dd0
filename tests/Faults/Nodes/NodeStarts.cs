using System.Text.RegularExpressions;
using OuiShare.Federation.Faults.Checking;

namespace OuiShare.Federation.Faults.Nodes;

/// <summary>Starts nodes that may be damaged, and tells how they end.</summary>
internal static partial class NodeStarts
{
    /// <summary>Half a minute is ten times what a start needs; a node that is not ready then stays so.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    /// <summary>Starts a node and waits until it is ready, ends, or has had time enough.</summary>
    public static async Task<StartOutcome> TryStartAsync(this NodeProcess node)
    {
        try
        {
            // The limit again: a node that takes a question and never answers it would hold the wait up.
            await node.StartAsync(StartLimit).WaitAsync(2 * StartLimit, TimeProvider.System);
            return new StartOutcome.Ready();
        }
        catch (InvalidOperationException) when (!node.IsRunning)
        {
            return new StartOutcome.Ended(await node.EndAsync());
        }
        catch (Exception e) when (e is TimeoutException or Grpc.Core.RpcException)
        {
            return node.IsRunning ? new StartOutcome.Unready(e.Message) : new StartOutcome.Ended(await node.EndAsync());
        }
    }

    /// <summary>How a process that is no longer there ended.</summary>
    public static async Task<NodeEnd> EndAsync(this NodeProcess node)
    {
        var code = await node.WaitForExitAsync();
        var isTrace = node.Lines.Complaints.Any(line => line.StartsWith("   at ", StringComparison.Ordinal));
        var complaint = isTrace
            ? node.Lines.Complaints.FirstOrDefault()
            : node.Lines.Complaints.LastOrDefault(line => line.Length > 0);
        return new NodeEnd(code, (complaint ?? LastLogged(node)).Trim(), isTrace);
    }

    // A running node that must stop says why in its log: "12:34:56 crit: ROOM[0] The sentence."
    private static string LastLogged(NodeProcess node)
    {
        var lines = node.Lines.All.ToList();
        var started = lines.FindLastIndex(line => line.StartsWith("---- ", StringComparison.Ordinal) && line.EndsWith(" is started", StringComparison.Ordinal));
        return lines.Skip(started + 1).Select(line => Failure().Match(line)).LastOrDefault(match => match.Success)?.Groups["sentence"].Value ?? "";
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d (?:crit|fail): \S+\[-?\d+\] (?<sentence>.+)$")]
    private static partial Regex Failure();
}
