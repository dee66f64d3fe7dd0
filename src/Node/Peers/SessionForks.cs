using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// What one session does when its peer holds another version of a journal than this node, or shows what cannot be verified: looks for the other
/// version, and has the node's journals put right by what their origin decided.
/// </summary>
internal sealed partial class SessionForks(PeerSessionParts parts, PeerSession session, PeerSessions sessions)
{
    private readonly Dictionary<JournalId, Effect.Reject> _rejected = [];
    private TimeSpan _pause = PeerLimits.ForkPause;

    /// <summary>What went wrong, for the admin; null: nothing.</summary>
    public PeerError? Problem { get; set; }

    /// <summary>Carries out what the conversation asks for about a journal that contradicts ours.</summary>
    public Task PerformAsync(Effect effect, CancellationToken cancellationToken)
    {
        switch (effect)
        {
            case Effect.Compare compare:
                Compare(compare);
                return Task.CompletedTask;
            case Effect.ReadPrefix read:
                Read(read);
                return Task.CompletedTask;
            case Effect.Reject reject:
                return RejectAsync(reject);
            case Effect.BranchFound found:
                return SettleAsync(found, cancellationToken);
            case Effect.BranchMissed missed:
                return MissAsync(missed);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void Compare(Effect.Compare compare)
    {
        var root = Prefix(compare.Journal, compare.Size)?.Root();
        session.Post((conversation, now) => conversation.Compared(compare.Journal, compare.Size, root, now));
    }

    private void Read(Effect.ReadPrefix read)
    {
        var prefix = Prefix(read.Journal, read.Size);
        session.Post((conversation, now) => conversation.Prefix(read.Journal, prefix, now));
    }

    private async Task RejectAsync(Effect.Reject reject)
    {
        if (reject.Reason != RejectReason.GivenUp)
            Count(reject);
        lock (_rejected)
            _rejected[reject.Journal] = reject;
        var isOwn = reject.Journal.Origin == parts.Key.Origin;
        var isDecided = !isOwn && parts.Replicas.IsDecided(reject.Journal);
        var step = ForkRule.AfterReject(reject, isOwn, isDecided);
        if (step != RejectStep.None && isOwn)
        {
            parts.Opening.HearRejected(session, reject);
            return;
        }

        // Where the origin has decided, one of the two has not heard of it yet, and nobody is at fault.
        if (step != RejectStep.Search)
            Problem = new PeerError(PeerEnds.ErrorOf(reject.Reason), reject.Sentence);
        if (step is RejectStep.Search or RejectStep.SearchProof)
            Search(reject.Journal, isWhole: step == RejectStep.Search);
        else if (step == RejectStep.Quarantine && await parts.Replicas.QuarantineAsync(reject.Journal, reject.Sentence, ForkProof.Of(reject), CancellationToken.None))
            ShowOrigin(reject.Journal.Origin);
    }

    private void Count(Effect.Reject reject)
    {
        if (session.Peer is { } peer)
            sessions.TotalsOf(peer).Reject();
        Hosting.Telemetry.EntriesRejected.Add(1, new KeyValuePair<string, object?>("reason", reject.Reason.ToString()));
        LogRejected(parts.Logger, session.Peer?.Short ?? "unknown", reject.Journal.Origin.Short, reject.Reason, reject.Sentence);
    }

    private async Task SettleAsync(Effect.BranchFound found, CancellationToken cancellationToken)
    {
        if (found.Journal.Origin == parts.Key.Origin)
        {
            Settled(found.Journal, await parts.Opening.SettleAsync(session, found.Journal, found.Branch, IsProven(found.Journal)));
            return;
        }

        var theirs = RejectedOf(found.Journal)?.Theirs ?? found.Branch.Checkpoint!;
        var step = await parts.Replicas.SettleAsync(found.Branch, found.Journal, theirs, cancellationToken);
        LogSettled(parts.Logger, found.Journal.Origin.Short, found.Journal.Epoch, session.Peer?.Short ?? "unknown", step);
        Problem = step == ReplicaStep.Quarantine
            ? new PeerError(PeerErrorReason.JournalForked, $"{found.Journal.Origin.Short} signed two different journals (epoch {found.Journal.Epoch}).")
            : null;
        switch (step)
        {
            case ReplicaStep.Replace:
                sessions.MeetAgain();
                break;
            case ReplicaStep.Wait:
                await SearchLaterAsync(found.Journal, cancellationToken);
                break;
            case ReplicaStep.Agree:
                Agree(found.Journal);
                break;
            case ReplicaStep.Quarantine:
                ShowOrigin(found.Journal.Origin);
                break;
        }
    }

    private void Settled(JournalId journal, OwnSettlement? settlement)
    {
        if (settlement is { IsChanged: true })
            sessions.MeetAgain();
        else if (settlement is { IsOneVersion: true })
            Agree(journal);
    }

    private void Agree(JournalId journal) => session.Post((conversation, now) => conversation.Agree(journal, now));

    // Only the origin can say which version counts, and it is shown what contradicts a copy where a conversation begins. In its own conversation it
    // has been told the copy already, and the note is its own.
    private void ShowOrigin(Origin origin)
    {
        if (session.Peer != origin)
            sessions.HangUp(origin, GoodbyeReason.Stopping, "This node holds another version of your journal than somebody else; call again to see it.");
    }

    private async Task MissAsync(Effect.BranchMissed missed)
    {
        if (missed.Journal.Origin != parts.Key.Origin)
            Problem = new PeerError(PeerErrorReason.JournalUnverified, missed.Sentence);
        else
            Settled(missed.Journal, await parts.Opening.SettleAsync(session, missed.Journal, branch: null, IsProven(missed.Journal)));
    }

    private bool IsProven(JournalId journal) => RejectedOf(journal) is { Reason: RejectReason.Fork };

    private Effect.Reject? RejectedOf(JournalId journal)
    {
        lock (_rejected)
            return _rejected.GetValueOrDefault(journal);
    }

    // Our version holds something that its origin has not written again yet, or the peer does not hold enough of the other.
    private async Task SearchLaterAsync(JournalId journal, CancellationToken cancellationToken)
    {
        await Task.Delay(_pause, parts.Time, cancellationToken);
        _pause = _pause * 2 < PeerLimits.LongestPause ? _pause * 2 : PeerLimits.LongestPause;
        Search(journal, isWhole: true);
    }

    private void Search(JournalId journal, bool isWhole) => session.Post((conversation, now) => conversation.SearchBranch(journal, isWhole, now));

    // What the disk damaged cannot be compared; verify says so.
    private MerkleRange? Prefix(JournalId journal, ulong size)
    {
        try
        {
            return parts.Register.Find(journal) is { } held ? parts.Database.Read(reader => ForkTables.Prefix(reader, held, size)) : null;
        }
        catch (Exception e) when (e is InvalidDataException or SqliteException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Peer {Peer} sent of journal {Journal} what was refused ({Reason}): {Sentence}")]
    private static partial void LogRejected(ILogger logger, string peer, string journal, RejectReason reason, string sentence);

    [LoggerMessage(Level = LogLevel.Information, Message = "Journal {Journal} (epoch {Epoch}) has two versions, and peer {Peer} holds the other one: {Step}.")]
    private static partial void LogSettled(ILogger logger, string journal, uint epoch, string peer, ReplicaStep step);
}
