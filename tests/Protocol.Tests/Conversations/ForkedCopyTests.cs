using Google.Protobuf;
using OuiShare.Federation.Protocol.Tests.Simulation;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Conversations;

/// <summary>
/// Copies of a journal that its origin signed twice, where what peers tell of sizes and notes alone does not show who holds which version.
/// </summary>
public sealed class ForkedCopyTests
{
    /// <summary>
    /// A peer that left a journal shows its origin the note that contradicts its copy, and then its copy. The first may agree with what the
    /// origin holds now, and the second arrives while the disk is still asked about it.
    /// </summary>
    [Fact]
    public void A_note_that_agrees_does_not_hide_the_next_one_that_contradicts()
    {
        var pair = Pair.Met();
        pair.Append(pair.Answerer, 4);
        var agreeing = pair.Caller.Head(pair.Answerer.Own)!.Checkpoint;
        pair.Append(pair.Answerer, 6);
        var fork = Chapters.Journal(pair.Answerer.Key, 7, seed: 99).Head.Checkpoint;

        pair.Say(Told(agreeing, fork));

        Assert.Equal([4UL, 7UL], pair.CallerEnd.Seen.OfType<Effect.Compare>().Select(compare => compare.Size));
        var reject = Assert.Single(pair.CallerEnd.Seen.OfType<Effect.Reject>());
        Assert.Equal((RejectReason.Fork, fork.Checkpoint.Root), (reject.Reason, reject.Theirs!.Checkpoint.Root));
    }

    /// <summary>Notes cost memory until they are compared: a peer that shows a hundred at once has few of them kept, and the newest among them.</summary>
    [Fact]
    public void Of_very_many_notes_that_wait_a_few_are_compared_and_the_newest_is_one_of_them()
    {
        var pair = Pair.Met();
        pair.Append(pair.Answerer, 200);
        var entries = pair.Answerer.Entries(pair.Answerer.Own);
        var notes = Enumerable.Range(1, 100).Select(size => Signed(pair.Answerer.Key, size, Chapters.Prefix(entries, size).Root()))
            .Append(Chapters.Journal(pair.Answerer.Key, 150, seed: 99).Head.Checkpoint);

        pair.Say(Told([.. notes]));

        Assert.Equal(Limits.Comparisons, pair.CallerEnd.Seen.OfType<Effect.Compare>().Count());
        Assert.Equal(RejectReason.Fork, Assert.Single(pair.CallerEnd.Seen.OfType<Effect.Reject>()).Reason);
    }

    [Fact]
    public void A_peer_whose_note_alone_contradicted_is_believed_again_a_few_times_and_then_no_more()
    {
        var pair = Pair.Met();
        pair.Append(pair.Answerer, 10);
        var journal = pair.Answerer.Own;
        var fork = Chapters.Journal(pair.Answerer.Key, 10, seed: 99).Head.Checkpoint;
        for (var time = 0; time < Limits.Agreements; time++)
        {
            pair.Say(Told(fork));
            Assert.False(pair.CallerEnd.Conversation.IsEqual);
            pair.CallerEnd.Do(pair.CallerEnd.Conversation.Agree(journal, pair.Now));
            Assert.True(pair.CallerEnd.Conversation.IsEqual);
        }

        pair.Append(pair.Answerer, 5);
        Assert.Equal(15UL, pair.Caller.Held(journal));

        pair.Say(Told(Chapters.Journal(pair.Answerer.Key, 15, seed: 99).Head.Checkpoint));
        pair.CallerEnd.Do(pair.CallerEnd.Conversation.Agree(journal, pair.Now));
        pair.Append(pair.Answerer, 5);

        Assert.Equal(15UL, pair.Caller.Held(journal));
        Assert.False(pair.CallerEnd.Conversation.IsEqual);
    }

    /// <summary>
    /// The origin is away for good. It said which version counts; one node holds the other, and the only one that holds what counts has an unfinished
    /// copy, whose note is of a size that nobody else holds. Neither note contradicts the other.
    /// </summary>
    [Fact]
    public void A_copy_that_was_given_up_is_replaced_by_an_unfinished_one_whose_note_contradicts_nothing()
    {
        var network = new SimNetwork(seed: 62, nodes: 3, [(1, 2)]);
        var (origin, wrong, right) = (network.Nodes[0], network.Nodes[1], network.Nodes[2]);
        var first = new JournalId(origin.Key.Origin, 0);
        var empty = origin.Snapshot();
        network.Append(node: 0, entries: 7);
        Carry(network, from: 0, to: 1);
        var givenUp = origin.Entries(first).ToList();
        origin.RollBack(empty);
        network.Append(node: 0, entries: 13);
        var counts = Cut(origin, first, size: 7);
        origin.Write(new JournalId(first.Origin, 1), [Opening(counts), .. givenUp.Select(Again)]);
        Carry(network, from: 0, to: 2);
        Assert.Equal((7UL, 13UL), (right.Held(first), right.Head(first)!.Checkpoint.Checkpoint.Size));

        network.SettleForks();

        Assert.Equal((7UL, counts.Range.Root()), (wrong.Held(first), wrong.Head(first)!.Range.Root()));
        Assert.Equal(right.Frontier, wrong.Frontier);
    }

    private static void Carry(SimNetwork network, int from, int to)
    {
        network.Connect(from, to);
        network.Settle();
        network.RestartAll();
    }

    // What an origin has that lost the end of its journal and took a part of it back.
    private static JournalHead Cut(SimNode node, JournalId journal, int size)
    {
        var (entries, head) = (node.Entries(journal), node.Head(journal)!);
        var cut = new JournalHead(head.Checkpoint, Chapters.Prefix(entries, size), head.RightOf((ulong)size, place => Chapters.SubtreeHash(entries, place)));
        node.RestoreBackup(journal, cut);
        return cut;
    }

    private static EntryDraft Opening(JournalHead held) =>
        new(RecordKind.Epoch, RecordId.Zero, Body(EpochEnds.Write(held.Journal.Epoch, held, [held]).ToByteArray()));

    private static EntryDraft Again(VerifiedEntry entry) => new(entry.Kind, entry.RecordId, entry.Body is { } body ? Body(body.Record.ToArray()) : null);

    private static RecordBody Body(byte[] record)
    {
        using var random = new SeededRandom(7);
        return RecordBody.Create(record, random);
    }

    private static SignedCheckpoint Signed(NodeKey key, int size, Hash root)
    {
        var checkpoint = new Checkpoint(new JournalId(key.Origin, 0), (ulong)size, root);
        return ((CheckpointVerification.Verified)SignedCheckpoint.Verify(SignedNote.Sign(checkpoint.Text, checkpoint.KeyName, key))).Checkpoint;
    }

    private static SyncMessage Told(params SignedCheckpoint[] notes)
    {
        var message = new Checkpoints();
        message.Journals.AddRange(notes.Select(note => new JournalCheckpoint { Note = ByteString.CopyFrom(note.Note.Span) }));
        return new SyncMessage { Checkpoints = message };
    }
}
