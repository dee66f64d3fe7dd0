using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
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
internal sealed partial class JournalOpening(NodeDatabase database, OwnJournal own, TimeProvider time, ILogger<JournalOpening> logger)
{
    private readonly Lock _lock = new();
    private readonly HashSet<Origin> _asked = [];
    private readonly TaskCompletionSource _allHeard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<JournalId, ulong> _takingBack = [];
    private TaskCompletionSource _tookBack = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the journal when it is safe; runs beside the node's start.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var (peers, isRestored) = database.Read(session => (
            PeerTable.List(session).Where(peer => peer.State == PeerAdmission.Active).Select(peer => peer.Origin).ToList(),
            NodeSettings.Read(session, NodeSettings.RestoredAt) is not null));
        if (peers.Count > 0)
        {
            Expect(peers);
            var allAnswered = await WaitAsync(_allHeard.Task, isRestored ? PeerLimits.RestoreQuestion : PeerLimits.StartQuestion, cancellationToken);
            if (!await TakeBackAsync(cancellationToken))
                await StartEpochAsync("A peer holds more of this node's journal, and did not give it back.", cancellationToken);
            else if (isRestored && !allAnswered)
                await StartEpochAsync("Not every peer could say how far this node's journal had come.", cancellationToken);
        }
        else if (isRestored)
        {
            await StartEpochAsync("This node was restored and has no peer to ask how far its journal had come.", cancellationToken);
        }

        await database.WriteAsync(session => NodeSettings.Remove(session, NodeSettings.RestoredAt), cancellationToken);
        own.Open();
    }

    /// <summary>A peer has told all it holds.</summary>
    public void HearFrontier(Origin peer)
    {
        lock (_lock)
        {
            if (_asked.Remove(peer) && _asked.Count == 0)
                _allHeard.TrySetResult();
        }
    }

    /// <summary>A peer holds more of our journal than we do: stop writing and take it back.</summary>
    public void HearAhead(PeerSession session, Effect.OwnJournalAhead ahead)
    {
        var journal = ahead.Theirs.Checkpoint.Journal;
        LogAhead(session.Peer?.Short ?? "", ahead.HeldByPeer, journal.Epoch);
        if (journal.Epoch < own.Journal.Epoch)
        {
            // The tail of an epoch that this node gave up: ours all the same, and in nobody's way.
            session.TakeBack(journal);
            return;
        }

        lock (_lock)
            _takingBack[journal] = Math.Max(ahead.HeldByPeer, _takingBack.GetValueOrDefault(journal));
        var wasOpen = own.IsOpen;
        own.Close();
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
            if (_takingBack.Count > 0)
                return;
            _tookBack.TrySetResult();
            _tookBack = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>A peer's copy of our journal contradicts ours: what was written since is kept, in a new epoch.</summary>
    public async Task HearForkAsync(Effect.Reject reject)
    {
        LogFork(reject.Sentence);
        lock (_lock)
            _takingBack.Remove(reject.Journal);
        own.Close();
        await StartEpochAsync("A peer holds another version of this node's journal.", CancellationToken.None);
        own.Open();
    }

    private void Expect(IEnumerable<Origin> peers)
    {
        lock (_lock)
            _asked.UnionWith(peers);
    }

    // Waits for what peers give back, as long as it goes on arriving.
    private async Task<bool> TakeBackAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrived;
            lock (_lock)
            {
                if (_takingBack.Count == 0)
                    return true;
                arrived = _tookBack.Task;
            }

            if (!await WaitAsync(arrived, PeerLimits.RestoreQuestion, cancellationToken))
                return false;
        }
    }

    private async Task ReopenAsync()
    {
        if (!await TakeBackAsync(CancellationToken.None))
            await StartEpochAsync("A peer holds more of this node's journal, and did not give it back.", CancellationToken.None);
        own.Open();
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

    private async Task StartEpochAsync(string why, CancellationToken cancellationToken)
    {
        LogEpoch(why);
        await own.StartEpochAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Peer {Peer} holds {Size} entries of this node's own journal (epoch {Epoch}), more than this node: taking them back before anything is published.")]
    private partial void LogAhead(string peer, ulong size, uint epoch);

    [LoggerMessage(Level = LogLevel.Error, Message = "This node's journal has two versions: {Sentence} Is a copy of this node's data folder running elsewhere? Stop it.")]
    private partial void LogFork(string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal goes on in a new epoch: {Why}")]
    private partial void LogEpoch(string why);
}
