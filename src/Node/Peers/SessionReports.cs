using Microsoft.Extensions.Logging;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>Tells a peer's grain how a session stands; a grain that is slow to listen hears the next report instead.</summary>
internal sealed partial class SessionReports(PeerSessionParts parts)
{
    /// <summary>The report that is on its way, or was last.</summary>
    public Task Last { get; private set; } = Task.CompletedTask;

    /// <summary>Sends a report, unless the one before is still on its way. On the session's own thread.</summary>
    public void Tell(Origin peer, PeerReport report)
    {
        if (Last.IsCompleted)
            Last = SendAsync(peer, report);
    }

    private async Task SendAsync(Origin peer, PeerReport report)
    {
        try
        {
            await parts.Grains.GetGrain<IPeerGrain>(peer.ToString()).Report(report);
        }
        catch (Exception e)
        {
            LogNotReported(parts.Logger, peer.Short, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "How the session with peer {Peer} stands could not be reported ({Reason}); the next report will.")]
    private static partial void LogNotReported(ILogger logger, string peer, string reason);
}
