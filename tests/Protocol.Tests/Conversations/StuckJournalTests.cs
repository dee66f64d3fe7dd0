using Google.Protobuf;
using OuiShare.Federation.Protocol.Tests.Simulation;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Conversations;

/// <summary>
/// Ways to keep one journal from going on: a peer that takes the claim on it and does not serve, and words about it that mean less than
/// they seem to. Node 0 asks; node 1 is hostile, speaks first and holds nothing; node 2 holds the journal of a fourth node.
/// </summary>
public sealed class StuckJournalTests : IDisposable
{
    private const int Size = 50;

    private readonly SimNetwork _network = new(seed: 51, nodes: 3, [(0, 1), (0, 2)]);
    private readonly NodeKey _key = Chapters.Key(9);
    private readonly List<VerifiedEntry> _entries;
    private readonly JournalHead _head;
    private readonly JournalId _journal;
    private readonly SimEnd _hostile;

    public StuckJournalTests()
    {
        (_entries, _head) = Chapters.Journal(_key, Size, seed: 1);
        _journal = _head.Journal;
        _network.ConnectAll();
        _network.Settle();
        var link = _network.Links.Single(link => link.Answerer == _network.Nodes[1]);
        link.AnswererEnd.Tamper = message => message.Entries is null ? message : null;
        _hostile = link.CallerEnd;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_peer_that_says_again_and_again_that_it_holds_what_it_does_not_keeps_nobody_else_from_serving()
    {
        HostileSays(Told());
        HonestGets();

        // It answers just before its claim ends, with nothing, and says the same again at once.
        for (var second = 1; second <= 60 && _network.Nodes[0].Held(_journal) == 0; second++)
        {
            if (second % 9 == 0 && _hostile.Sent.Count(message => message.Want is not null) > (second / 9) - 1)
            {
                HostileSays(Answer(from: 0, count: 0, isLast: true));
                HostileSays(Told());
            }

            PassSecond();
        }

        Assert.Equal((ulong)Size, _network.Nodes[0].Held(_journal));
    }

    [Fact]
    public void A_peer_that_crawls_is_left_for_one_that_does_not()
    {
        HostileSays(Told());
        HonestGets();

        for (var second = 1; second <= 60; second++)
        {
            if (second % 9 == 0 && _hostile.HangUp is null)
                HostileSays(Answer(from: (second / 9) - 1, count: 1, isLast: false));
            PassSecond();
        }

        Assert.Equal((ulong)Size, _network.Nodes[0].Held(_journal));
        Assert.Null(_hostile.HangUp);
    }

    [Fact]
    public void An_empty_answer_after_dropped_entries_does_not_mean_that_the_peer_holds_no_more()
    {
        HostileSays(Told());
        var first = RangeVerifier.Verify(_journal, Chapters.Message(_entries, _head, 0, 5), new MerkleRange());
        var brought = Assert.IsType<RangeVerification.Verified>(first).Range;
        _hostile.Do(_hostile.Conversation.Grown(brought.Head, null, _network.Now));

        HostileSays(Answer(from: 0, count: 0, isLast: true));

        Assert.Equal(Size - 5UL, _hostile.Conversation.BehindEntries);
        Assert.Equal([0UL, 5UL], _hostile.Sent.Where(message => message.Want is not null).Select(message => message.Want.From));
    }

    [Fact]
    public void A_journal_that_the_node_left_is_not_asked_for_again()
    {
        HostileSays(Told());
        _hostile.Do(_hostile.Conversation.Leave(_journal, _network.Now));
        HostileSays(Answer(from: 0, count: 0, isLast: true));

        HostileSays(Told());
        _network.Pass(TimeSpan.FromMinutes(1) - TimeSpan.FromSeconds(20));

        Assert.Single(_hostile.Sent, message => message.Want is not null);
        Assert.Equal(0UL, _hostile.Conversation.BehindEntries);
        Assert.Equal(0, _network.Nodes[0].Plan.Count);
    }

    [Fact]
    public void A_clock_that_was_set_back_keeps_no_journal_claimed()
    {
        var plan = new FetchPlan();
        Assert.True(plan.TryClaim(_journal, "one", Chapters.Noon));
        Assert.False(plan.TryClaim(_journal, "other", Chapters.Noon + Limits.FetchPatience / 2));

        Assert.True(plan.TryClaim(_journal, "other", Chapters.Noon.AddHours(-1)));
    }

    [Fact]
    public void A_clock_that_was_set_back_keeps_no_dead_peer()
    {
        var pair = Pair.Met();
        pair.AnswererEnd.Tamper = _ => null;
        pair.Tick(TimeSpan.FromHours(-1));

        for (var second = 0; second <= Limits.SilenceTime.TotalSeconds; second++)
            pair.Tick(TimeSpan.FromSeconds(1));

        Assert.Equal(GoodbyeReason.Timeout, pair.CallerEnd.HangUp?.Reason);
    }

    /// <summary>From now on node 2 holds the whole journal and says so.</summary>
    private void HonestGets()
    {
        var range = Assert.IsType<RangeVerification.Verified>(RangeVerifier.Verify(_journal, Chapters.Message(_entries, _head, 0, Size), new MerkleRange())).Range;
        _network.Truth.Wrote(range);
        Assert.True(_network.Nodes[2].TryStore(range));
        var honest = _network.Links.Single(link => link.Answerer == _network.Nodes[2]).AnswererEnd;
        honest.Do(honest.Conversation.Grown(range.Head, null, _network.Now));
    }

    private void PassSecond()
    {
        _network.Pass(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 10_000 && _network.Links.Any(link => link.IsBusy); i++)
            _network.Run(1);
    }

    private void HostileSays(SyncMessage message) => _hostile.Do(_hostile.Conversation.Receive(message, _network.Now));

    private SyncMessage Told() => new()
    {
        Checkpoints = new Checkpoints { Journals = { new JournalCheckpoint { Note = ByteString.CopyFrom(_head.Checkpoint.Note.Span) } } },
    };

    private SyncMessage Answer(int from, int count, bool isLast)
    {
        var message = Chapters.Message(_entries, _head, from, count);
        message.Last = isLast;
        return new SyncMessage { Entries = message };
    }
}
