using OuiShare.Federation.Protocol.Tests.Simulation;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Conversations;

public sealed class ConversationTests
{
    private const string Traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void What_is_written_at_one_side_is_asked_for_and_stored_at_the_other_at_once()
    {
        var pair = Pair.Met();

        pair.Append(pair.Answerer, 3, Traceparent);

        var store = Assert.Single(pair.CallerEnd.Seen.OfType<Effect.Store>());
        Assert.Equal((3, pair.Answerer.Key.Origin, Traceparent), (store.Range.Entries.Count, store.Peer, store.Traceparent));
        Assert.Equal(0UL, pair.CallerEnd.Conversation.BehindEntries);
    }

    [Fact]
    public void Both_know_a_second_later_that_they_hold_the_same()
    {
        var pair = Pair.Met();
        pair.Append(pair.Answerer, 3);
        Assert.False(pair.AnswererEnd.Conversation.IsEqual);

        pair.Tick(Limits.TickInterval);

        Assert.All(pair.Link.Ends, end => Assert.True(end.Conversation.IsEqual));
        Assert.Equal(3UL, pair.AnswererEnd.Conversation.HeldByPeer(new JournalId(pair.Answerer.Key.Origin, 0)));
    }

    [Fact]
    public void An_entry_that_a_peer_handed_on_is_not_announced_back_to_it()
    {
        var pair = Pair.Met();
        pair.Append(pair.Answerer, 1);

        Assert.DoesNotContain(pair.CallerEnd.Sent, message => message.Checkpoints?.Journals.Count > 0);
    }

    /// <summary>
    /// 400 bodies of 60 KB are 24 MB, so six Wants: all but the first must go out while the one before is being answered, and never
    /// may more than two be open.
    /// </summary>
    [Fact]
    public void The_next_range_is_asked_for_before_the_last_has_come()
    {
        var pair = Pair.Met();
        pair.Append(pair.Answerer, 400, recordBytes: 60_000);

        var wants = pair.CallerEnd.Sent.Where(message => message.Want is not null).Select(message => message.Want).ToArray();
        Assert.Equal(400UL, pair.Caller.Held(new JournalId(pair.Answerer.Key.Origin, 0)));
        Assert.InRange(wants.Length, 5, 7);
        Assert.All(wants.Skip(1), want => Assert.True(want.Continues));
        Assert.Equal(
            400, pair.AnswererEnd.Sent.Where(message => message.Entries is not null).Sum(message => message.Entries.Entries_.Count));
    }

    [Fact]
    public void A_slow_disk_stops_the_asking()
    {
        var pair = Pair.Met();
        var head = pair.Answerer.Append(new Random(1), 600, recordBytes: 60_000);
        pair.AnswererEnd.Do(pair.AnswererEnd.Conversation.Grown(head, null, pair.Now));
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            if (pair.CallerEnd.Tasks.Count == 0 || pair.CallerEnd.Outgoing.Count > 0)
                pair.Link.TryStep(pair.CallerEnd, new Always(), pair.Now, (_, _, _) => { });
            pair.Link.TryStep(pair.AnswererEnd, random, pair.Now, (_, _, _) => { });
        }

        var unstored = pair.CallerEnd.Tasks.OfType<Effect.Store>().Sum(store => (long)store.Range.Bytes);

        Assert.InRange(unstored, Limits.UnstoredBytes, Limits.UnstoredBytes + 2 * Limits.AskedBytes + Limits.MessageBytes);
    }

    [Fact]
    public void A_journal_that_could_not_be_stored_is_asked_for_again_after_a_pause()
    {
        var pair = Pair.Met();
        var journal = new JournalId(pair.Answerer.Key.Origin, 0);
        var head = pair.Answerer.Append(new Random(1), 30);
        pair.AnswererEnd.Do(pair.AnswererEnd.Conversation.Grown(head, null, pair.Now));
        var random = new Random(1);
        while (pair.Link.IsBusy)
        {
            while (pair.CallerEnd.Tasks.TryDequeue(out _))
                pair.CallerEnd.Do(pair.CallerEnd.Conversation.StoreFailed(journal, pair.Now));
            pair.Link.TryStep(pair.CallerEnd, random, pair.Now, (_, _, _) => { });
            pair.Link.TryStep(pair.AnswererEnd, random, pair.Now, (_, _, _) => { });
        }

        pair.Tick(Limits.StorePause - TimeSpan.FromSeconds(1));
        Assert.Equal(0UL, pair.Caller.Held(journal));
        Assert.Equal(pair.Now - Limits.StorePause + TimeSpan.FromSeconds(1), pair.CallerEnd.Conversation.LackingSince);

        pair.Tick(TimeSpan.FromSeconds(1));
        Assert.Equal(30UL, pair.Caller.Held(journal));
        Assert.Null(pair.CallerEnd.Conversation.LackingSince);
    }

    [Fact]
    public void Entries_that_another_peer_brought_first_are_not_given_to_the_disk_again()
    {
        var pair = Pair.Met();
        var journal = new JournalId(pair.Answerer.Key.Origin, 0);
        var head = pair.Answerer.Append(new Random(1), 5);
        pair.AnswererEnd.Do(pair.AnswererEnd.Conversation.Grown(head, null, pair.Now));
        pair.Link.TryStep(pair.AnswererEnd, new Always(), pair.Now, (_, _, _) => { });
        Assert.Contains(pair.CallerEnd.Sent, message => message.Want is not null);

        var brought = RangeVerifier.Verify(journal, pair.Answerer.Read(journal, 0, Limits.WantBytes).Messages[0].Entries, new MerkleRange());
        var range = Assert.IsType<RangeVerification.Verified>(brought).Range;
        Assert.True(pair.Caller.TryStore(range));
        pair.CallerEnd.Do(pair.CallerEnd.Conversation.Grown(range.Head, null, pair.Now));
        pair.Run();

        Assert.Empty(pair.CallerEnd.Seen.OfType<Effect.Store>());
        Assert.Equal(0, pair.Caller.Plan.Count);
        pair.Append(pair.Answerer, 2);
        Assert.Equal(7UL, pair.Caller.Held(journal));
    }

    [Fact]
    public void A_peer_that_falls_silent_is_left_for_another_one()
    {
        var network = new SimNetwork(seed: 31, nodes: 3, [(0, 1), (0, 2), (1, 2)]);
        network.ConnectAll();
        network.Settle();
        var silent = network.Links.Single(link => link.Caller == network.Nodes[0] && link.Answerer == network.Nodes[1]);
        var other = network.Links.Single(link => link.Caller == network.Nodes[0] && link.Answerer == network.Nodes[2]);
        silent.AnswererEnd.Tamper = message => message.Entries is null ? message : null;
        other.AnswererEnd.Tamper = _ => null;
        network.Append(node: 1, entries: 5);
        network.Run(1000);
        Assert.Contains(silent.CallerEnd.Sent, message => message.Want is not null);
        other.AnswererEnd.Tamper = message => message;
        network.Append(node: 1, entries: 1);
        network.Run(1000);

        network.Pass(Limits.FetchPatience);
        network.Run(1000);

        Assert.Equal(6UL, network.Nodes[0].Held(new JournalId(network.Nodes[1].Key.Origin, 0)));
        Assert.NotEmpty(other.CallerEnd.Seen.OfType<Effect.Store>());
        Assert.Empty(silent.CallerEnd.Seen.OfType<Effect.Store>());
    }

    [Fact]
    public void A_peer_that_never_answers_a_want_is_given_up()
    {
        var pair = Pair.Met();
        pair.AnswererEnd.Tamper = message => message.Entries is null ? message : null;
        pair.Append(pair.Answerer, 5);

        for (var second = 0; second <= Limits.AnswerTime.TotalSeconds; second++)
            pair.Tick(TimeSpan.FromSeconds(1));

        Assert.Equal(GoodbyeReason.Timeout, pair.CallerEnd.HangUp!.Reason);
    }

    [Fact]
    public void A_silent_connection_is_given_up_and_a_heartbeat_keeps_it()
    {
        var kept = Pair.Met();
        var cut = Pair.Met();
        cut.AnswererEnd.Tamper = _ => null;
        for (var second = 0; second <= Limits.SilenceTime.TotalSeconds; second++)
        {
            kept.Tick(TimeSpan.FromSeconds(1));
            cut.Tick(TimeSpan.FromSeconds(1));
        }

        Assert.All(kept.Link.Ends, end => Assert.Null(end.HangUp));
        Assert.Equal(GoodbyeReason.Timeout, cut.CallerEnd.HangUp!.Reason);
    }

    [Fact]
    public void A_clock_that_is_wrong_is_seen()
    {
        var pair = Pair.Met();
        pair.AnswererEnd.Tamper = message =>
        {
            if (message.Heartbeat is { } heartbeat)
                heartbeat.SentAtUnixMs += 3_600_000;
            return message;
        };

        pair.Tick(Limits.HeartbeatInterval);

        Assert.Equal(TimeSpan.FromHours(1), pair.CallerEnd.Conversation.ClockSkew);
    }

    [Fact]
    public void Messages_of_a_later_version_change_nothing()
    {
        var pair = Pair.Met();

        pair.Say(SyncMessage.Parser.ParseFrom([0x9A, 0x06, 0x02, 0x08, 0x01]));

        Assert.Null(pair.CallerEnd.HangUp);
    }

    [Fact]
    public void Kinds_of_records_of_a_later_version_are_stored_and_handed_on()
    {
        var network = new SimNetwork(seed: 33, nodes: 3, [(0, 1), (1, 2)]);
        var writer = Chapters.Writer(network.Nodes[0].Key);
        writer.Append(new EntryDraft((RecordKind)4711, RecordId.Zero, RecordBody.Create(new byte[] { 1, 2, 3 }, new SeededRandom(1))), Chapters.Noon);
        var range = writer.Take();
        network.Truth.Wrote(range);
        Assert.True(network.Nodes[0].TryStore(range));

        network.ConnectAll();
        network.Settle();

        Assert.Equal((RecordKind)4711, network.Nodes[2].Entries(writer.Journal)[0].Kind);
    }

    /// <summary>The first node dies while it is copied: what the second one verified reaches the third, proven all the same.</summary>
    [Fact]
    public void A_copy_that_was_cut_off_is_handed_on_as_far_as_it_goes()
    {
        var network = new SimNetwork(seed: 34, nodes: 3, [(1, 2)]);
        var journal = new JournalId(network.Nodes[0].Key.Origin, 0);
        network.Append(node: 0, entries: 100);
        var dying = new Pair(network.Nodes[1], network.Nodes[0]);
        dying.Link.Open(dying.Now);
        for (var i = 0; i < 10_000 && network.Nodes[1].Held(journal) < 20; i++)
            dying.Link.TryStep(dying.Link.Ends[i % 2], new Random(i), dying.Now, (_, _, _) => { });
        dying.Link.Break();
        var held = network.Nodes[1].Held(journal);

        network.ConnectAll();
        network.Settle();

        Assert.InRange(held, 1UL, 99UL);
        Assert.Equal(held, network.Nodes[2].Held(journal));
        Assert.All(network.Links.Single().Ends, end => Assert.True(end.Conversation.IsEqual));
    }

    [Fact]
    public void A_restored_node_is_told_that_its_own_journal_is_ahead_and_takes_it_back()
    {
        var truth = new SimTruth();
        var (restored, peer) = (new SimNode(1, truth), new SimNode(2, truth));
        var journal = new JournalId(restored.Key.Origin, 0);
        var old = restored.Append(new Random(1), 10);
        restored.Append(new Random(2), 15);
        Pair.Met(restored, peer).Link.Break();
        restored.RestoreBackup(journal, old);
        restored.Restart();

        var pair = Pair.Met(restored, peer);

        var ahead = Assert.Single(pair.CallerEnd.Seen.OfType<Effect.OwnJournalAhead>());
        Assert.Equal((25UL, 25UL), (ahead.HeldByPeer, ahead.Theirs.Checkpoint.Size));
        Assert.Equal(10UL, restored.Held(journal));
        Assert.True(
            pair.CallerEnd.Seen.FindIndex(effect => effect is Effect.OwnJournalAhead)
            < pair.CallerEnd.Seen.FindIndex(effect => effect is Effect.FrontierHeard));

        pair.CallerEnd.Do(pair.CallerEnd.Conversation.TakeBack(journal, pair.Now));
        pair.Run();
        Assert.Equal(25UL, restored.Held(journal));
    }

    [Fact]
    public void A_node_that_hangs_up_says_why_and_nothing_after()
    {
        var pair = Pair.Met();

        pair.CallerEnd.Do(pair.CallerEnd.Conversation.Close(GoodbyeReason.Stopping, "The node restarts."));
        pair.Run();

        Assert.Equal(new Effect.HangUp(GoodbyeReason.Stopping, "The node restarts.", ByPeer: true), pair.AnswererEnd.HangUp);
        Assert.Empty(pair.CallerEnd.Conversation.Close(GoodbyeReason.Stopping, ""));
        Assert.Empty(pair.CallerEnd.Conversation.Tick(pair.Now.AddDays(1)));
    }

    // Chooses messages over tasks whenever there is a choice.
    private sealed class Always : Random
    {
        public override int Next(int maxValue) => 0;
    }
}
