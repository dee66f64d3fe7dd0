using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// Decides when this node's own journal may be written after a start: a node that was restored from older data would use positions a
/// second time and fork itself.
/// <list type="number">
/// <item>Without peers it opens at once: nobody can hold more.</item>
/// <item>Otherwise it asks its peers for a moment. Who holds more gives it back, and it opens after that.</item>
/// <item>When not all peers answered and the data are known to be a backup, it goes on in a new epoch, which is always safe.</item>
/// </list>
/// </summary>
internal sealed partial class JournalOpening(
    NodeDatabase database, OwnJournal own, RollBackNotices notices, TimeProvider time, ILogger<JournalOpening> logger) : IProblemSource
{
    private readonly Lock _lock = new();
    private readonly HashSet<Origin> _asked = [];
    private readonly HashSet<Origin> _heard = [];
    private readonly TaskCompletionSource _allHeard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TakingBack _takingBack = new();
    private readonly Dictionary<(PeerSession Session, JournalId Journal), SignedCheckpoint> _searches = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _whyLeave;

    /// <summary>Opens the journal when it is safe; runs beside the node's start.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (peers, isRestored) = database.Read(session => (
            PeerTable.List(session).Where(peer => peer.State == PeerAdmission.Active).Select(peer => peer.Origin).ToList(),
            NodeSettings.Read(session, NodeSettings.RestoredAt) is not null));
        var allAnswered = true;
        if (peers.Count > 0)
        {
            Expect(peers);
            allAnswered = await WaitAsync(_allHeard.Task, isRestored ? PeerLimits.RestoreQuestion : PeerLimits.StartQuestion, cancellationToken);
        }

        await TakeBackAsync(cancellationToken);
        if (isRestored && peers.Count == 0)
            Leave("This node was restored and has no peer to ask how far its journal had come.");
        else if (isRestored && !allAnswered)
            Leave("Not every peer could say how far this node's journal had come.");
        await OpenAsync(cancellationToken);
    }

    /// <summary>A peer has told all it holds.</summary>
    public void HearFrontier(Origin peer)
    {
        lock (_lock)
        {
            _heard.Add(peer);
            if (_asked.Remove(peer) && _asked.Count == 0)
                _allHeard.TrySetResult();
        }
    }

    /// <summary>A peer holds more of our journal than we do: stop writing and take it back.</summary>
    public void HearAhead(PeerSession session, Effect.OwnJournalAhead ahead)
    {
        var journal = ahead.Theirs.Checkpoint.Journal;
        LogAhead(session.Peer?.Short ?? "", ahead.HeldByPeer, journal.Epoch);
        var wasOpen = false;
        lock (_lock)
        {
            if (_takingBack.Hear(journal, ahead.HeldByPeer, own.Journal.Epoch, own.Held(journal)))
                wasOpen = Close();
        }

        session.TakeBack(journal);
        if (wasOpen)
            _ = ReopenAsync();
    }

    /// <summary>Entries were stored; when they are of our own journal, it goes on after them.</summary>
    public async Task TookBackAsync(StoredJournal stored)
    {
        if (stored.Journal.Origin != own.Origin)
            return;

        await own.ResumeAsync(stored.Journal);
        lock (_lock)
        {
            _takingBack.Stored(stored.Journal, stored.Size);
            Changed();
        }
    }

    /// <summary>
    /// What a peer holds of our journal is not what we hold. Only our own signature can show that ours has two versions: what is not signed is the
    /// peer's word alone, and changes nothing here. The other version is looked for, and nothing is written meanwhile.
    /// </summary>
    public void HearRejected(PeerSession session, Effect.Reject reject)
    {
        if (reject.Theirs is not { } theirs)
            return;
        LogFork(session.Peer?.Short ?? "", reject.Sentence);
        var wasOpen = false;
        lock (_lock)
        {
            _takingBack.Drop(reject.Journal);
            _searches[(session, reject.Journal)] = theirs;
            if (reject.Journal.Epoch >= own.Journal.Epoch)
                wasOpen = Close();
            Changed();
        }

        session.Post((conversation, now) => conversation.SearchBranch(reject.Journal, isWhole: true, now));
        if (wasOpen)
            _ = ReopenAsync();
    }

    /// <summary>
    /// The search for another version of our journal ended: puts the two together. When anything changed, every session must begin anew. Null: there
    /// was nothing to put together.
    /// </summary>
    /// <param name="session">Whose search.</param>
    /// <param name="journal">Which epoch.</param>
    /// <param name="branch">The other version; null: the peer does not have it.</param>
    /// <param name="isProven">A note of ours proves that there is one, whoever has it.</param>
    public async Task<OwnSettlement?> SettleAsync(PeerSession session, JournalId journal, JournalBranch? branch, bool isProven)
    {
        SignedCheckpoint? theirs;
        lock (_lock)
        {
            if (!_searches.TryGetValue((session, journal), out theirs))
                return null;
        }

        try
        {
            if (branch is null && !isProven)
                return null;
            var before = own.Journal.Epoch;
            var settlement = await own.SettleAsync(journal, branch, theirs, isProven);
            lock (_lock)
            {
                if (own.Journal.Epoch > before)
                    _takingBack.Left(before);
            }

            if (settlement.TakenBack > 0 || settlement.WrittenAgain > 0)
                await notices.AddAsync(settlement);
            return settlement;
        }
        finally
        {
            Ended(session, journal);
        }
    }

    /// <summary>A session is over, and with it what was searched in it.</summary>
    public void Ended(PeerSession session)
    {
        foreach (var journal in SearchedBy(session))
            Ended(session, journal);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodeProblem> FindProblems() => own.IsOpen || own.IsClosedForGood
        ? []
        : [new NodeProblem(
            NodeProblemReason.JournalClosed,
            "The node asks its peers how far its journal had come; nothing can be published until they answer or a moment has passed.",
            [])];

    // Under the lock. Something is still to come of an epoch that is not left yet.
    private bool IsWaiting => _takingBack.IsWanting || _searches.Keys.Any(search => search.Journal.Epoch >= own.Journal.Epoch);

    private List<JournalId> SearchedBy(PeerSession session)
    {
        lock (_lock)
            return [.. _searches.Keys.Where(search => search.Session == session).Select(search => search.Journal)];
    }

    private void Ended(PeerSession session, JournalId journal)
    {
        lock (_lock)
        {
            _searches.Remove((session, journal));
            Changed();
        }
    }

    private void Expect(IEnumerable<Origin> peers)
    {
        lock (_lock)
        {
            // A peer may have answered before anybody thought of asking.
            _asked.UnionWith(peers.Except(_heard));
            if (_asked.Count == 0)
                _allHeard.TrySetResult();
        }
    }

    // Waits for what peers give back, as long as it goes on arriving; without it, the journal goes on in another epoch.
    private async Task TakeBackAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (!IsWaiting || _whyLeave is not null)
                    return;
                changed = _changed.Task;
            }

            if (!await WaitAsync(changed, PeerLimits.RestoreQuestion, cancellationToken))
                Leave("A peer holds more of this node's journal, or another version of it, and did not give it back.");
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await TakeBackAsync(cancellationToken);
            await LeaveEpochAsync(cancellationToken);
            await database.WriteAsync(session => NodeSettings.Remove(session, NodeSettings.RestoredAt), cancellationToken);
            lock (_lock)
            {
                // Asked again under the lock: a peer may have said a moment ago that it holds more.
                if (!IsWaiting && _whyLeave is null)
                {
                    own.Open();
                    return;
                }
            }
        }
    }

    private async Task ReopenAsync()
    {
        while (!database.IsBroken)
        {
            try
            {
                await OpenAsync(CancellationToken.None);
                return;
            }
            catch (StorageUnavailableException e)
            {
                LogStillClosed(e.Message);
                await Task.Delay(PeerLimits.ReopenPause, time, CancellationToken.None);
            }
        }
    }

    private async Task LeaveEpochAsync(CancellationToken cancellationToken)
    {
        string? why;
        lock (_lock)
            why = _whyLeave;
        if (why is null)
            return;

        var left = own.Journal.Epoch;
        LogEpoch(why);
        await own.StartEpochAsync(left, cancellationToken);
        lock (_lock)
        {
            _whyLeave = null;
            _takingBack.Left(left);
        }
    }

    private void Leave(string why)
    {
        lock (_lock)
        {
            _whyLeave ??= why;
            Changed();
        }
    }

    // Under the lock. Whether the journal was open, so that it is to be opened again.
    private bool Close()
    {
        var wasOpen = own.IsOpen;
        own.Close();
        return wasOpen;
    }

    private void Changed()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private async Task<bool> WaitAsync(Task task, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "This node's journal stays closed, and nothing can be published: {Reason}")]
    private partial void LogStillClosed(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Peer {Peer} holds {Size} entries of this node's own journal (epoch {Epoch}), more than this node: taking them back before anything is published.")]
    private partial void LogAhead(string peer, ulong size, uint epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Peer {Peer} holds another version of this node's journal: {Sentence} The node compares the two, and loses nothing of either.")]
    private partial void LogFork(string peer, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal goes on in a new epoch: {Why}")]
    private partial void LogEpoch(string why);
}
