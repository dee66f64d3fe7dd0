using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Commands;

/// <summary>What one look at a peer during the first sync means.</summary>
internal abstract record SyncStep
{
    private SyncStep()
    {
    }

    /// <summary>Look again.</summary>
    /// <param name="Peer">As it is now.</param>
    /// <param name="Held">Entries that no longer lack.</param>
    /// <param name="Total">All that lacked since the start; 0 while the peer has not told.</param>
    public sealed record GoesOn(Peer Peer, ulong Held, ulong Total) : SyncStep;

    /// <summary>Nothing lacks.</summary>
    public sealed record Done(Peer Peer) : SyncStep;

    /// <summary>A person has to act before it can go on.</summary>
    public sealed record Stopped(string Why) : SyncStep;

    /// <summary>Nothing moved for <see cref="Limits.SyncStall"/>.</summary>
    public sealed record Stalled(string Why) : SyncStep;
}

/// <summary>
/// Follows a first sync from looks at the peer. The node knows what lacks now, not what lacked at the start; that is remembered here.
/// "Nothing lacks" counts only when the node says that it is connected and up to date: before the first contact nothing lacks either.
/// </summary>
internal sealed class FirstSync(DateTimeOffset startedAt)
{
    private DateTimeOffset _movedAt = startedAt;
    private ulong _mostLacking;
    private (ulong Behind, ulong Received) _last;

    /// <summary>Takes one look.</summary>
    /// <param name="peer">Null: the node no longer has it as a peer.</param>
    /// <param name="now">The time of the look.</param>
    public SyncStep Observe(Peer? peer, DateTimeOffset now)
    {
        switch (peer?.State)
        {
            case null:
                return new SyncStep.Stopped("Someone removed the peer during the first sync.");
            case PeerState.UpToDate when peer.BehindEntries == 0:
                return new SyncStep.Done(peer);
            case PeerState.Refused or PeerState.Blocked or PeerState.Paused:
                return new SyncStep.Stopped(Sentence(peer, $"The first sync stopped: {Words.Name(peer)}: {Words.State(peer.State)}."));
        }

        // Not the state: a peer that is called again and again without success changes its state and moves nothing.
        var look = (peer.BehindEntries, peer.ReceivedEntries);
        if (look != _last)
        {
            _last = look;
            _movedAt = now;
        }
        else if (now - _movedAt >= Limits.SyncStall)
        {
            return new SyncStep.Stalled(Sentence(
                peer,
                $"Nothing moved for {Words.Span(Limits.SyncStall)} ({Words.Name(peer)}: {Words.State(peer.State)}). "
                + "The node goes on trying; see \"ouishare peers\"."));
        }

        _mostLacking = Math.Max(_mostLacking, peer.BehindEntries);
        return new SyncStep.GoesOn(peer, _mostLacking - peer.BehindEntries, _mostLacking);
    }

    private static string Sentence(Peer peer, string beginning) =>
        string.Join(' ', new[] { beginning, peer.LastError, peer.Advice }.Where(part => part.Length > 0));
}
