using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// Keeps up with one peer. The conversation itself runs beside the grain (<see cref="PeerSession"/>): entries do not pass through its turns.
/// </summary>
internal sealed class PeerGrain(NodeDatabase database, PeerSessions sessions, TimeProvider time, Random random) : Grain, IPeerGrain
{
    /// <summary>Calls in a row that may end because another connection takes over, although there is none.</summary>
    private const int Crossings = 3;

    private PeerRow? _peer;
    private PeerReport? _report;
    private DateTimeOffset _reportedAt;
    private IDisposable? _timer;
    private DateTimeOffset _since;
    private DateTimeOffset? _nextCallAt;
    private int _failures;
    private ulong _received;
    private ulong _rejected;
    private PeerEndReason? _lastEnd;

    private Origin Origin => Origin.Parse(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _since = time.GetUtcNow();
        _peer = database.Read(session => PeerTable.Find(session, Origin));
        return Task.CompletedTask;
    }

    public Task Start(CancellationToken cancellationToken = default)
    {
        _timer ??= this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(TimeSpan.Zero, PeerLimits.Tick) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public async Task CallNow(CancellationToken cancellationToken = default)
    {
        _peer = database.Read(session => PeerTable.Find(session, Origin));
        (_failures, _nextCallAt) = (0, null);
        await Start(cancellationToken);
        await Tick(cancellationToken);
    }

    public Task Pause(CancellationToken cancellationToken = default) => Decide(PeerAdmission.Paused, cancellationToken);

    public async Task Resume(CancellationToken cancellationToken = default)
    {
        await Decide(PeerAdmission.Active, cancellationToken);
        await CallNow(cancellationToken);
    }

    public Task Block(CancellationToken cancellationToken = default) => Decide(PeerAdmission.Blocked, cancellationToken);

    public async Task Remove(CancellationToken cancellationToken = default)
    {
        await database.WriteAsync(session => PeerTable.Remove(session, Origin), cancellationToken);
        _peer = null;
        sessions.HangUp(Origin, V1.GoodbyeReason.NotAPeer, "This chapter's admin removed you from its peers.");
        _timer?.Dispose();
        _timer = null;
        DeactivateOnIdle();
    }

    public Task<PeerStatus?> Status(CancellationToken cancellationToken = default)
    {
        // A peer that was just admitted by its own call is not known here yet.
        _peer ??= database.Read(session => PeerTable.Find(session, Origin));
        return Task.FromResult(_peer is null ? null : Describe(_peer));
    }

    public async Task Report(PeerReport report)
    {
        var wasOpen = _report is { IsOpen: true };
        (_report, _reportedAt) = (report, time.GetUtcNow());
        (_received, _rejected) = (Math.Max(_received, report.Received), Math.Max(_rejected, report.Rejected));
        if (report.IsOpen && !wasOpen)
        {
            // A peer that broke the protocol a moment ago opens as well as any other: its fault is kept until a session lasts.
            var isForgiven = _lastEnd is not PeerEndReason.Violation;
            (_failures, _nextCallAt, _since) = (isForgiven ? 0 : _failures, null, time.GetUtcNow());
            _peer = await database.WriteAsync(session => Introduce(session, report, isForgiven));
            await Start();
        }

        if (report.IsOpen && _lastEnd is not null && (_lastEnd is not PeerEndReason.Violation || time.GetUtcNow() - _since > PeerLimits.GoodSession))
        {
            (_lastEnd, _failures) = (null, 0);
            if (_peer is { LastError: not null } forgiven && report.Problem is null)
                await Remember(forgiven with { LastError = null, LastErrorAt = null });
        }

        if (report.Problem is { } problem && _peer is { } peer && peer.LastError != problem)
            await Remember(peer with { LastError = problem, LastErrorAt = time.GetUtcNow() });
    }

    public async Task Ended(PeerEnd end)
    {
        if (_report is { } report && report.SessionId != end.SessionId && report.IsOpen)
            return;

        var lastHeard = _report?.LastHeard;
        _peer = database.Read(session => PeerTable.Find(session, Origin));
        if (_peer is not { } peer)
        {
            // A stranger: nothing of it is kept, not even this.
            DeactivateOnIdle();
            return;
        }

        _report = null;
        if (end.Reason is PeerEndReason.Superseded && sessions.IsConnected(Origin))
            return;
        (_lastEnd, _since) = (end.Reason, time.GetUtcNow());
        _failures++;
        _nextCallAt = time.GetUtcNow() + Pause(end.Reason);
        // Of two calls that crossed, one is superseded a moment before the other counts; only a peer that goes on saying so is at fault.
        if (end.Reason is PeerEndReason.Superseded && _failures < Crossings)
            return;
        await Remember(peer with { LastContactAt = lastHeard ?? peer.LastContactAt, LastError = end.Error, LastErrorAt = time.GetUtcNow() });
    }

    private Task Tick(CancellationToken cancellationToken)
    {
        if (_peer is not { State: PeerAdmission.Active or PeerAdmission.Joining, Address.Length: > 0 } peer)
            return Task.CompletedTask;
        // A session reports every second. One that fell silent is gone, whatever became of the word that it ended.
        if (_report is not null && time.GetUtcNow() - _reportedAt > PeerLimits.ReportStaleAfter)
            _report = null;
        if (_report is not null || IsTooEarly() || sessions.IsConnected(Origin) || sessions.IsCalling(Origin))
            return Task.CompletedTask;

        _nextCallAt = null;
        sessions.Call(peer);
        return Task.CompletedTask;
    }

    // A clock that was set back must not make a pause last longer.
    private bool IsTooEarly() => _nextCallAt is { } due && time.GetUtcNow() < due && due - time.GetUtcNow() <= PeerLimits.RefusedPause;

    private async Task Decide(PeerAdmission state, CancellationToken cancellationToken)
    {
        var changed = await database.WriteAsync(
            session =>
            {
                if (PeerTable.Find(session, Origin) is not { } peer)
                    return null;
                var decided = peer with { State = state, LastError = null, LastErrorAt = null };
                PeerTable.Save(session, decided);
                return decided;
            },
            cancellationToken);
        (_peer, _since, _lastEnd) = (changed, time.GetUtcNow(), null);
        if (state == PeerAdmission.Paused)
            sessions.HangUp(Origin, V1.GoodbyeReason.Paused, "This chapter's admin paused the exchange.");
        else if (state == PeerAdmission.Blocked)
            sessions.HangUp(Origin, V1.GoodbyeReason.Blocked, "This chapter's admin blocked you.");
    }

    // What the peer told about itself, and that the invitation has served.
    private PeerRow? Introduce(DatabaseSession session, PeerReport report, bool isForgiven)
    {
        if (PeerTable.Find(session, Origin) is not { } peer)
            return null;
        var introduced = peer with
        {
            Name = report.ChapterName.Length > 0 ? report.ChapterName : peer.Name,
            Address = peer.Address.Length > 0 ? peer.Address : report.Address,
            State = peer.State == PeerAdmission.Joining ? PeerAdmission.Active : peer.State,
            InvitationId = null,
            InvitationSecret = null,
            LastContactAt = report.LastHeard,
            LastError = isForgiven ? null : peer.LastError,
            LastErrorAt = isForgiven ? null : peer.LastErrorAt,
            Software = report.Software,
        };
        PeerTable.Save(session, introduced);
        return introduced;
    }

    private async Task Remember(PeerRow peer)
    {
        _peer = peer;
        await database.WriteAsync(session =>
        {
            if (PeerTable.Find(session, Origin) is not null)
                PeerTable.Save(session, peer);
        });
    }

    // Doubles from the shortest to the longest pause, with jitter so that peers of a node that restarts do not call at the same moment.
    private TimeSpan Pause(PeerEndReason reason)
    {
        if (reason is PeerEndReason.Refused or PeerEndReason.WrongNode)
            return PeerLimits.RefusedPause;
        var doubled = PeerLimits.ShortestPause * Math.Pow(2, Math.Min(_failures - 1, 10));
        return (doubled < PeerLimits.LongestPause ? doubled : PeerLimits.LongestPause) * (0.75 + (random.NextDouble() / 2));
    }

    private PeerStatus Describe(PeerRow peer)
    {
        var activity = ActivityOf(peer);
        return new PeerStatus(
            peer.Origin.ToString(), peer.Name, peer.Address, activity, _since, _report?.LastHeard ?? peer.LastContactAt,
            _report?.BehindEntries ?? 0, _report?.LackingSince, _report?.AheadEntries ?? 0, _report?.IsEqual ?? false,
            _received, _rejected, peer.LastError, peer.LastErrorAt, AdviceFor(activity), _nextCallAt,
            _report?.Software ?? peer.Software, _report?.ClockSkew ?? TimeSpan.Zero);
    }

    private PeerActivity ActivityOf(PeerRow peer) => peer.State switch
    {
        PeerAdmission.Paused => PeerActivity.Paused,
        PeerAdmission.Blocked => PeerActivity.Blocked,
        _ when _report is { IsOpen: true } report => report.BehindEntries > 0 ? PeerActivity.Syncing : PeerActivity.UpToDate,
        _ when _report is not null => PeerActivity.Connecting,
        _ when _lastEnd is PeerEndReason.Refused or PeerEndReason.WrongNode => PeerActivity.Refused,
        _ when peer.Address.Length == 0 => PeerActivity.Waiting,
        _ when _lastEnd is PeerEndReason.Superseded && _failures < Crossings => PeerActivity.Connecting,
        _ when _lastEnd is not null && _failures > 0 => PeerActivity.Unreachable,
        _ => PeerActivity.Connecting,
    };

    private PeerAdvice AdviceFor(PeerActivity activity) => activity switch
    {
        PeerActivity.Unreachable => PeerAdvice.WaitOrAsk,
        PeerActivity.Waiting when _failures > 0 => PeerAdvice.WaitOrAsk,
        PeerActivity.Refused when _lastEnd is PeerEndReason.WrongNode => PeerAdvice.NewAddress,
        PeerActivity.Refused when _peer!.State == PeerAdmission.Joining => PeerAdvice.NewInvitation,
        PeerActivity.Refused => PeerAdvice.AskPeer,
        PeerActivity.Paused or PeerActivity.Blocked => PeerAdvice.Resume,
        _ when _report is { Problem: not null } => PeerAdvice.LookAtJournals,
        _ when _report is { } report && report.ClockSkew.Duration() > TimeSpan.FromMinutes(1) => PeerAdvice.SetClock,
        _ => PeerAdvice.None,
    };
}
