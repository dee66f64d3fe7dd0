using Google.Protobuf;
using OuiShare.Federation.Protocol.Tests.Simulation;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Conversations;

/// <summary>A peer that was admitted and then misbehaves: the caller of each pair is the honest one.</summary>
public sealed class HostilePeerTests
{
    [Fact]
    public void An_entry_changed_on_the_way_stops_that_journal_alone()
    {
        var network = new SimNetwork(seed: 41, nodes: 3, [(1, 2)]);
        network.Append(node: 0, entries: 20);
        network.Append(node: 1, entries: 20);
        Pair.Met(network.Nodes[1], network.Nodes[0]).Link.Break();
        var bad = new JournalId(network.Nodes[0].Key.Origin, 0);
        var link = network.Connect(1, 2);
        link.CallerEnd.Tamper = message =>
        {
            if (message.Entries is { } entries && entries.Origin.Span.SequenceEqual(bad.Origin.Bytes))
                entries.RightHashes.Add(ByteString.CopyFrom(new byte[32]));
            return message;
        };

        network.Settle();

        var reject = Assert.Single(link.AnswererEnd.Seen.OfType<Effect.Reject>());
        Assert.Equal((bad, RejectReason.BadEntries), (reject.Journal, reject.Reason));
        Assert.Equal(0UL, network.Nodes[2].Held(bad));
        Assert.Equal(20UL, network.Nodes[2].Held(new JournalId(network.Nodes[1].Key.Origin, 0)));
        Assert.Null(link.AnswererEnd.HangUp);
        Assert.Equal(0, network.Nodes[2].Plan.Count);
    }

    [Fact]
    public void Two_roots_for_one_size_are_a_fork_with_both_notes_as_proof()
    {
        var pair = Pair.Met();
        pair.Append(pair.Answerer, 10);
        pair.Append(pair.Caller, 1);
        var fork = Fork(pair.Answerer.Key, 10);

        pair.Say(Told(fork));

        var reject = Assert.Single(pair.CallerEnd.Seen.OfType<Effect.Reject>());
        Assert.Equal(RejectReason.Fork, reject.Reason);
        Assert.Equal(fork.Note.ToArray(), reject.Theirs!.Note.ToArray());
        Assert.Equal(reject.Theirs.Checkpoint.Size, reject.Ours!.Checkpoint.Size);
        Assert.NotEqual(reject.Theirs.Checkpoint.Root, reject.Ours.Checkpoint.Root);
        Assert.Null(pair.CallerEnd.HangUp);
    }

    [Fact]
    public void A_fork_further_on_is_refused_with_the_larger_note_kept()
    {
        var pair = Pair.Met();
        pair.Append(pair.Answerer, 10);
        var (entries, head) = Chapters.Journal(pair.Answerer.Key, 12, seed: 99);
        pair.AnswererEnd.Tamper = message => message.Entries is null
            ? message
            : new SyncMessage { Entries = Chapters.Message(entries, head, 10, 2) };

        pair.Say(Told(head.Checkpoint));

        var reject = Assert.Single(pair.CallerEnd.Seen.OfType<Effect.Reject>());
        Assert.Equal((RejectReason.WrongRoot, 12UL, 10UL), (reject.Reason, reject.Theirs!.Checkpoint.Size, reject.Ours!.Checkpoint.Size));
        Assert.Equal(10UL, pair.Caller.Held(reject.Journal));
    }

    [Fact]
    public void A_checkpoint_its_origin_did_not_sign_stops_that_journal()
    {
        var pair = Pair.Met();
        using var other = Chapters.Key(9);
        var text = new Checkpoint(new JournalId(other.Origin, 0), 5, Hash.Empty);
        var note = SignedNote.Sign(text.Text, text.KeyName, pair.Answerer.Key);

        pair.Say(new SyncMessage { Checkpoints = new Checkpoints { Journals = { new JournalCheckpoint { Note = ByteString.CopyFrom(note) } } } });

        Assert.Equal(RejectReason.BadCheckpoint, Assert.Single(pair.CallerEnd.Seen.OfType<Effect.Reject>()).Reason);
        Assert.DoesNotContain(pair.CallerEnd.Sent, message => message.Want is not null);
    }

    [Fact]
    public void A_peer_that_says_it_holds_what_it_does_not_is_asked_once()
    {
        var pair = Pair.Met();
        var (_, head) = Chapters.Journal(Chapters.Key(9), 50, seed: 1);

        pair.Say(Told(head.Checkpoint));
        pair.Tick(TimeSpan.FromSeconds(1));

        Assert.Single(pair.CallerEnd.Sent, message => message.Want is not null);
        Assert.Equal(0UL, pair.CallerEnd.Conversation.BehindEntries);
    }

    [Fact]
    public void Entries_nobody_asked_for_end_the_conversation()
    {
        var pair = Pair.Met();
        var (entries, head) = Chapters.Journal(Chapters.Key(9), 5, seed: 1);

        pair.Say(new SyncMessage { Entries = Chapters.Message(entries, head, 0, 5) });

        Assert.Equal(GoodbyeReason.ProtocolViolation, pair.CallerEnd.HangUp!.Reason);
        Assert.Empty(pair.CallerEnd.Seen.OfType<Effect.Store>());
    }

    public static TheoryData<string, SyncMessage> Violations => new()
    {
        { "a note that is none", new SyncMessage { Checkpoints = new Checkpoints { Journals = { new JournalCheckpoint() } } } },
        { "a second digest", new SyncMessage { Checkpoints = new Checkpoints { FrontierDigest = ByteString.CopyFrom(new byte[32]) } } },
        { "a second completion", new SyncMessage { Checkpoints = new Checkpoints { Complete = true } } },
        { "more held than signed", Told(Chapters.Journal(Chapters.Key(9), 5, seed: 1).Head.Checkpoint, held: 6) },
        { "a want of no bytes", new SyncMessage { Want = Want(maxBytes: 0) } },
        { "a want of too many bytes", new SyncMessage { Want = Want(maxBytes: Limits.WantBytes + 1) } },
        { "a want that continues nothing", new SyncMessage { Want = Want(continues: true) } },
        { "a want of no origin", new SyncMessage { Want = new Want { MaxBytes = 1 } } },
        { "a second hello", new SyncMessage { Hello = new Hello() } },
        { "a second proof", new SyncMessage { Proof = new Proof() } },
        { "too many checkpoints", new SyncMessage { Checkpoints = new Checkpoints { Journals = { Enumerable.Repeat(new JournalCheckpoint(), 257) } } } },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void What_breaks_the_rules_ends_the_conversation_in_words(string what, SyncMessage message)
    {
        var pair = Pair.Met();

        pair.Say(message);

        Assert.True(pair.CallerEnd.HangUp is { Reason: GoodbyeReason.ProtocolViolation, ByPeer: false }, what);
        Assert.NotEmpty(pair.CallerEnd.HangUp!.Detail);
    }

    [Fact]
    public void A_peer_that_asks_for_everything_at_once_is_cut_off()
    {
        var pair = Pair.Met();
        pair.Append(pair.Caller, 5);
        for (var i = 0; i < Limits.WantsWaiting + Limits.ReadsAtOnce + 1; i++)
        {
            var want = new Want { Origin = ByteString.CopyFrom(pair.Caller.Key.Origin.Bytes), MaxBytes = 1 };
            pair.CallerEnd.Do(pair.CallerEnd.Conversation.Receive(new SyncMessage { Want = want }, pair.Now));
        }

        Assert.Equal(GoodbyeReason.ProtocolViolation, pair.CallerEnd.HangUp!.Reason);
        Assert.Single(pair.CallerEnd.Tasks.OfType<Effect.Read>());
    }

    [Fact]
    public void A_peer_that_goes_on_sending_what_is_dropped_is_cut_off()
    {
        var pair = Pair.Met();
        using var key = Chapters.Key(9);
        var (entries, head) = Chapters.Journal(key, 5, seed: 1, recordBytes: 60_000);
        var changed = Chapters.Message(entries, head, 0, 5);
        changed.RightHashes.Add(ByteString.CopyFrom(new byte[Hash.Size]));
        changed.Last = false;
        pair.CallerEnd.Do(pair.CallerEnd.Conversation.Receive(Told(head.Checkpoint), pair.Now));

        var sent = 0;
        for (; sent < 100 && pair.CallerEnd.HangUp is null; sent++)
            pair.CallerEnd.Do(pair.CallerEnd.Conversation.Receive(new SyncMessage { Entries = changed }, pair.Now));

        Assert.Single(pair.CallerEnd.Seen.OfType<Effect.Reject>());
        Assert.Equal(GoodbyeReason.ProtocolViolation, pair.CallerEnd.HangUp?.Reason);
        Assert.Equal(0, pair.Caller.Plan.Count);
    }

    [Fact]
    public void A_few_journals_that_cannot_be_verified_stop_alone_and_many_end_the_conversation()
    {
        var pair = Pair.Met();
        using var key = Chapters.Key(9);
        var notes = Enumerable.Range(0, Limits.RejectedJournals + 1)
            .Select(epoch => new Checkpoint(new JournalId(key.Origin, (uint)epoch), 5, Hash.Empty))
            .Select(text => SignedNote.Sign(text.Text, text.KeyName, pair.Answerer.Key))
            .Select(note => new SyncMessage { Checkpoints = new Checkpoints { Journals = { new JournalCheckpoint { Note = ByteString.CopyFrom(note) } } } })
            .ToArray();

        foreach (var note in notes.SkipLast(1))
            pair.Say(note);
        Assert.Null(pair.CallerEnd.HangUp);

        pair.Say(notes[^1]);
        Assert.Equal(GoodbyeReason.ProtocolViolation, pair.CallerEnd.HangUp!.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_peer_that_beats_and_never_tells_all_it_holds_is_given_up(bool isDigestSaid)
    {
        var pair = new Pair();
        pair.Append(pair.Caller, 1);
        pair.AnswererEnd.Tamper = message =>
            message.Checkpoints is { } told && (!isDigestSaid || told.FrontierDigest.IsEmpty) ? null : message;
        pair.Open();

        for (var second = 0; second <= Limits.AnswerTime.TotalSeconds; second++)
            pair.Tick(TimeSpan.FromSeconds(1));

        Assert.Equal(GoodbyeReason.Timeout, pair.CallerEnd.HangUp?.Reason);
    }

    [Fact]
    public void Journals_beyond_the_limit_are_said_once_and_not_followed()
    {
        var pair = Pair.Met();
        using var key = Chapters.Key(9);
        var notes = Enumerable.Range(0, Limits.JournalsOfPeer + 100)
            .Select(epoch => new Checkpoint(new JournalId(key.Origin, (uint)epoch), 1, Hash.Empty).Sign(key));

        foreach (var page in notes.Chunk(Limits.CheckpointsInMessage))
        {
            var message = new Checkpoints();
            message.Journals.AddRange(page.Select(note => new JournalCheckpoint { Note = ByteString.CopyFrom(note.Note.Span) }));
            pair.CallerEnd.Do(pair.CallerEnd.Conversation.Receive(new SyncMessage { Checkpoints = message }, pair.Now));
        }

        Assert.Equal(RejectReason.TooManyJournals, Assert.Single(pair.CallerEnd.Seen.OfType<Effect.Reject>()).Reason);
        Assert.Equal((ulong)Limits.JournalsOfPeer, pair.CallerEnd.Conversation.BehindEntries);
        Assert.Equal(Limits.FetchesAtOnce, pair.CallerEnd.Sent.Count(message => message.Want is not null));
    }

    [Fact]
    public void Random_messages_never_do_worse_than_to_end_the_conversation()
    {
        const int seed = 77;
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var pair = Pair.Met();
            pair.Append(pair.Answerer, 3);
            pair.Append(pair.Caller, 3);
            var golden = pair.AnswererEnd.Sent.Concat(pair.CallerEnd.Sent).Select(message => message.ToByteArray()).ToArray();
            for (var i = 0; i < 30; i++)
            {
                var bytes = golden[random.Next(golden.Length)].ToArray();
                for (var flips = random.Next(4); flips > 0; flips--)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                if (TryParse(bytes) is { } message)
                    pair.CallerEnd.Do(pair.CallerEnd.Conversation.Receive(message, pair.Now));
            }

            Assert.True(pair.CallerEnd.Seen.OfType<Effect.Store>().Count() <= 1, $"seed {seed}, round {round}");
        }
    }

    private static SyncMessage? TryParse(byte[] bytes)
    {
        try
        {
            return SyncMessage.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static SignedCheckpoint Fork(NodeKey key, int size) => Chapters.Journal(key, size, seed: 99).Head.Checkpoint;

    private static SyncMessage Told(SignedCheckpoint checkpoint, ulong held = 0) => new()
    {
        Checkpoints = new Checkpoints { Journals = { new JournalCheckpoint { Note = ByteString.CopyFrom(checkpoint.Note.Span), Held = held } } },
    };

    private static Want Want(uint maxBytes = 1, bool continues = false) =>
        new() { Origin = ByteString.CopyFrom(Chapters.OriginOf(1).Bytes), MaxBytes = maxBytes, Continues = continues };
}
