namespace OuiShare.Federation.Protocol;

/// <summary>
/// A checkpoint with its origin's signature. Made by signing one or by verifying a note, so who has one need not check again.
/// </summary>
public sealed class SignedCheckpoint
{
    internal SignedCheckpoint(Checkpoint checkpoint, ReadOnlyMemory<byte> note)
    {
        Checkpoint = checkpoint;
        Note = note;
    }

    /// <summary>What is signed.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>The signed note, byte for byte: C2SP tlog-checkpoint with the origin's Ed25519 signature.</summary>
    public ReadOnlyMemory<byte> Note { get; }

    /// <summary>Checks a note that somebody sent.</summary>
    public static CheckpointVerification Verify(ReadOnlyMemory<byte> note)
    {
        if (note.Length > Limits.NoteBytes)
            return Refuse(CheckpointRefusal.TooLarge, $"The checkpoint has {note.Length} bytes, more than {Limits.NoteBytes}.");
        if (!SignedNote.TryReadText(note.Span, out var text) || !Checkpoint.TryRead(text, out var checkpoint))
            return Refuse(CheckpointRefusal.Malformed, "The checkpoint is not a signed note of this protocol.");
        return SignedNote.Verify(note.Span, checkpoint!.KeyName, checkpoint.Journal.Origin) switch
        {
            SignedNote.Outcome.Verified => new CheckpointVerification.Verified(new SignedCheckpoint(checkpoint, note)),
            SignedNote.Outcome.Malformed =>
                Refuse(CheckpointRefusal.Malformed, "A signature line of the checkpoint cannot be read."),
            _ => Refuse(CheckpointRefusal.NotSigned, $"The checkpoint is not signed by {checkpoint.Journal.Origin.Short}."),
        };
    }

    /// <summary>Reads a note that this node verified or signed before it stored it; the signature is not checked again.</summary>
    /// <exception cref="ArgumentException">The bytes are not a checkpoint, so the store is damaged.</exception>
    public static SignedCheckpoint FromTrustedNote(ReadOnlyMemory<byte> note) =>
        SignedNote.TryReadText(note.Span, out var text) && Checkpoint.TryRead(text, out var checkpoint)
            ? new SignedCheckpoint(checkpoint!, note)
            : throw new ArgumentException("The stored note is not a checkpoint.", nameof(note));

    private static CheckpointVerification.Refused Refuse(CheckpointRefusal reason, string sentence) => new(reason, sentence);
}

/// <summary>What came of checking a signed note.</summary>
public abstract record CheckpointVerification
{
    private CheckpointVerification()
    {
    }

    /// <summary>The origin signed it.</summary>
    /// <param name="Checkpoint">The checkpoint.</param>
    public sealed record Verified(SignedCheckpoint Checkpoint) : CheckpointVerification;

    /// <summary>It is not to be believed.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Sentence">Why, in English, for an admin.</param>
    public sealed record Refused(CheckpointRefusal Reason, string Sentence) : CheckpointVerification;
}

/// <summary>Why a note is not a checkpoint.</summary>
public enum CheckpointRefusal
{
    /// <summary>Larger than <see cref="Limits.NoteBytes"/>.</summary>
    TooLarge,

    /// <summary>Not a C2SP tlog-checkpoint with our origin line, or not in its one spelling.</summary>
    Malformed,

    /// <summary>The origin's signature is missing or wrong.</summary>
    NotSigned,
}
