using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// One conversation over one connection: hands the pure <see cref="Conversation"/> what happens, one thing after another, and carries out
/// what it asks for.
/// <code>
///   stream ──► receive ──┐                        ┌──► send ──► stream      small messages go first,
///   feed   ──► grown   ──┼──► inbox ──► Conversation ──► read ──► send      entries wait for the peer
///   clock  ──► tick    ──┘                        └──► store ──► inbox
/// </code>
/// </summary>
internal sealed partial class PeerSession(PeerSessionParts parts, PeerSessions sessions, ConversationSettings settings)
{
    internal delegate IReadOnlyList<Effect> Input(Conversation conversation, DateTimeOffset now);

    private static readonly PeerError DoesNotRead = new(PeerErrorReason.DoesNotRead, "The peer does not read what it is sent.");

    private readonly Conversation _conversation = new(settings);
    private readonly Channel<Input> _inbox = Channel.CreateUnbounded<Input>(new UnboundedChannelOptions { SingleReader = true });
    private readonly PeerOutbox _outbox = new();
    private readonly SemaphoreSlim _received = new(PeerLimits.ReceivedMessages);
    private readonly Dictionary<JournalId, ulong> _stored = [];
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _work = [];
    private readonly PeerRefetches _again = new();
    private readonly TaskCompletionSource<Alive> _alive = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile SessionStanding? _standing;
    private readonly SessionReports _reports = new(parts);
    private PeerEnd? _end;
    private SessionForks? _forks;
    private bool _isEntered;
    private DateTimeOffset? _meetAgainAt;

    /// <summary>Names this session in reports.</summary>
    public string Id { get; } = Guid.CreateVersion7(parts.Time.GetUtcNow()).ToString("n");

    public ConversationRole Role => settings.Role;

    /// <summary>The address this node called; null: it was called.</summary>
    public string? CalledAt { get; init; }

    /// <summary>Whom the caller expects.</summary>
    public Origin? Expected => settings.ExpectedPeer;

    /// <summary>Which process of the peer this is; null: it does not say.</summary>
    public Alive? Alive { get; private set; }

    private SessionForks Forks => _forks ??= new SessionForks(parts, this, sessions);

    /// <summary>The proven peer; null before.</summary>
    public Origin? Peer { get; private set; }

    /// <summary>How the conversation stood at its last tick; null before the peer proved its key. Thread-safe.</summary>
    public SessionStanding? Standing => _standing;

    /// <summary>Ends the session with a reason for the peer. Thread-safe.</summary>
    public void HangUp(GoodbyeReason reason, string detail, Alive? other = null) => Post((conversation, _) => conversation.Close(reason, detail, other));

    /// <summary>What the peer's process signs now; null when it does not answer in time. Thread-safe.</summary>
    public async Task<Alive?> AskAliveAsync(CancellationToken cancellationToken)
    {
        Post((conversation, now) => conversation.AskAlive(now));
        return await Task.WhenAny(_alive.Task, Task.Delay(PeerLimits.AliveQuestion, parts.Time, cancellationToken)) == _alive.Task ? await _alive.Task : null;
    }

    /// <summary>Ends the session so that the two meet anew. Thread-safe.</summary>
    public void MeetAgain() => HangUp(GoodbyeReason.Stopping, "What this node holds or follows has changed; call again.");

    /// <summary>Starts to fetch this node's own journal from the peer, after a restore. Thread-safe.</summary>
    public void TakeBack(JournalId journal) => Post((conversation, now) => conversation.TakeBack(journal, now));

    /// <summary>Asks the peer again for entries that are damaged here; null: it has them not. Thread-safe.</summary>
    public Task<IReadOnlyList<VerifiedEntry>?> FetchAgainAsync(FetchAgain request)
    {
        Post((conversation, now) => conversation.FetchAgain(request, now));
        return _again.WaitAsync(request);
    }

    /// <summary>Runs until either side hangs up, the connection breaks or <paramref name="cancellationToken"/> ends it.</summary>
    public async Task<PeerEnd> RunAsync(IPeerStream stream, CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.Register(() => _over.Cancel());
        using var grown = parts.Feed.Subscribe();
        var receiving = ReceiveAsync(stream);
        var sending = SendAsync(stream, receiving);
        var telling = TellGrownAsync(grown);
        var ticking = TickAsync();
        try
        {
            await WorkAsync();
        }
        catch (OperationCanceledException)
        {
            // A caller that vanishes cancels its call, which looks here as if this node had ended it.
            _end ??= sessions.IsStopping ? new PeerEnd(Id, PeerEndReason.Superseded, new PeerError(PeerErrorReason.ConnectionBroke, "This node stops.")) : PeerEnds.Broken(Id);
        }
        finally
        {
            _conversation.Lost();
            _again.End();
            parts.Opening.Ended(this);
            _outbox.Complete();
            // What was decided to be said, such as goodbye, still goes out, if the peer takes it soon.
            await Task.WhenAny(sending, Task.Delay(PeerLimits.EndTime, parts.Time, CancellationToken.None));
            await _over.CancelAsync();
            await Task.WhenAll([receiving, sending, telling, ticking, .. _work, _reports.Last]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return _end ?? PeerEnds.Broken(Id);
    }

    private async Task WorkAsync()
    {
        Perform(_conversation.Open(parts.Time.GetUtcNow()));
        await foreach (var input in _inbox.Reader.ReadAllAsync(_over.Token))
        {
            Perform(input(_conversation, parts.Time.GetUtcNow()));
            if (_end is not null)
                return;
        }
    }

    private void Perform(IReadOnlyList<Effect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case Effect.Send send:
                    if (!_outbox.TryPost(send.Message))
                        _end ??= new PeerEnd(Id, PeerEndReason.Violation, DoesNotRead);
                    break;
                case Effect.AskAdmission ask:
                    (Peer, Alive) = (ask.Peer, ask.Alive);
                    sessions.Proven(this);
                    _standing = SessionStanding.Of(_conversation);
                    Start(AdmitAsync(ask));
                    break;
                case Effect.Read read:
                    Start(ReadAsync(read));
                    break;
                case Effect.Store store:
                    Start(StoreAsync(store));
                    break;
                case Effect.Reject or Effect.Compare or Effect.ReadPrefix or Effect.BranchFound or Effect.BranchMissed:
                    Start(Forks.PerformAsync(effect, _over.Token));
                    break;
                case Effect.AliveHeard heard:
                    _alive.TrySetResult(heard.Alive);
                    break;
                case Effect.FetchedAgain fetched:
                    _again.Done(fetched);
                    break;
                case Effect.OwnJournalAhead ahead:
                    parts.Opening.HearAhead(this, ahead);
                    break;
                case Effect.FrontierHeard:
                    parts.Opening.HearFrontier(Peer!.Value);
                    break;
                case Effect.HangUp hangUp:
                    parts.RunTwice.Hear(hangUp.Other, Peer);
                    _end ??= CalledAt is not null && _conversation.LastHeard is null && !hangUp.ByPeer ? PeerEnds.HeldBack(Id) : PeerEnds.After(Id, hangUp);
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    // Work that outlasts one input; it posts its outcome back.
    private void Start(Task work)
    {
        if (_work.Count > 64)
            _work.RemoveAll(done => done.IsCompleted);
        _work.Add(EndOnFailureAsync(work));
    }

    // A conversation that never hears the outcome of its work would wait for ever.
    private async Task EndOnFailureAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
        catch (Exception e)
        {
            LogFailed(parts.Logger, Peer?.Short ?? "unknown", e);
            Post((conversation, _) => conversation.Close(GoodbyeReason.Internal, "This node failed; its log says why."));
        }
    }

    private async Task AdmitAsync(Effect.AskAdmission ask)
    {
        var refusal = await PeerAdmissions.RefusalAsync(parts, ask, _over.Token);
        refusal ??= await sessions.RefuseSecondAsync(this, _over.Token);
        if (refusal is null && !sessions.TryEnter(this, ask.Peer, parts.Time.GetUtcNow()))
            refusal = new PeerRefusal(GoodbyeReason.AlreadyConnected, "The two nodes are connected already.");
        if (refusal is not null)
        {
            Post((conversation, _) => conversation.Close(refusal.Reason, refusal.Sentence, refusal.Other));
            return;
        }

        Post((conversation, now) =>
        {
            _isEntered = true;
            var (followed, left) = parts.Register.Split();
            return conversation.Admitted(followed, now, parts.Replicas.Left(left));
        });
    }

    private async Task ReadAsync(Effect.Read read)
    {
        var next = await new PeerAnswer(parts, _outbox).SendAsync(read, _over.Token);
        Post((conversation, now) => conversation.ReadDone(read.Journal, next, now));
    }

    private async Task StoreAsync(Effect.Store store)
    {
        var journal = store.Range.Journal;
        switch (await PeerIntake.StoreAsync(parts, store))
        {
            case StoreResult.Stored stored:
                sessions.TotalsOf(store.Peer).Receive(store.Range.Entries.Count);
                await parts.Opening.TookBackAsync(stored.Journal);
                if (stored.HasGivenUp || stored.FollowedAgain is { Count: > 0 })
                    sessions.MeetAgain();
                Post((conversation, now) => conversation.Stored(Note(stored.Journal.Head!), now));
                break;
            case StoreResult.Stale { Journal.Head: { } head } when head.Size >= store.Range.After.End:
                Post((conversation, now) => conversation.Stored(Note(head), now));
                break;
            case StoreResult.TooMuch { Why: var tooMuch }:
                Refuse(journal, store.Peer, tooMuch);
                break;
            case StoreResult.NotAdmitted { Why: var why }:
                Forks.Problem = new PeerError(PeerErrorReason.TooManyJournals, why);
                Leave(journal);
                break;
            case StoreResult.Quarantined or StoreResult.Blocked:
                Leave(journal);
                break;
            default:
                Post((conversation, now) => conversation.StoreFailed(journal, now));
                break;
        }
    }

    // The peer is told when it is its own doing; what others published is left until it may be asked for again.
    private void Refuse(JournalId journal, Origin peer, IntakeRefusal refusal)
    {
        Forks.Problem = new PeerError(refusal.Reason == IntakeReason.NoRoom ? PeerErrorReason.NoRoom : PeerErrorReason.OverQuota, refusal.Sentence);
        _meetAgainAt = parts.Intake.AgainAt(refusal);
        if (refusal.Reason == IntakeReason.FromPeer || (refusal.Reason == IntakeReason.OfChapter && journal.Origin == peer))
            HangUp(GoodbyeReason.OverQuota, refusal.Sentence);
        else
            Leave(journal);
    }

    // What will never be stored must not be fetched again and again.
    private void Leave(JournalId journal) =>
        Post((conversation, now) => [.. conversation.Leave(journal, now), .. conversation.StoreFailed(journal, now)]);

    private JournalHead Note(JournalHead head)
    {
        _stored[head.Journal] = head.Size;
        return head;
    }

    private async Task ReceiveAsync(IPeerStream stream)
    {
        try
        {
            while (await stream.Incoming.MoveNext(_over.Token))
            {
                var message = stream.Incoming.Current;
                // The wait makes HTTP/2's flow control hold a peer that sends faster than we verify.
                await _received.WaitAsync(_over.Token);
                Post((conversation, now) =>
                {
                    _received.Release();
                    return conversation.Receive(message, now);
                });
            }

            Post((_, _) => Broken(new PeerError(PeerErrorReason.ConnectionBroke, "The peer closed the connection.")));
        }
        catch (RpcException e)
        {
            Post((_, _) => Broken(stream.ErrorOf(e)));
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            Post((_, _) => Broken());
        }
    }

    private async Task SendAsync(IPeerStream stream, Task receiving)
    {
        try
        {
            // A peer that reads nothing would else be kept, with all that waits for it, as long as it sends a heartbeat.
            await _outbox.DrainAsync(
                (message, cancellationToken) => stream.SendAsync(message, cancellationToken).WaitAsync(Limits.SilenceTime, parts.Time, cancellationToken),
                _over.Token);
            await stream.CompleteAsync();
        }
        catch (TimeoutException)
        {
            Post((_, _) => Broken(DoesNotRead));
        }
        catch (Exception e) when (e is RpcException or IOException or InvalidOperationException or OperationCanceledException)
        {
            // Of a call that failed, the reading end hears why; writing only finds it over.
            await Task.WhenAny(receiving, Task.Delay(PeerLimits.EndTime, parts.Time, CancellationToken.None));
            Post((_, _) => Broken(e is RpcException rpc ? stream.ErrorOf(rpc) : null));
        }
    }

    private async Task TellGrownAsync(JournalFeed.Subscription subscription)
    {
        try
        {
            await foreach (var (head, traceparent) in GrownJournals.ReadAsync(subscription, parts.Register, _over.Token))
                Post((conversation, now) => Grown(conversation, head, traceparent, now));
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
    }

    // What this session stored itself, its conversation knows.
    private IReadOnlyList<Effect> Grown(Conversation conversation, JournalHead head, string? traceparent, DateTimeOffset now) =>
        conversation.Phase < ConversationPhase.Frontiers || (_stored.TryGetValue(head.Journal, out var size) && size >= head.Size)
            ? []
            : conversation.Grown(head, traceparent, now);

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(Limits.TickInterval, parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                Post((conversation, now) =>
                {
                    var effects = conversation.Tick(now);
                    Report();
                    if (now >= _meetAgainAt)
                        MeetAgain();
                    return effects;
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
    }

    private void Report()
    {
        if (Peer is not { } peer || !_isEntered)
            return;
        _standing = SessionStanding.Of(_conversation);
        _reports.Tell(peer, _standing.ToReport(Id, sessions.TotalsOf(peer), Forks.Problem, CalledAt));
    }

    private IReadOnlyList<Effect> Broken(PeerError? error = null)
    {
        _end ??= PeerEnds.Broken(Id, error);
        return [];
    }

    /// <summary>Hands the conversation something that happened. Thread-safe.</summary>
    internal void Post(Input input) => _inbox.Writer.TryWrite(input);

    [LoggerMessage(Level = LogLevel.Error, Message = "The session with peer {Peer} failed.")]
    private static partial void LogFailed(ILogger logger, string peer, Exception exception);
}
