using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// Asks the peer once more for entries that this node holds and that its disk damaged. To the peer it is a Want like any other, from a position
/// below our size. One request at a time, only while nothing is fetched from this peer, and nothing else of that journal until it is answered. The answer
/// is verified against what is sound here and against the origin's signature; what to take of it is the node's to decide.
/// </summary>
internal sealed class FetchingAgain(PeerJournals journals, Fetching fetching)
{
    private readonly Queue<FetchAgain> _waiting = [];
    private readonly List<VerifiedEntry> _entries = [];
    private FetchAgain? _asked;
    private MerkleRange _verified = new();
    private DateTimeOffset _progressAt;
    private long _bytesLeft;
    private bool _isRefused;

    /// <summary>A request; answered by <see cref="Effect.FetchedAgain"/>.</summary>
    public void Ask(FetchAgain request, DateTimeOffset now, List<Effect> effects)
    {
        if (_waiting.Count >= Limits.AgainWaiting)
        {
            effects.Add(new Effect.FetchedAgain(request, null));
            return;
        }

        _waiting.Enqueue(request);
        TryNext(now, effects);
    }

    /// <summary>Asks for what waits, when the peer has nothing else to send.</summary>
    public void TryNext(DateTimeOffset now, List<Effect> effects)
    {
        while (_asked is null && !fetching.IsActive && _waiting.TryDequeue(out var request))
        {
            if (journals.Find(request.Journal) is not { IsRejected: false } journal || journal.HeldByPeer < request.End)
            {
                effects.Add(new Effect.FetchedAgain(request, null));
                continue;
            }

            (_asked, _verified, _isRefused, journal.IsAskedAgain) = (request, request.Before, false, true);
            _entries.Clear();
            Want(now, effects);
        }
    }

    /// <summary>Whether entries of this message answer a request.</summary>
    public bool IsAnswer(Entries message) =>
        _asked is { } asked && asked.Journal.Epoch == message.Epoch && asked.Journal.Origin.Bytes.SequenceEqual(message.Origin.Span);

    /// <summary>Entries came. Null, or a sentence that says which rule the peer broke.</summary>
    public string? Receive(Entries message, DateTimeOffset now, List<Effect> effects)
    {
        _progressAt = now;
        _bytesLeft -= Fetching.SizeOf(message);
        if (message.Entries_.Count == 0 && !message.Last)
            return "You sent an answer without entries that was not the last.";
        if (_bytesLeft < -Limits.MessageBytes)
            return "You sent more entries than I had asked for.";
        if (!_isRefused && _entries.Count < _asked!.Count)
            Take(message);
        if (!message.Last)
            return null;
        if (!_isRefused && message.Entries_.Count > 0 && _entries.Count < _asked!.Count)
            Want(now, effects);
        else
            End(now, effects);
        return null;
    }

    /// <summary>The peer has owed an answer for too long.</summary>
    public bool IsOverdue(DateTimeOffset now) => _asked is not null && now - _progressAt > Limits.AnswerTime;

    // What is wrong here is no reason to refuse the journal: what this node proves from may be damaged too.
    private void Take(Entries message)
    {
        if (message.Entries_.Count > 0
            && RangeVerifier.Verify(_asked!.Journal, message, _verified, journals.Find(_asked.Journal)?.Theirs) is RangeVerification.Verified { Range: var range })
        {
            _entries.AddRange(range.Entries);
            _verified = range.After;
        }
        else
        {
            _isRefused = true;
        }
    }

    private void End(DateTimeOffset now, List<Effect> effects)
    {
        var asked = _asked!;
        _asked = null;
        var isWhole = !_isRefused && _entries.Count >= asked.Count;
        effects.Add(new Effect.FetchedAgain(asked, isWhole ? [.. _entries.Take(asked.Count)] : null));
        _entries.Clear();
        if (journals.Find(asked.Journal) is { } journal)
        {
            journal.IsAskedAgain = false;
            fetching.Try(journal, now, effects);
        }

        TryNext(now, effects);
    }

    private void Want(DateTimeOffset now, List<Effect> effects)
    {
        var asked = _asked!;
        // The entry that reaches the limit is still sent, so one byte asks for one entry.
        var bytes = asked.Count == 1 ? 1 : Limits.AgainBytes;
        (_progressAt, _bytesLeft) = (now, bytes);
        effects.Add(new Effect.Send(new SyncMessage
        {
            Want = new Want
            {
                Origin = Google.Protobuf.ByteString.CopyFrom(asked.Journal.Origin.Bytes),
                Epoch = asked.Journal.Epoch,
                From = _verified.End,
                MaxBytes = (uint)bytes,
            },
        }));
    }
}
