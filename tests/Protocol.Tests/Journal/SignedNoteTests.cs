using System.Text;

namespace OuiShare.Federation.Protocol.Tests.Journal;

public sealed class SignedNoteTests
{
    // The example of golang.org/x/mod/sumdb/note, the first implementation of signed notes.
    private const string Name = "PeterNeumann";

    // 0x01, which names Ed25519, before the seed.
    private const string TypeAndSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string Text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string SignedText = Text + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    private const string OtherLine = "\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

    [Fact]
    public void The_key_of_the_reference_has_its_key_id() =>
        Assert.Equal("c74f20a3", Convert.ToHexStringLower(SignedNote.KeyId(Name, ReferenceKey().Origin)));

    [Fact]
    public void A_note_is_signed_byte_for_byte_as_the_reference_signs_it()
    {
        using var key = ReferenceKey();

        Assert.Equal(SignedText, Encoding.UTF8.GetString(SignedNote.Sign(Text, Name, key)));
    }

    [Fact]
    public void A_signature_of_a_key_we_do_not_know_is_ignored()
    {
        using var key = ReferenceKey();
        var note = Encoding.UTF8.GetBytes(SignedText + OtherLine);

        Assert.Equal(SignedNote.Outcome.Verified, SignedNote.Verify(note, Name, key.Origin));
    }

    [Fact]
    public void A_note_with_only_the_signature_of_others_is_not_signed()
    {
        using var key = ReferenceKey();
        var note = Encoding.UTF8.GetBytes(Text + "\n" + OtherLine);

        Assert.Equal(SignedNote.Outcome.NotSigned, SignedNote.Verify(note, Name, key.Origin));
    }

    [Fact]
    public void A_note_with_any_bit_changed_is_not_verified()
    {
        using var key = ReferenceKey();
        var note = Encoding.UTF8.GetBytes(SignedText);
        for (var bit = 0; bit < note.Length * 8; bit++)
        {
            note[bit / 8] ^= (byte)(1 << bit % 8);

            Assert.NotEqual(SignedNote.Outcome.Verified, SignedNote.Verify(note, Name, key.Origin));
            note[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    private static NodeKey ReferenceKey() => NodeKey.FromSeed(Convert.FromBase64String(TypeAndSeed).AsSpan(1));
}
