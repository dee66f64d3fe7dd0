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
internal sealed partial class JournalOpening(NodeDatabase database, OwnJournal own, TimeProvider time, ILogger<JournalOpening> logger) : IProblemSource
{
    private readonly Lock _lock = new();
    private readonly HashSet<Origin> _asked = [];
    private readonly HashSet<Origin> _heard = [];
    private readonly TaskCompletionSource _allHeard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<JournalId, ulong> _takingBack = [];
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
            // The tail of an epoch that this node gave up is ours all the same, and in nobody's way.
            if (journal.Epoch >= own.Journal.Epoch)
            {
                _takingBack[journal] = Math.Max(ahead.HeldByPeer, _takingBack.GetValueOrDefault(journal));
                wasOpen = Close();
            }
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
            if (_takingBack.TryGetValue(stored.Journal, out var wanted) && stored.Size >= wanted)
                _takingBack.Remove(stored.Journal);
            Changed();
        }
    }

    /// <summary>
    /// What a peer says about our journal was refused. Only our own signature can show that ours has two versions: what is not signed, or
    /// is about an epoch that was left, is the peer's word alone, and changes nothing here.
    /// </summary>
    public void HearRejected(Effect.Reject reject)
    {
        bool wasOpen;
        lock (_lock)
        {
            if (reject is not { Reason: RejectReason.Fork or RejectReason.WrongRoot, Theirs: not null } || reject.Journal.Epoch < own.Journal.Epoch)
                return;
            LogFork(reject.Sentence);
            Leave("A peer holds another version of this node's journal.");
            wasOpen = Close();
        }

        if (wasOpen)
            _ = ReopenAsync();
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodeProblem> FindProblems() => own.IsOpen
        ? []
        : [new NodeProblem(
            NodeProblemReason.JournalClosed,
            "The node asks its peers how far its journal had come; nothing can be published until they answer or a moment has passed.",
            [])];

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
                if (_takingBack.Count == 0 || _whyLeave is not null)
                    return;
                changed = _changed.Task;
            }

            if (!await WaitAsync(changed, PeerLimits.RestoreQuestion, cancellationToken))
                Leave("A peer holds more of this node's journal, and did not give it back.");
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
                if (_takingBack.Count == 0 && _whyLeave is null)
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
            foreach (var journal in _takingBack.Keys.Where(journal => journal.Epoch <= left).ToArray())
                _takingBack.Remove(journal);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "This node's journal has two versions: {Sentence} Is a copy of this node's data folder running elsewhere? Stop it.")]
    private partial void LogFork(string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal goes on in a new epoch: {Why}")]
    private partial void LogEpoch(string why);
}
