using Grpc.Core;
using OuiShare.Federation.Faults.Checking;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Faults.Nodes;

/// <summary>What is asked of nodes that may be frozen, damaged or gone: every question has its time.</summary>
internal static class NodeLooks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How the sentence begins that a node asks its peers how far its journal had come.</summary>
    private const string Asking = "The node asks its peers";

    /// <summary>Questions asked of a node at once: enough to keep it busy, few enough to leave it time for its peers.</summary>
    private const int AtOnce = 8;

    /// <summary>When a question that is asked now has had its time.</summary>
    public static DateTime Deadline() => (TimeProvider.System.GetUtcNow() + Patience).UtcDateTime;

    /// <summary>What the node holds.</summary>
    public static async Task<HeldState> HeldAsync(this NodeProcess node)
    {
        var journals = await node.Operator.ListJournalsAsync(new ListJournalsRequest(), deadline: Deadline());
        var status = await node.Operator.GetStatusAsync(new GetStatusRequest(), deadline: Deadline());
        return new HeldState(node.Name, [.. journals.Journals
            .Select(journal => new HeldJournal(journal.Origin, journal.Epoch, journal.Size, journal.Root, journal.Quarantine))
            .OrderBy(journal => journal.Origin, StringComparer.Ordinal).ThenBy(journal => journal.Epoch)], status.FrontierDigest, status.Events);
    }

    /// <summary>
    /// What its admin reads on the page <i>Network</i> and in <c>ouishare status</c>. Null when the node does not answer.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="withAbsences">Also that a peer is away. After most faults a node is restarted, and that it was away says nothing of the fault.</param>
    public static async Task<IReadOnlyList<string>?> FindProblemsAsync(this NodeProcess node, bool withAbsences)
    {
        try
        {
            var status = await node.Operator.GetStatusAsync(new GetStatusRequest(), deadline: Deadline());
            // That it asks its peers for a moment after a start is no trouble.
            var problems = status.Problems.Where(problem => !problem.StartsWith(Asking, StringComparison.Ordinal)).ToList();
            if (withAbsences)
                return problems;
            var peers = await node.Operator.ListPeersAsync(new ListPeersRequest(), deadline: Deadline());
            var away = peers.Peers.Where(IsAway).Select(peer => peer.ChapterName + ": ").ToList();
            return [.. problems.Where(problem => !away.Any(name => problem.StartsWith(name, StringComparison.Ordinal)))];
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>Has the node call all its peers now, as an impatient admin would: it spares the run a minute's pause.</summary>
    public static async Task CallPeersAsync(this NodeProcess node)
    {
        try
        {
            var peers = await node.Operator.ListPeersAsync(new ListPeersRequest(), deadline: Deadline());
            foreach (var peer in peers.Peers.Where(IsAway))
                await node.Operator.ChangePeerAsync(new ChangePeerRequest { Peer = peer.Origin, Change = PeerChange.CallNow }, deadline: Deadline());
        }
        catch (RpcException)
        {
            // It starts, or is damaged; whoever waits for it finds that out.
        }
    }

    /// <summary>What the node answers for each of these events, in their order.</summary>
    public static async Task<IReadOnlyList<Seen>> LookForAsync(this NodeProcess node, IReadOnlyList<WrittenEvent> written)
    {
        var seen = new Seen[written.Count];
        await Parallel.ForAsync(0, written.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => seen[i] = await node.LookForAsync(written[i]));
        return seen;
    }

    private static async Task<Seen> LookForAsync(this NodeProcess node, WrittenEvent written)
    {
        try
        {
            var found = await node.Events.GetEventAsync(new GetEventRequest { Origin = written.Origin, Id = written.Id }, deadline: Deadline());
            return new Seen.Shown(TextOf(found.Event.Record.Title), TextOf(found.Event.Record.Description));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return new Seen.Absent();
        }
        catch (RpcException e)
        {
            return new Seen.Unreadable(e.Status.Detail);
        }
    }

    private static string TextOf(LocalizedText? text) => text?.Translations.FirstOrDefault()?.Text ?? "";

    private static bool IsAway(Peer peer) => peer.State is PeerState.Unreachable or PeerState.Connecting or PeerState.Waiting;
}
