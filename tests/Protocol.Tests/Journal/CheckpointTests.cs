using System.Text;

namespace OuiShare.Federation.Protocol.Tests.Journal;

public sealed class CheckpointTests
{
    private static readonly NodeKey Key = Chapters.Key(1);
    private static readonly Checkpoint Golden = new(new JournalId(Key.Origin, 3), 20852163, Hash.OfLeaf("root"u8));

    [Fact]
    public void A_signed_checkpoint_is_read_back_as_it_was()
    {
        var read = SignedCheckpoint.Verify(Golden.Sign(Key).Note);

        Assert.Equal(Golden, Assert.IsType<CheckpointVerification.Verified>(read).Checkpoint.Checkpoint);
    }

    [Fact]
    public void Its_text_is_three_lines() =>
        Assert.Equal(
            $"ouishare-federation/v1/{Key.Origin}/3\n20852163\n{Convert.ToBase64String(Golden.Root.Bytes)}\n", Golden.Text);

    [Fact]
    public void A_checkpoint_with_any_bit_changed_is_refused()
    {
        var note = Golden.Sign(Key).Note.ToArray();
        for (var bit = 0; bit < note.Length * 8; bit++)
        {
            note[bit / 8] ^= (byte)(1 << bit % 8);

            Assert.IsType<CheckpointVerification.Refused>(SignedCheckpoint.Verify(note));
            note[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void A_checkpoint_signed_by_another_key_is_refused()
    {
        using var other = Chapters.Key(2);
        var note = SignedNote.Sign(Golden.Text, Golden.KeyName, other);

        Assert.Equal(CheckpointRefusal.NotSigned, Assert.IsType<CheckpointVerification.Refused>(SignedCheckpoint.Verify(note)).Reason);
    }

    [Theory]
    [InlineData("\n20852163\n", "\n020852163\n", "leading zero")]
    [InlineData("\n20852163\n", "\n+20852163\n", "sign")]
    [InlineData("\n20852163\n", "\n281474976710657\n", "larger than a journal may be")]
    [InlineData("/3\n", "/03\n", "leading zero in the epoch")]
    [InlineData("/3\n", "/4294967296\n", "epoch beyond 32 bits")]
    [InlineData("=\n", "=\nextension\n", "extension line")]
    [InlineData("federation/v1", "federation/v2", "another protocol")]
    public void A_checkpoint_in_another_spelling_is_refused_though_it_is_signed(string part, string instead, string why)
    {
        var text = Golden.Text.Replace(part, instead, StringComparison.Ordinal);
        var note = SignedNote.Sign(text, text.Split('\n')[0], Key);

        Assert.True(SignedCheckpoint.Verify(note) is CheckpointVerification.Refused { Reason: CheckpointRefusal.Malformed }, why);
    }

    [Fact]
    public void A_note_of_many_signatures_is_refused_by_its_size()
    {
        var line = $"\u2014 witness {Convert.ToBase64String(new byte[68])}\n";
        byte[] note = [.. Golden.Sign(Key).Note.Span, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 10)))];

        Assert.Equal(CheckpointRefusal.TooLarge, Assert.IsType<CheckpointVerification.Refused>(SignedCheckpoint.Verify(note)).Reason);
    }

    [Fact]
    public void Only_the_origin_signs_its_checkpoints() => Assert.Throws<ArgumentException>(() => Golden.Sign(Chapters.Key(2)));

    [Fact]
    public void Frontier_digests_do_not_depend_on_order_or_on_empty_journals()
    {
        var other = Golden with { Journal = new JournalId(Chapters.OriginOf(2), 0) };
        var empty = Golden with { Journal = new JournalId(Chapters.OriginOf(3), 0), Size = 0 };

        Assert.Equal(FrontierDigest.Of([Golden, other]), FrontierDigest.Of([other, empty, Golden]));
        Assert.NotEqual(FrontierDigest.Of([Golden, other]), FrontierDigest.Of([Golden with { Size = 1 }, other]));
        Assert.NotEqual(FrontierDigest.Of([Golden, other]), FrontierDigest.Of([Golden with { Root = Hash.Empty }, other]));
    }
}
