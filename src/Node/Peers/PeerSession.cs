using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
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
    private delegate IReadOnlyList<Effect> Input(Conversation conversation, DateTimeOffset now);

    private readonly Conversation _conversation = new(settings);
    private readonly Channel<Input> _inbox = Channel.CreateUnbounded<Input>(new UnboundedChannelOptions { SingleReader = true });
    private readonly PeerOutbox _outbox = new();
    private readonly SemaphoreSlim _received = new(PeerLimits.ReceivedMessages);
    private readonly Dictionary<JournalId, ulong> _stored = [];
    private readonly CancellationTokenSource _over = new();
    private readonly List<Task> _work = [];
    private PeerEnd? _end;
    private string? _problem;
    private bool _isEntered;

    /// <summary>Names this session in reports.</summary>
    public string Id { get; } = Guid.CreateVersion7(parts.Time.GetUtcNow()).ToString("n");

    public ConversationRole Role => settings.Role;

    /// <summary>Whom the caller expects.</summary>
    public Origin? Expected => settings.ExpectedPeer;

    /// <summary>The proven peer; null before.</summary>
    public Origin? Peer { get; private set; }

    public DateTimeOffset? LastHeard => _conversation.LastHeard;

    /// <summary>Entries the peer has and we lack, for the lag gauge.</summary>
    public ulong BehindEntries => _conversation.BehindEntries;

    /// <summary>Since when we lack any.</summary>
    public DateTimeOffset? LackingSince => _conversation.LackingSince;

    /// <summary>Ends the session with a reason for the peer. Thread-safe.</summary>
    public void HangUp(GoodbyeReason reason, string detail) => Post((conversation, _) => conversation.Close(reason, detail));

    /// <summary>Starts to fetch this node's own journal from the peer, after a restore. Thread-safe.</summary>
    public void TakeBack(JournalId journal) => Post((conversation, now) => conversation.TakeBack(journal, now));

    /// <summary>Runs until either side hangs up, the connection breaks or <paramref name="cancellationToken"/> ends it.</summary>
    public async Task<PeerEnd> RunAsync(IPeerStream stream, CancellationToken cancellationToken)
    {
        using var stop = cancellationToken.Register(() => _over.Cancel());
        using var grown = parts.Feed.Subscribe();
        var receiving = ReceiveAsync(stream);
        var sending = SendAsync(stream);
        var telling = TellGrownAsync(grown);
        var ticking = TickAsync();
        try
        {
            await WorkAsync();
        }
        catch (OperationCanceledException)
        {
            // A caller that vanishes cancels its call, which looks here as if this node had ended it.
            _end ??= sessions.IsStopping
                ? new PeerEnd(Id, PeerEndReason.Superseded, "This node stops.")
                : new PeerEnd(Id, PeerEndReason.Unreachable, "The connection broke.");
        }
        finally
        {
            _conversation.Lost();
            _outbox.Complete();
            // What was decided to be said, such as goodbye, still goes out, if the peer takes it soon.
            await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(1), parts.Time, CancellationToken.None));
            await _over.CancelAsync();
            await Task.WhenAll([receiving, sending, telling, ticking, .. _work]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return _end ?? new PeerEnd(Id, PeerEndReason.Unreachable, "The connection broke.");
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
                        _end ??= new PeerEnd(Id, PeerEndReason.Violation, "The peer does not read what it is sent.");
                    break;
                case Effect.AskAdmission ask:
                    Peer = ask.Peer;
                    Start(AdmitAsync(ask));
                    break;
                case Effect.Read read:
                    Start(ReadAsync(read));
                    break;
                case Effect.Store store:
                    Start(StoreAsync(store));
                    break;
                case Effect.Reject reject:
                    Start(RejectAsync(reject));
                    break;
                case Effect.OwnJournalAhead ahead:
                    parts.Opening.HearAhead(this, ahead);
                    break;
                case Effect.FrontierHeard:
                    parts.Opening.HearFrontier(Peer!.Value);
                    break;
                case Effect.HangUp hangUp:
                    _end ??= new PeerEnd(Id, ReasonOf(hangUp.Reason), SentenceOf(hangUp));
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    // Work that outlasts one input; it posts its outcome back. Finished work is forgotten now and then.
    private void Start(Task work)
    {
        if (_work.Count > 64)
            _work.RemoveAll(done => done.IsCompletedSuccessfully);
        _work.Add(work);
    }

    private async Task AdmitAsync(Effect.AskAdmission ask)
    {
        var (reason, sentence) = await DecideAsync(ask);
        if (reason is { } refusal)
        {
            Post((conversation, _) => conversation.Refused(refusal, sentence));
            return;
        }

        _isEntered = true;
        await ReportAsync();
        Post((conversation, now) => conversation.Admitted([.. parts.Register.All.Where(journal => journal.Quarantine is null).Select(journal => journal.Head).OfType<JournalHead>()], now));
    }

    private async Task<(GoodbyeReason? Reason, string Sentence)> DecideAsync(Effect.AskAdmission ask)
    {
        var known = parts.Database.Read(session => PeerTable.Find(session, ask.Peer));
        if (known is { State: PeerAdmission.Blocked })
            return (GoodbyeReason.Blocked, "This chapter's admin blocked you.");
        if (known is { State: PeerAdmission.Paused })
            return (GoodbyeReason.Paused, "This chapter's admin paused the exchange.");
        if (known is null && ask.Invitation is null)
            return (GoodbyeReason.NotAPeer, "You are not a peer of this chapter. Ask its admin for an invitation.");
        if (ask.Invitation is { } claim && known is not { State: PeerAdmission.Active })
        {
            if (!parts.Invitations.IsGood(claim) || !await parts.Invitations.RedeemAsync(claim, ask.Peer, ask.Hello, _over.Token))
                return (GoodbyeReason.InvitationRefused, "The invitation is unknown, used up or expired. Ask the admin for a new one.");
        }

        return sessions.TryEnter(this, ask.Peer, parts.Time.GetUtcNow())
            ? (null, "")
            : (GoodbyeReason.AlreadyConnected, "The two nodes are connected already.");
    }

    private async Task ReadAsync(Effect.Read read)
    {
        var (next, sent) = (read.From, 0L);
        try
        {
            while (sent < read.MaxBytes)
            {
                await _outbox.EntriesSlotAsync(_over.Token);
                if (parts.Reader.ReadRun(read.Journal, next, (int)Math.Min(Limits.BatchBytes, read.MaxBytes - sent)) is not { } run)
                {
                    // Nothing is held from here on any more: say so, or the peer waits for it.
                    _outbox.PostEntries(new SyncMessage { Entries = Nothing(read.Journal, next) });
                    break;
                }

                sent += run.Entries_.Sum(entry => entry.Entry.Length + (entry.Body is { } body ? body.Salt.Length + body.Record.Length : 0));
                next += (ulong)run.Entries_.Count;
                var isLast = run.Last || sent >= read.MaxBytes;
                run.Last = isLast;
                _outbox.PostEntries(new SyncMessage { Entries = run });
                if (isLast)
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Post((conversation, now) => conversation.ReadDone(read.Journal, next, now));
    }

    private static Entries Nothing(JournalId journal, ulong from) =>
        new() { Origin = Google.Protobuf.ByteString.CopyFrom(journal.Origin.Bytes), Epoch = journal.Epoch, From = from, Last = true };

    private async Task StoreAsync(Effect.Store store)
    {
        var journal = store.Range.Journal;
        ActivityContext.TryParse(store.Traceparent, traceState: null, isRemote: true, out var cause);
        using var activity = Hosting.Telemetry.Source.StartActivity("journal receive", ActivityKind.Consumer, cause);
        var carriedBy = store.Peer == journal.Origin ? (Origin?)null : store.Peer;
        StoreResult result;
        try
        {
            result = await parts.Replicas.StoreAsync(store.Range, carriedBy, _over.Token);
        }
        catch (Exception e) when (e is StorageUnavailableException or OperationCanceledException)
        {
            Post((conversation, now) => conversation.StoreFailed(journal, now));
            return;
        }

        switch (result)
        {
            case StoreResult.Stored stored:
                sessions.TotalsOf(store.Peer).Receive(store.Range.Entries.Count);
                await parts.Opening.TookBackAsync(stored.Journal);
                Post((conversation, now) => conversation.Stored(Note(stored.Journal.Head!), now));
                break;
            case StoreResult.Stale { Journal.Head: { } head } when head.Size >= store.Range.After.End:
                Post((conversation, now) => conversation.Stored(Note(head), now));
                break;
            default:
                Post((conversation, now) => conversation.StoreFailed(journal, now));
                break;
        }
    }

    private JournalHead Note(JournalHead head)
    {
        _stored[head.Journal] = head.Size;
        return head;
    }

    private async Task RejectAsync(Effect.Reject reject)
    {
        if (Peer is { } peer)
            sessions.TotalsOf(peer).Reject();
        Hosting.Telemetry.EntriesRejected.Add(1, new KeyValuePair<string, object?>("reason", reject.Reason.ToString()));
        _problem = reject.Sentence;
        LogRejected(reject.Journal.Origin.Short, reject.Reason, reject.Sentence);
        if (reject.Journal.Origin == parts.Key.Origin)
            await parts.Opening.HearForkAsync(reject);
        else if (reject.Reason == RejectReason.Fork)
            await parts.Replicas.QuarantineAsync(reject.Journal, reject.Sentence, CancellationToken.None);
        await ReportAsync();
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

            Post((_, _) => Broken("The peer closed the connection."));
        }
        catch (RpcException e)
        {
            Post((_, _) => Broken(SentenceOf(e)));
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            Post((_, _) => Broken("The connection broke."));
        }
    }

    private async Task SendAsync(IPeerStream stream)
    {
        try
        {
            await _outbox.DrainAsync(stream.SendAsync, _over.Token);
            await stream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or IOException or InvalidOperationException or OperationCanceledException)
        {
            Post((_, _) => Broken(e is RpcException rpc ? SentenceOf(rpc) : "The connection broke."));
        }
    }

    private async Task TellGrownAsync(JournalFeed.Subscription subscription)
    {
        try
        {
            while (true)
            {
                foreach (var (journal, cause) in await subscription.NextAsync(_over.Token))
                {
                    if (parts.Register.Find(journal) is { Head: { } head, Quarantine: null })
                        Post((conversation, now) => Grown(conversation, head, cause, now));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
    }

    private IReadOnlyList<Effect> Grown(Conversation conversation, JournalHead head, ActivityContext cause, DateTimeOffset now)
    {
        // What this session stored itself, its conversation knows.
        if (conversation.Phase < ConversationPhase.Frontiers || (_stored.TryGetValue(head.Journal, out var size) && size >= head.Size))
            return [];
        var traceparent = cause == default ? null : $"00-{cause.TraceId}-{cause.SpanId}-{(cause.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
        return conversation.Grown(head, traceparent, now);
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(Limits.TickInterval, parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                Post((conversation, now) => conversation.Tick(now));
                await ReportAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
    }

    private async Task ReportAsync()
    {
        if (Peer is not { } peer || !_isEntered)
            return;
        var totals = sessions.TotalsOf(peer);
        await parts.Grains.GetGrain<IPeerGrain>(peer.ToString()).Report(new PeerReport(
            Id, _conversation.Phase == ConversationPhase.Open || _conversation.Phase == ConversationPhase.Frontiers, _conversation.BehindEntries,
            _conversation.LackingSince, _conversation.AheadEntries, _conversation.IsEqual, _conversation.ClockSkew, _conversation.LastHeard,
            totals.Received, totals.Rejected, _problem, _conversation.Hello?.ChapterName ?? "", _conversation.Hello?.Software ?? "", _conversation.Hello?.Address ?? ""));
    }

    private IReadOnlyList<Effect> Broken(string sentence)
    {
        _end ??= new PeerEnd(Id, PeerEndReason.Unreachable, sentence);
        return [];
    }

    private void Post(Input input) => _inbox.Writer.TryWrite(input);

    private static string SentenceOf(RpcException e) => e.StatusCode switch
    {
        StatusCode.Unavailable => "The node does not answer at its address.",
        StatusCode.ResourceExhausted => "A message was larger than the protocol allows.",
        StatusCode.Cancelled => "The connection was closed.",
        _ => $"The connection failed ({e.StatusCode}).",
    };

    private static string SentenceOf(Effect.HangUp hangUp) => hangUp.ByPeer ? $"The peer hung up: {hangUp.Detail}" : hangUp.Detail;

    private void LogRejected(string journal, RejectReason reason, string sentence) =>
        LogRejected(parts.Logger, Peer?.Short ?? "unknown", journal, reason, sentence);

    private static PeerEndReason ReasonOf(GoodbyeReason reason) => reason switch
    {
        GoodbyeReason.AlreadyConnected => PeerEndReason.Superseded,
        GoodbyeReason.Stopping or GoodbyeReason.Internal => PeerEndReason.PeerStopping,
        GoodbyeReason.Timeout => PeerEndReason.Unreachable,
        GoodbyeReason.NotAPeer or GoodbyeReason.InvitationRefused or GoodbyeReason.Paused or GoodbyeReason.Blocked or GoodbyeReason.WrongNode
            or GoodbyeReason.SameKey or GoodbyeReason.NoCommonVersion => PeerEndReason.Refused,
        _ => PeerEndReason.Violation,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Peer {Peer} sent of journal {Journal} what was refused ({Reason}): {Sentence}")]
    private static partial void LogRejected(ILogger logger, string peer, string journal, RejectReason reason, string sentence);
}
