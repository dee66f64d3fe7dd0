using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Peers;

/// <summary>The sessions of this silo: makes them, and sees to it that there is one with each peer. Thread-safe.</summary>
internal sealed partial class PeerSessions(
    PeerSessionParts parts, ChapterDirectory chapters, NodeLocation location, IGrainFactory grains, ILogger<PeerSessions> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Origin, PeerSession> _open = [];
    private readonly ConcurrentDictionary<PeerSession, Task> _running = [];
    private readonly ConcurrentDictionary<Origin, PeerSession> _calls = [];
    private readonly ConcurrentDictionary<Origin, PeerTotals> _totals = [];
    private readonly Lock _strangersLock = new();
    private readonly LinkedList<PeerSession> _strangers = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly FetchPlan _plan = new();
    private readonly RandomNumberGenerator _random = RandomNumberGenerator.Create();
    private int _isDisposed;

    /// <summary>This node stops or restarts: sessions end because of it and not because of their peers.</summary>
    public bool IsStopping => _stopping.IsCancellationRequested || _isDisposed != 0;

    /// <summary>How far behind each open session we are, for the gauges.</summary>
    public IReadOnlyCollection<PeerLag> Lags()
    {
        var now = parts.Time.GetUtcNow();
        return [.. _open.Select(pair => new PeerLag(
            pair.Key.Short[..8],
            (long)(pair.Value.Standing?.BehindEntries ?? 0),
            pair.Value.Standing?.LackingSince is { } since ? now - since : TimeSpan.Zero))];
    }

    /// <summary>How long ago each peer was last heard, for the gauges; one that never was is left out.</summary>
    public IReadOnlyCollection<PeerSilence> Silences()
    {
        var now = parts.Time.GetUtcNow();
        var silences = new List<PeerSilence>();
        foreach (var peer in parts.Database.Read(PeerTable.List))
        {
            var heard = _open.TryGetValue(peer.Origin, out var session) ? session.Standing?.LastHeard : null;
            if ((heard ?? peer.LastContactAt) is { } last)
                silences.Add(new PeerSilence(peer.Origin.Short[..8], now - last));
        }

        return silences;
    }

    /// <summary>What came from a peer through all its sessions.</summary>
    public PeerTotals TotalsOf(Origin peer) => _totals.GetOrAdd(peer, _ => new PeerTotals());

    public bool IsConnected(Origin peer) => _open.ContainsKey(peer);

    /// <summary>This silo's call to the peer has not ended, whether it is connected yet or not.</summary>
    public bool IsCalling(Origin peer) => _calls.ContainsKey(peer);

    /// <summary>Calls a peer, unless a call to it runs. Returns at once; the peer's grain is told how it went.</summary>
    public void Call(PeerRow peer)
    {
        if (parts.RunTwice.IsProven)
            return;
        var settings = Settings(ConversationRole.Caller) with
        {
            ExpectedPeer = peer.Origin,
            Invitation = peer is { InvitationId: { } id, InvitationSecret: { } secret } && InvitationId.TryFromBytes(id, out var invitation)
                ? new InvitationCode(peer.Address, peer.Origin, invitation, secret, DateTimeOffset.MaxValue)
                : null,
        };
        var session = new PeerSession(parts, this, settings) { CalledAt = peer.Address };
        if (!_calls.TryAdd(peer.Origin, session))
            return;
        var calling = CallAsync(session, peer);
        _running[session] = calling;
        // It may have ended before it was noted.
        if (calling.IsCompleted)
            _running.TryRemove(session, out _);
    }

    /// <summary>Answers a call; completes when the session is over.</summary>
    public async Task AnswerAsync(IPeerStream stream, CancellationToken cancellationToken)
    {
        var session = new PeerSession(parts, this, Settings(ConversationRole.Answerer));
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        Admit(session);
        var running = RunAsync(session, stream, both.Token);
        _running[session] = running;
        try
        {
            await running;
        }
        finally
        {
            Proven(session);
            // It may have ended before it was noted.
            _running.TryRemove(session, out _);
        }
    }

    /// <summary>The peer of a session proved its key, or the session is over: it is no stranger any more.</summary>
    public void Proven(PeerSession session)
    {
        lock (_strangersLock)
            _strangers.Remove(session);
    }

    /// <summary>The sessions that serve now.</summary>
    public IReadOnlyCollection<PeerSession> Open => [.. _open.Values];

    /// <summary>Hangs up on a peer, if it is connected.</summary>
    public void HangUp(Origin peer, GoodbyeReason reason, string detail)
    {
        if (_open.TryGetValue(peer, out var session))
            session.HangUp(reason, detail);
    }

    /// <summary>
    /// Hangs up on everybody, to be called again at once: which journals this node follows has changed, or a journal was put right that had two
    /// versions. A conversation says so only where it begins.
    /// </summary>
    public void MeetAgain()
    {
        foreach (var session in _open.Values)
            session.MeetAgain();
    }

    /// <summary>Whether this node itself answers at an address: a peer that was given none by its admin says "localhost" as we do.</summary>
    public bool IsOwnAddress(string address) => address == location.Given || location.Bound.Contains(address, StringComparer.OrdinalIgnoreCase);

    /// <summary>The address in a chapter's signed record; null while none is held.</summary>
    public string? RecordAddressOf(Origin origin) => chapters.Find(origin)?.Address;

    /// <summary>
    /// Why a session is refused whose peer is connected already by another of its processes: null when there is none, or when that one does not
    /// answer any more, which then gives way. Both processes are shown what the other signed.
    /// </summary>
    public async Task<PeerRefusal?> RefuseSecondAsync(PeerSession session, CancellationToken cancellationToken)
    {
        if (session.Peer is not { } peer || session.Alive is not { } second || !_open.TryGetValue(peer, out var other)
            || other.Alive is not { } first || first.Instance == second.Instance)
            return null;
        if (await other.AskAliveAsync(cancellationToken) is not { } now)
        {
            if (_open.TryRemove(KeyValuePair.Create(peer, other)))
                Telemetry.SyncSessions.Add(-1);
            other.HangUp(GoodbyeReason.Timeout, "You did not answer, and a newer process of this node called.");
            return null;
        }

        LogRunTwice(peer.Short);
        other.HangUp(GoodbyeReason.RunTwice, RunTwice.Sentence, second);
        return new PeerRefusal(GoodbyeReason.RunTwice, RunTwice.Sentence, now);
    }

    /// <summary>
    /// Lets a session serve its peer, unless another does already: of two that were begun from both sides, the one that the smaller
    /// key called stays, so that both nodes choose the same. One that has been silent for long gives way.
    /// </summary>
    public bool TryEnter(PeerSession session, Origin peer, DateTimeOffset now)
    {
        while (true)
        {
            if (_open.TryAdd(peer, session))
            {
                Telemetry.SyncSessions.Add(1);
                return true;
            }

            if (!_open.TryGetValue(peer, out var other))
                continue;

            var isStale = other.Standing?.LastHeard is not { } heard || now - heard > PeerLimits.StaleAfter;
            var isPreferred = session.Role == other.Role
                ? session.Role == ConversationRole.Answerer
                : (session.Role == ConversationRole.Caller) == (chapters.Own < peer);
            if (!isStale && !isPreferred)
                return false;
            if (!_open.TryUpdate(peer, session, other))
                continue;
            other.HangUp(GoodbyeReason.AlreadyConnected, "A newer connection between the two nodes took over.");
            return true;
        }
    }

    /// <summary>Hangs up on everybody, and waits for it. Idempotent: the node's life ends the sessions before the container does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        foreach (var session in _running.Keys)
            session.HangUp(GoodbyeReason.Stopping, "This node stops or restarts.");
        _stopping.CancelAfter(TimeSpan.FromSeconds(2));
        await Task.WhenAll(_running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Neither is disposed: a call that comes while the server closes still asks for both, and ends at once by this.
        await _stopping.CancelAsync();
    }

    private ConversationSettings Settings(ConversationRole role) => new()
    {
        Key = parts.Key,
        Instance = parts.Instance,
        Role = role,
        Plan = _plan,
        IsLeft = parts.Register.IsBlocked,
        FindGivenUp = parts.Replicas.FindGivenUp,
        Random = _random,
        ChapterName = Shortened(chapters.NameOf(chapters.Own), Limits.ChapterNameLength),
        Address = Shortened(location.Given ?? location.Bound.FirstOrDefault() ?? "", Limits.AddressLength),
        Software = $"ouishare-federation {NodeVersion.Text}",
    };

    // Anybody may connect, and costs memory until the handshake's time is over.
    private void Admit(PeerSession session)
    {
        PeerSession? oldest = null;
        lock (_strangersLock)
        {
            _strangers.AddLast(session);
            if (_strangers.Count > PeerLimits.Strangers)
            {
                oldest = _strangers.First!.Value;
                _strangers.RemoveFirst();
            }
        }

        oldest?.HangUp(GoodbyeReason.Timeout, "Too many callers have not proven their key; call again.");
    }

    private static string Shortened(string text, int length) => text.Length <= length ? text : text[..length];

    private async Task CallAsync(PeerSession session, PeerRow peer)
    {
        // The grain that calls goes on at once.
        await Task.Yield();
        try
        {
            using var call = new PeerCall(peer.Address, _stopping.Token);
            await RunAsync(session, call.Stream, _stopping.Token);
        }
        catch (Exception e)
        {
            // Whatever it was, the peer's grain hears of it: a call that ends without a word would be made again every second.
            var isNoAddress = e is UriFormatException || PeerAddresses.Normal(peer.Address) is null;
            if (!isNoAddress)
                LogFailed(peer.Origin.Short, e);
            var end = isNoAddress
                ? new PeerEnd(session.Id, PeerEndReason.WrongNode, new PeerError(PeerErrorReason.BadAddress, $"{peer.Address} is not an address."))
                : new PeerEnd(session.Id, PeerEndReason.Unreachable, new PeerError(PeerErrorReason.NodeFailed, "This node failed to call; its log says why."));
            await EndAsync(peer.Origin, end with { CalledAt = peer.Address });
        }
        finally
        {
            _calls.TryRemove(KeyValuePair.Create(peer.Origin, session));
            _running.TryRemove(session, out _);
        }
    }

    private async Task RunAsync(PeerSession session, IPeerStream stream, CancellationToken cancellationToken)
    {
        // The call that made this session goes on at once; a session lives for days, and what it does is no part of that call's trace.
        await Task.Yield();
        Activity.Current = null;
        PeerEnd end;
        try
        {
            end = await session.RunAsync(stream, cancellationToken);
        }
        catch (Exception e)
        {
            // A session that fails here must not take the peer with it: its grain calls again.
            LogFailed((session.Peer ?? session.Expected)?.Short ?? "unknown", e);
            end = new PeerEnd(session.Id, PeerEndReason.Unreachable, new PeerError(PeerErrorReason.NodeFailed, "This node failed in the exchange; its log says why."));
        }
        finally
        {
            if (session.Peer is { } known && _open.TryRemove(KeyValuePair.Create(known, session)))
                Telemetry.SyncSessions.Add(-1);
            _running.TryRemove(session, out _);
        }

        if ((session.Peer ?? session.Expected) is { } peer)
            await EndAsync(peer, end with { CalledAt = session.CalledAt });
        else
            LogStranger(end.Error.Sentence);
        LogEnded((session.Peer ?? session.Expected)?.Short ?? "unknown", end.Reason, end.Error.Sentence);
    }

    private async Task EndAsync(Origin peer, PeerEnd end)
    {
        if (!IsStopping)
            await grains.GetGrain<IPeerGrain>(peer.ToString()).Ended(end);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A caller that proved no key is gone: {Sentence}")]
    private partial void LogStranger(string sentence);

    // The peer's grain says at a higher level what changed by it.
    [LoggerMessage(Level = LogLevel.Debug, Message = "The session with peer {Peer} ended ({Reason}): {Sentence}")]
    private partial void LogEnded(string peer, PeerEndReason reason, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Peer {Peer} is connected by two of its processes: its data folder is run twice. Both are told, and refused until one is left.")]
    private partial void LogRunTwice(string peer);

    [LoggerMessage(Level = LogLevel.Error, Message = "The session with peer {Peer} failed; it is called again.")]
    private partial void LogFailed(string peer, Exception exception);
}
