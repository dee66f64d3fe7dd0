using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// Whether another process runs with this node's key: a data folder that was copied and is run twice. Only that process's own signature proves
/// it, said after this one started; a peer's word changes nothing. From then on this process publishes nothing more and talks to no peer until
/// it is started again: the admin decides which of the two goes on. Thread-safe.
/// </summary>
internal sealed partial class RunTwice(NodeKey key, NodeInstance instance, OwnJournal own, TimeProvider time, ILogger<RunTwice> logger) : IProblemSource
{
    /// <summary>What the other process reads in its log, and the admin of the peer that saw both.</summary>
    public const string Sentence = "Another process with your key is connected, too: your data folder was copied and is run twice. Neither publishes any more. Stop both, and start the one that goes on.";

    private DateTimeOffset? _since;

    /// <summary>It is proven.</summary>
    public bool IsProven => _since is not null;

    /// <summary>A peer shows what a process with our key signed.</summary>
    public void Hear(Alive? other, Origin? peer)
    {
        if (other is null || IsProven || !instance.ProvesAnother(key.Origin, other))
            return;
        _since = time.GetUtcNow();
        own.CloseForGood();
        LogRunTwice(peer?.Short ?? "unknown");
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodeProblem> FindProblems() => _since is not { } since ? [] :
    [
        new NodeProblem(
            NodeProblemReason.RunTwice,
            "Another process runs with this node's key: its data folder was copied, and both are run. This one publishes nothing any more and talks to no peer. Stop the one that you give up. "
            + "So that nothing it published is lost: stop both, start that one alone until its peers are up to date, stop it for good, and start the other.",
            [], since),
    ];

    [LoggerMessage(Level = LogLevel.Critical, Message = "Peer {Peer} met another process with this node's key, and shows its signature: this data folder was copied and is run twice. Nothing is published here any more until one of the two is stopped and the other is started again.")]
    private partial void LogRunTwice(string peer);
}
