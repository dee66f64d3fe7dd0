using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// Keeps up with one peer. The conversation itself runs beside the grain (<see cref="PeerSession"/>): entries do not pass through its turns.
/// </summary>
internal sealed partial class PeerGrain(NodeDatabase database, PeerSessions sessions, TimeProvider time, Random random, ILogger<PeerGrain> logger) : Grain, IPeerGrain
{
    /// <summary>Calls in a row that may end because another connection takes over, although there is none.</summary>
    private const int Crossings = 3;

    private PeerRow? _peer;
    private PeerReport? _report;
    private DateTimeOffset _reportedAt;
    private DateTimeOffset _openedAt;
    private IDisposable? _timer;
    private (PeerStanding Standing, DateTimeOffset Since) _standing;
    private IReadOnlyList<KnownAddress> _known = [];
    private List<string> _addresses = [];
    private int _turn;
    private DateTimeOffset? _nextCallAt;
    private int _failures;
    private ulong _received;
    private ulong _rejected;
    private PeerEndReason? _lastEnd;
    private (PeerEndReason End, PeerErrorReason Error)? _logged;
    private DateTimeOffset _loggedAt;

    private Origin Origin => Origin.Parse(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_peer, var kept) = database.Read(session => (PeerTable.Find(session, Origin), PeerStandings.Find(session, Origin)));
        // Well until this process has heard otherwise, or not at all: nobody knows yet.
        _standing = kept is { Standing: not PeerStanding.Well } standing ? standing : (PeerStanding.Unknown, time.GetUtcNow());
        LearnAddresses();
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
        (_failures, _turn, _nextCallAt) = (0, 0, null);
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

    public async Task Unblock(CancellationToken cancellationToken = default)
    {
        if (database.Read(session => PeerTable.Find(session, Origin)) is { State: PeerAdmission.Blocked })
            await Resume(cancellationToken);
    }

    public async Task SetAddress(string address, CancellationToken cancellationToken = default)
    {
        await database.WriteAsync(
            session =>
            {
                PeerAddresses.Set(session, Origin, address);
                if (PeerTable.Find(session, Origin) is { } peer)
                    PeerTable.Save(session, peer with { Address = PeerAddresses.Normal(address) ?? peer.Address });
            },
            cancellationToken);
        await CallNow(cancellationToken);
    }

    public async Task Remove(CancellationToken cancellationToken = default)
    {
        await database.WriteAsync(
            session =>
            {
                PeerTable.Remove(session, Origin);
                PeerAddresses.Remove(session, Origin);
                PeerStandings.Remove(session, Origin);
            },
            cancellationToken);
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
        var (now, wasOpen) = (time.GetUtcNow(), _report is { IsOpen: true });
        (_report, _reportedAt) = (report, now);
        (_received, _rejected) = (Math.Max(_received, report.Received), Math.Max(_rejected, report.Rejected));
        if (report.IsOpen && !wasOpen)
        {
            // A peer that broke the protocol a moment ago opens as well as any other: its fault is kept until a session lasts.
            var isForgiven = _lastEnd is not PeerEndReason.Violation;
            (_failures, _turn, _nextCallAt, _openedAt) = (isForgiven ? 0 : _failures, 0, null, now);
            _peer = await database.WriteAsync(session => Introduce(session, report, isForgiven, now));
            LearnAddresses();
            if (_peer is { State: PeerAdmission.Active })
                await Move(PeerStanding.Well, now);
            await Start();
        }

        if (report.IsOpen && _lastEnd is not null && (_lastEnd is not PeerEndReason.Violation || now - _openedAt > PeerLimits.GoodSession))
        {
            (_lastEnd, _failures) = (null, 0);
            if (_peer is { LastError: not null } forgiven && report.Problem is null)
                await Remember(forgiven with { LastError = null, LastErrorAt = null });
        }

        if (report.Problem is { } problem && _peer is { } peer && peer.LastError != problem)
            await Remember(peer with { LastError = problem, LastErrorAt = now });
    }

    public async Task Ended(PeerEnd end)
    {
        if (_report is { } report && report.SessionId != end.SessionId && report.IsOpen)
            return;

        var (now, lastHeard, wasOpen) = (time.GetUtcNow(), _report?.LastHeard, _report is { IsOpen: true });
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
        // Where the peer is not, says less than where it was expected: what is remembered of a round of calls is how its first one ended.
        var turn = wasOpen || end.CalledAt is not { } called ? 0 : Math.Max(0, _addresses.IndexOf(called));
        var isElsewhere = turn > 0 && end.Reason is PeerEndReason.Unreachable or PeerEndReason.WrongNode;
        CallAgain(end, isElsewhere || end is { CalledAt: not null, Reason: PeerEndReason.Unreachable or PeerEndReason.WrongNode } ? turn + 1 : 0, wasOpen);
        if (isElsewhere)
            return;
        _lastEnd = end.Reason;
        // Of two calls that crossed, one is superseded a moment before the other counts; only a peer that goes on saying so is at fault.
        if (end.Reason is PeerEndReason.Superseded && _failures < Crossings)
            return;
        await Remember(peer with { LastContactAt = lastHeard ?? peer.LastContactAt, LastError = end.Error, LastErrorAt = now });
        if (peer.State is PeerAdmission.Active or PeerAdmission.Joining)
            await Move(end.Reason is PeerEndReason.Refused or PeerEndReason.WrongNode ? PeerStanding.Refused : PeerStanding.Failing, WellUntil(lastHeard ?? peer.LastContactAt, now));
        Log(end, now);
    }

    // The next address at once, or after the last of them a pause that grows with every round.
    private void CallAgain(PeerEnd end, int turn, bool wasOpen)
    {
        var now = time.GetUtcNow();
        if (!wasOpen && turn > 0 && turn < _addresses.Count)
        {
            (_turn, _nextCallAt) = (turn, now + Jittered(PeerLimits.ShortestPause));
            return;
        }

        _turn = 0;
        _failures++;
        _nextCallAt = now + Pause(end.Reason);
    }

    private Task Tick(CancellationToken cancellationToken)
    {
        if (_peer is not { State: PeerAdmission.Active or PeerAdmission.Joining } peer)
            return Task.CompletedTask;
        // A session reports every second. One that fell silent is gone, whatever became of the word that it ended.
        if (_report is not null && time.GetUtcNow() - _reportedAt > PeerLimits.ReportStaleAfter)
            _report = null;
        if (_report is not null || IsTooEarly() || sessions.IsConnected(Origin) || sessions.IsCalling(Origin))
            return Task.CompletedTask;

        LearnAddresses();
        _nextCallAt = null;
        if (_addresses.Count == 0)
            _nextCallAt = time.GetUtcNow() + PeerLimits.LongestPause;
        else
            sessions.Call(peer with { Address = _addresses[Math.Min(_turn, _addresses.Count - 1)] });
        return Task.CompletedTask;
    }

    private void LearnAddresses()
    {
        _known = _peer is null ? [] : database.Read(session => PeerAddresses.List(session, Origin));
        _addresses = _peer is null ? [] : PeerAddresses.InOrder(_known, sessions.RecordAddressOf(Origin), _peer.Address);
        _addresses.RemoveAll(sessions.IsOwnAddress);
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
        (_peer, _lastEnd) = (changed, null);
        if (changed is not null)
        {
            await Move(
                state switch { PeerAdmission.Paused => PeerStanding.Paused, PeerAdmission.Blocked => PeerStanding.Blocked, _ => PeerStanding.Unknown },
                time.GetUtcNow());
        }

        if (state == PeerAdmission.Paused)
            sessions.HangUp(Origin, V1.GoodbyeReason.Paused, "This chapter's admin paused the exchange.");
        else if (state == PeerAdmission.Blocked)
            sessions.HangUp(Origin, V1.GoodbyeReason.Blocked, "This chapter's admin blocked you.");
    }

    // What the peer told about itself, where it was found, and that the invitation has served.
    private PeerRow? Introduce(DatabaseSession session, PeerReport report, bool isForgiven, DateTimeOffset now)
    {
        if (PeerTable.Find(session, Origin) is not { } peer)
            return null;
        PeerAddresses.Tell(session, Origin, report.Address, now);
        if (report.CalledAt is { } called)
            PeerAddresses.Work(session, Origin, called, now);
        var addresses = PeerAddresses.InOrder(PeerAddresses.List(session, Origin), ofRecord: null, peer.Address);
        var introduced = peer with
        {
            Name = report.ChapterName.Length > 0 ? report.ChapterName : peer.Name,
            Address = addresses.Count > 0 ? addresses[0] : "",
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

    // What was not well a moment ago is not well for as long as it has not been: a failed call begins nothing anew.
    private DateTimeOffset WellUntil(DateTimeOffset? lastHeard, DateTimeOffset now) =>
        _standing.Standing is PeerStanding.Well or PeerStanding.Unknown && lastHeard is { } heard && heard < now ? heard : now;

    private async Task Move(PeerStanding standing, DateTimeOffset since)
    {
        if (_standing.Standing == standing)
            return;
        _standing = (standing, since);
        if (standing == PeerStanding.Well && _logged is not null)
            LogWell(Origin.Short);
        if (standing == PeerStanding.Well)
            _logged = null;
        await database.WriteAsync(session =>
        {
            if (PeerTable.Find(session, Origin) is not null)
                PeerStandings.Save(session, Origin, standing, since);
        });
    }

    // A line when something changes, and one a day while it lasts: a dead peer does not fill a disk.
    private void Log(PeerEnd end, DateTimeOffset now)
    {
        if (_logged == (end.Reason, end.Error.Reason) && now - _loggedAt < PeerLimits.Reminder)
            return;
        (_logged, _loggedAt) = ((end.Reason, end.Error.Reason), now);
        LogEnded(Origin.Short, end.Reason, end.Error.Sentence, _standing.Since);
    }

    // Doubles from the shortest to the longest pause, with jitter so that peers of a node that restarts do not call at the same moment.
    private TimeSpan Pause(PeerEndReason reason)
    {
        if (reason is PeerEndReason.Refused or PeerEndReason.WrongNode or PeerEndReason.OverQuota)
            return PeerLimits.RefusedPause;
        var doubled = PeerLimits.ShortestPause * Math.Pow(2, Math.Min(_failures - 1, 10));
        return Jittered(doubled < PeerLimits.LongestPause ? doubled : PeerLimits.LongestPause);
    }

    private TimeSpan Jittered(TimeSpan pause) => pause * (0.75 + (random.NextDouble() / 2));

    private PeerStatus Describe(PeerRow peer)
    {
        var now = time.GetUtcNow();
        var isCrossing = _lastEnd is PeerEndReason.Superseded && _failures < Crossings;
        var reading = new PeerReading(peer, _report, _lastEnd, isCrossing, HasAddress: _addresses.Count > 0, _standing.Since, now);
        return new PeerStatus(
            peer.Origin.ToString(), peer.Name, _addresses.Count > 0 ? _addresses[0] : "", reading.Activity, _standing.Since, _report?.LastHeard ?? peer.LastContactAt,
            _report?.BehindEntries ?? 0, _report?.LackingSince, _report?.AheadEntries ?? 0, _report?.IsEqual ?? false,
            _received, _rejected, peer.LastError, peer.LastErrorAt, reading.Advice, _nextCallAt,
            _report?.Software ?? peer.Software, _report?.ClockSkew ?? TimeSpan.Zero, reading.Actor, _known);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Peer {Peer} is connected again.")]
    private partial void LogWell(string peer);

    [LoggerMessage(Level = LogLevel.Information, Message = "Peer {Peer} is not connected since {Since:u} ({Reason}): {Sentence} It is called again by itself; this is said again once a day.")]
    private partial void LogEnded(string peer, PeerEndReason reason, string sentence, DateTimeOffset since);
}
