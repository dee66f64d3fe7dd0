using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Journal;

public sealed class RangeVerifierTests
{
    private const int Size = 300;
    private static readonly NodeKey Key = Chapters.Key(1);
    private static readonly JournalId Journal = new(Key.Origin, 0);
    private static readonly (List<VerifiedEntry> Entries, JournalHead Head) Golden = Chapters.Journal(Key, Size, seed: 1);

    [Theory]
    [InlineData(0, 300)]
    [InlineData(0, 1)]
    [InlineData(37, 100)]
    [InlineData(255, 45)]
    [InlineData(299, 1)]
    public void Entries_of_any_part_are_verified(int from, int count)
    {
        var verified = Verified(Chapters.Message(Golden.Entries, Golden.Head, from, count), from);

        Assert.Equal(count, verified.Entries.Count);
        Assert.Equal((ulong)(from + count), verified.After.End);
        Assert.Equal(Golden.Head.Checkpoint.Checkpoint, verified.Checkpoint.Checkpoint);
        Assert.Equal(Golden.Entries[from].Bytes.ToArray(), verified.Entries[0].Bytes.ToArray());
    }

    [Fact]
    public void A_journal_taken_in_random_parts_is_the_journal()
    {
        const int seed = 5;
        var random = new Random(seed);
        var held = new MerkleRange();
        var subtrees = new List<Subtree>();
        while (held.End < Size)
        {
            var from = (int)held.End;
            var range = Verified(Chapters.Message(Golden.Entries, Golden.Head, from, Math.Min(random.Next(1, 60), Size - from)), from);
            held = range.After;
            subtrees.AddRange(range.Subtrees);
        }

        Assert.True(held.Root() == Golden.Head.Range.Root(), $"seed {seed}");
        Assert.Equal([new SubtreePlace(8, 0)], subtrees.Select(subtree => subtree.Place));
    }

    /// <summary>
    /// Every single bit of entry, salt, record and of the proof beside them: a relay that changes one is found out. (Bits of the
    /// note are in CheckpointTests.)
    /// </summary>
    [Fact]
    public void Entries_with_any_bit_changed_are_refused()
    {
        for (var from = 100; from < 112; from++)
        {
            var golden = Chapters.Message(Golden.Entries, Golden.Head, from, 1);
            var held = Chapters.Prefix(Golden.Entries, from);
            foreach (var (part, change) in Parts(golden))
            {
                var bytes = part.ToByteArray();
                for (var bit = 0; bit < bytes.Length * 8; bit++)
                {
                    bytes[bit / 8] ^= (byte)(1 << bit % 8);
                    var message = golden.Clone();
                    change(message, ByteString.CopyFrom(bytes));

                    Assert.IsType<RangeVerification.Refused>(RangeVerifier.Verify(Journal, message, held, Golden.Head.Checkpoint));
                    bytes[bit / 8] ^= (byte)(1 << bit % 8);
                }
            }
        }
    }

    [Fact]
    public void Entries_that_do_not_begin_where_our_copy_ends_are_refused()
    {
        Assert.Equal(RangeRefusal.WrongPosition, Refused(Chapters.Message(Golden.Entries, Golden.Head, 10, 5), held: 11));
        Assert.Equal(RangeRefusal.WrongPosition, Refused(Chapters.Message(Golden.Entries, Golden.Head, 10, 5), held: 9));
    }

    [Fact]
    public void Entries_told_to_begin_elsewhere_than_they_do_are_refused() =>
        Assert.Equal(RangeRefusal.MisplacedEntry, Refused(Changed(message => message.From = 11), held: 11));

    [Fact]
    public void Entries_in_another_order_are_refused() => Assert.Equal(RangeRefusal.MisplacedEntry, Refused(Changed(message =>
        (message.Entries_[0], message.Entries_[1]) = (message.Entries_[1].Clone(), message.Entries_[0].Clone()))));

    [Fact]
    public void Entries_with_a_gap_are_refused() =>
        Assert.Equal(RangeRefusal.MisplacedEntry, Refused(Changed(message => message.Entries_.RemoveAt(2))));

    [Fact]
    public void Entries_of_another_origin_are_refused()
    {
        using var other = Chapters.Key(2);
        var (entries, head) = Chapters.Journal(other, Size, seed: 1);

        Assert.Equal(RangeRefusal.WrongJournal, Refused(Chapters.Message(entries, head, 10, 5)));
        Assert.Equal(RangeRefusal.MisplacedEntry, Refused(Changed(message =>
        {
            message.Entries_.Clear();
            message.Entries_.AddRange(entries.Skip(10).Take(5).Select(Chapters.Carry));
        })));
    }

    [Fact]
    public void Entries_of_another_epoch_are_refused() =>
        Assert.Equal(RangeRefusal.WrongJournal, Refused(Changed(message => message.Epoch = 1)));

    [Fact]
    public void A_checkpoint_of_another_journal_of_the_same_origin_is_refused()
    {
        var checkpoint = (Golden.Head.Checkpoint.Checkpoint with { Journal = new JournalId(Key.Origin, 1) }).Sign(Key);

        Assert.Equal(RangeRefusal.WrongCheckpoint, Refused(Changed(message => message.Checkpoint = ByteString.CopyFrom(checkpoint.Note.Span))));
    }

    [Fact]
    public void A_checkpoint_smaller_than_the_entries_reach_is_refused()
    {
        var (_, head) = Chapters.Journal(Key, 12, seed: 1);

        Assert.Equal(RangeRefusal.WrongCheckpoint, Refused(Changed(message => message.Checkpoint = ByteString.CopyFrom(head.Checkpoint.Note.Span))));
    }

    [Fact]
    public void Hashes_to_the_right_are_exactly_as_many_as_needed()
    {
        Assert.Equal(RangeRefusal.MalformedRight, Refused(Changed(message => message.RightHashes.RemoveAt(0))));
        Assert.Equal(RangeRefusal.MalformedRight, Refused(Changed(message => message.RightHashes.Add(message.RightHashes[0]))));
        Assert.Equal(RangeRefusal.MalformedRight, Refused(Changed(message => message.RightHashes[0] = ByteString.CopyFrom(new byte[31]))));
        Assert.Equal(RangeRefusal.WrongRoot, Refused(Changed(message =>
            (message.RightHashes[0], message.RightHashes[1]) = (message.RightHashes[1], message.RightHashes[0]))));
    }

    [Fact]
    public void Entries_that_fork_from_what_we_hold_are_refused_with_the_checkpoint_as_evidence()
    {
        var (entries, head) = Chapters.Journal(Key, Size, seed: 2);
        var message = Chapters.Message(entries, head, 10, 5);

        var refused = Assert.IsType<RangeVerification.Refused>(
            RangeVerifier.Verify(Journal, message, Chapters.Prefix(Golden.Entries, 10)));

        Assert.Equal(RangeRefusal.WrongRoot, refused.Reason);
        Assert.Equal(head.Checkpoint.Checkpoint, refused.Checkpoint!.Checkpoint);
    }

    [Fact]
    public void A_body_is_refused_with_a_withdrawal_or_with_another_length_of_salt()
    {
        var withdrawal = Golden.Entries.FindIndex(entry => entry.BodyHash is null);
        var published = Golden.Entries.FindIndex(entry => entry.BodyHash is not null);
        var body = Chapters.Carry(Golden.Entries[published]).Body;

        var withBody = Chapters.Message(Golden.Entries, Golden.Head, withdrawal, 1);
        withBody.Entries_[0].Body = body;
        var withShortSalt = Chapters.Message(Golden.Entries, Golden.Head, published, 1);
        withShortSalt.Entries_[0].Body.Salt = ByteString.CopyFrom(new byte[15]);

        Assert.Equal(RangeRefusal.MalformedBody, Refused(withBody, withdrawal));
        Assert.Equal(RangeRefusal.MalformedBody, Refused(withShortSalt, published));
    }

    [Fact]
    public void An_entry_whose_body_is_gone_is_verified_without_it()
    {
        var published = Golden.Entries.FindIndex(entry => entry.BodyHash is not null);
        var message = Chapters.Message(Golden.Entries, Golden.Head, published, 1);
        message.Entries_[0].Body = null;

        var entry = Verified(message, published).Entries[0];

        Assert.Null(entry.Body);
        Assert.Equal(Golden.Entries[published].BodyHash, entry.BodyHash);
    }

    [Fact]
    public void No_entries_and_too_many_are_refused()
    {
        Assert.Equal(RangeRefusal.WrongCount, Refused(Changed(message => message.Entries_.Clear())));
        Assert.Equal(RangeRefusal.WrongCount, Refused(Changed(message =>
            message.Entries_.AddRange(Enumerable.Repeat(message.Entries_[0], Limits.BatchEntries)))));
    }

    [Fact]
    public void A_later_epoch_opens_with_its_epoch_record_and_the_first_has_none()
    {
        var epoch = Chapters.Writer(Key, epoch: 1);
        var opening = new EntryDraft(RecordKind.Epoch, RecordId.Zero, RecordBody.Create(new EpochRecord { ContinuesFrom = 7 }.ToByteArray(), new SeededRandom(1)));
        var draft = Chapters.Draft(new Random(1));

        Assert.Throws<InvalidOperationException>(() => epoch.Append(draft, Chapters.Noon));
        var entry = epoch.Append(opening, Chapters.Noon);
        Assert.Throws<InvalidOperationException>(() => epoch.Append(opening, Chapters.Noon));
        Assert.Throws<InvalidOperationException>(() => Chapters.Writer(Key).Append(opening, Chapters.Noon));

        var message = Chapters.Message([entry], epoch.Take().Head, 0, 1);
        Assert.IsType<RangeVerification.Verified>(RangeVerifier.Verify(epoch.Journal, message, new MerkleRange()));
    }

    [Fact]
    public void What_a_writer_takes_is_what_a_peer_verifies()
    {
        var writer = Chapters.Writer(Key);
        var random = new Random(3);
        for (var i = 0; i < 600; i++)
            writer.Append(Chapters.Draft(random), Chapters.Noon);

        var taken = writer.Take();
        var verified = Verified(Chapters.Message(taken.Entries, taken.Head, 0, 600), 0);

        Assert.Equal(taken.Subtrees, verified.Subtrees);
        Assert.Equal(taken.Bytes, verified.Bytes);
        Assert.Equal(0, writer.Pending);
        Assert.Equal(0UL, taken.From);
    }

    [Fact]
    public void A_copy_that_is_not_complete_can_still_prove_what_it_holds()
    {
        var part = Verified(Chapters.Message(Golden.Entries, Golden.Head, 0, 130), 0);

        var relayed = Chapters.Message([.. part.Entries], part.Head, 40, 90);

        Assert.Equal(130UL, Verified(relayed, 40).After.End);
    }

    private static Entries Changed(Action<Entries> change)
    {
        var message = Chapters.Message(Golden.Entries, Golden.Head, 10, 5);
        change(message);
        return message;
    }

    private static RangeRefusal Refused(Entries message, int held = 10) => Assert.IsType<RangeVerification.Refused>(
        RangeVerifier.Verify(Journal, message, Chapters.Prefix(Golden.Entries, held))).Reason;

    private static VerifiedRange Verified(Entries message, int held) => Assert.IsType<RangeVerification.Verified>(
        RangeVerifier.Verify(Journal, message, Chapters.Prefix(Golden.Entries, held))).Range;

    private static IEnumerable<(ByteString Part, Action<Entries, ByteString> Change)> Parts(Entries message)
    {
        yield return (message.Entries_[0].Entry, (copy, part) => copy.Entries_[0].Entry = part);
        if (message.Entries_[0].Body is { } body)
        {
            yield return (body.Salt, (copy, part) => copy.Entries_[0].Body.Salt = part);
            yield return (body.Record, (copy, part) => copy.Entries_[0].Body.Record = part);
        }

        for (var i = 0; i < message.RightHashes.Count; i++)
        {
            var at = i;
            yield return (message.RightHashes[i], (copy, part) => copy.RightHashes[at] = part);
        }
    }
}
