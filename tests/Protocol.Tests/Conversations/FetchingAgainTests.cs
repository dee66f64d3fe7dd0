using OuiShare.Federation.Protocol.Tests.Simulation;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Conversations;

/// <summary>Entries that are held already and fetched once more: a Want as any node answers it, and an answer of which nothing is believed unproved.</summary>
public sealed class FetchingAgainTests
{
    private const int Size = 700;

    private readonly Pair _pair;
    private readonly List<VerifiedEntry> _entries;
    private readonly JournalHead _head;

    public FetchingAgainTests()
    {
        using var key = Chapters.Key(9);
        (_entries, _head) = Chapters.Journal(key, Size, seed: 3);
        _pair = new Pair();
        var range = Assert.IsType<RangeVerification.Verified>(RangeVerifier.Verify(_head.Journal, Chapters.Message(_entries, _head, 0, Size), new MerkleRange())).Range;
        _pair.Truth.Wrote(range);
        foreach (var node in (SimNode[])[_pair.Caller, _pair.Answerer])
            Assert.True(node.TryStore(range));
        _pair.Open();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(699, 1)]
    [InlineData(255, 1)]
    [InlineData(256, 256)]
    [InlineData(512, 188)]
    public void Entries_come_once_more_from_any_place(int from, int count)
    {
        Ask(from, count);

        var answer = Answer();
        Assert.Equal(_entries.Skip(from).Take(count).Select(entry => entry.LeafHash), answer.Entries!.Select(entry => entry.LeafHash));
        Assert.All(_pair.Link.Ends, end => Assert.Null(end.HangUp));
    }

    [Fact]
    public void Sound_bodies_come_with_them()
    {
        var number = _entries.FindIndex(entry => entry.Body is not null);
        Ask(number, 1);

        Assert.Equal(_entries[number].Body!.Hash(), Assert.Single(Answer().Entries!).Body!.Hash());
    }

    [Fact]
    public void A_changed_answer_is_dropped_and_the_journal_is_followed_as_before()
    {
        _pair.AnswererEnd.Tamper = message =>
        {
            if (message.Entries is { Entries_.Count: > 0 } entries)
                entries.Entries_[0].Body = new Body { Salt = Google.Protobuf.ByteString.CopyFrom(new byte[16]), Record = Google.Protobuf.ByteString.CopyFromUtf8("x") };
            return message;
        };
        Ask(10, 1);

        Assert.Null(Answer().Entries);
        Assert.DoesNotContain(_pair.CallerEnd.Seen, effect => effect is Effect.Reject);
        Assert.All(_pair.Link.Ends, end => Assert.Null(end.HangUp));
    }

    [Fact]
    public void What_this_node_proves_from_may_be_damaged_too_and_then_nothing_is_taken()
    {
        var wrong = new MerkleRange();
        for (var i = 0; i < 10; i++)
            wrong.Append(_entries[i + 1].LeafHash);
        Do(new FetchAgain(_head.Journal, wrong, 1));

        Assert.Null(Answer().Entries);
    }

    [Fact]
    public void A_peer_that_holds_less_is_not_asked()
    {
        // It is told nothing of the journal, and so takes none of it.
        var pair = new Pair(caller: _pair.Caller);
        pair.CallerEnd.Tamper = message => message.Checkpoints is { Journals.Count: > 0 } ? new SyncMessage { Checkpoints = new Checkpoints { Complete = true } } : message;
        pair.Open();

        pair.CallerEnd.Do(pair.CallerEnd.Conversation.FetchAgain(new FetchAgain(_head.Journal, new MerkleRange(), Size), pair.Now));

        Assert.Null(Assert.Single(pair.CallerEnd.Seen.OfType<Effect.FetchedAgain>()).Entries);
        Assert.DoesNotContain(pair.CallerEnd.Sent, message => message.Want is not null);
    }

    [Fact]
    public void More_requests_than_may_wait_are_answered_with_nothing()
    {
        for (var i = 0; i < 3 * Limits.AgainWaiting; i++)
            _pair.CallerEnd.Do(_pair.CallerEnd.Conversation.FetchAgain(new FetchAgain(_head.Journal, Before(i), 1), _pair.Now));
        _pair.Run();

        var answers = _pair.CallerEnd.Seen.OfType<Effect.FetchedAgain>().ToList();
        Assert.Equal(3 * Limits.AgainWaiting, answers.Count);
        Assert.Equal(Limits.AgainWaiting + 1, answers.Count(answer => answer.Entries is not null));
    }

    [Fact]
    public void What_grows_meanwhile_is_fetched_all_the_same()
    {
        _pair.CallerEnd.Do(_pair.CallerEnd.Conversation.FetchAgain(new FetchAgain(_head.Journal, Before(256), 256), _pair.Now));
        _pair.Append(_pair.Answerer, 50);

        Assert.Equal(256, Answer().Entries!.Count);
        Assert.Equal(50UL, _pair.Caller.Held(new JournalId(_pair.Answerer.Key.Origin, 0)));
    }

    [Fact]
    public void A_peer_that_does_not_answer_is_hung_up_on_as_with_any_Want()
    {
        _pair.AnswererEnd.Tamper = message => message.Entries is null ? message : null;
        Ask(0, 1);

        for (var i = 0; i < 70 && _pair.CallerEnd.HangUp is null; i++)
            _pair.Tick(TimeSpan.FromSeconds(1));

        Assert.Equal(GoodbyeReason.Timeout, _pair.CallerEnd.HangUp?.Reason);
    }

    private void Ask(int from, int count)
    {
        Do(new FetchAgain(_head.Journal, Before(from), count));
    }

    private void Do(FetchAgain request)
    {
        _pair.CallerEnd.Do(_pair.CallerEnd.Conversation.FetchAgain(request, _pair.Now));
        _pair.Run();
    }

    private MerkleRange Before(int from) => Chapters.Prefix(_entries, from);

    private Effect.FetchedAgain Answer() => Assert.Single(_pair.CallerEnd.Seen.OfType<Effect.FetchedAgain>());
}
