using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// Checks entries from a peer against what their origin signed. Hashes are taken over the received bytes; nothing is serialised
/// again. Pure and thread-safe.
/// <list type="number">
/// <item>The message is about the journal asked for and begins where our copy ends.</item>
/// <item>Each entry can be read and names the place it stands at; each body is the one its entry names.</item>
/// <item>The note is a checkpoint of this journal, signed by its origin, at least as large as the entries reach.</item>
/// <item>What we held, the entries and the hashes to their right together give the signed root.</item>
/// </list>
/// </summary>
public static class RangeVerifier
{
    /// <summary>Checks a message.</summary>
    /// <param name="journal">The journal that was asked for.</param>
    /// <param name="message">What came.</param>
    /// <param name="held">The leaves verified so far, [0, from); not changed.</param>
    /// <param name="known">A checkpoint verified before: when the message carries the same note its signature is not checked again.</param>
    public static RangeVerification Verify(JournalId journal, Entries message, MerkleRange held, SignedCheckpoint? known = null)
    {
        if (!journal.Origin.Bytes.SequenceEqual(message.Origin.Span) || journal.Epoch != message.Epoch)
            return Refuse(RangeRefusal.WrongJournal, $"The entries are not of journal {journal.Origin.Short}, epoch {journal.Epoch}.");
        if (message.From != held.End)
            return Refuse(RangeRefusal.WrongPosition, $"The entries begin at {message.From}, but {held.End} comes next.");
        if (message.Entries_.Count is 0 or > Limits.BatchEntries)
            return Refuse(RangeRefusal.WrongCount, $"The message carries {message.Entries_.Count} entries, not 1 to {Limits.BatchEntries}.");

        var after = held.Clone();
        var subtrees = new List<Subtree>();
        var entries = new VerifiedEntry[message.Entries_.Count];
        var bytes = 0;
        Action<Subtree> keep = subtree =>
        {
            if (subtree.Place.Level >= Subtree.LowestKeptLevel)
                subtrees.Add(subtree);
        };
        for (var i = 0; i < entries.Length; i++)
        {
            if (CheckEntry(journal, after.End, message.Entries_[i], out entries[i]) is { } refused)
                return refused;
            after.Append(entries[i].LeafHash, keep);
            bytes += entries[i].Bytes.Length + (entries[i].Body is { } body ? body.Salt.Length + body.Record.Length : 0);
        }

        if (CheckCheckpoint(journal, message.Checkpoint, after.End, known, out var checkpoint) is { } unsigned)
            return unsigned;
        if (CheckRoot(message, after, checkpoint, out var right) is { } unproven)
            return unproven;
        return new RangeVerification.Verified(new VerifiedRange(entries, subtrees, new JournalHead(checkpoint, after, right), bytes));
    }

    private static RangeVerification.Refused? CheckEntry(JournalId journal, ulong position, CarriedEntry carried, out VerifiedEntry entry)
    {
        entry = null!;
        if (!EntryHeader.TryRead(carried.Entry.Span, out var header, out var problem))
            return Refuse(RangeRefusal.MalformedEntry, $"Entry {position} cannot be read: {problem}");
        if (header.Journal != journal || header.Position != position)
            return Refuse(RangeRefusal.MisplacedEntry, $"Entry {position} says it is entry {header.Position} of {header.Journal}.");
        if (header.Kind == RecordKind.Epoch != (journal.Epoch > 0 && position == 0))
            return Refuse(RangeRefusal.MisplacedEpoch, "An EpochRecord stands at position 0 of every epoch but the first, and only there.");

        RecordBody? body = null;
        if (carried.Body is { } sent)
        {
            if (header.BodyHash is null || sent.Salt.Length != Limits.SaltBytes || sent.Record.Length > Limits.RecordBytes)
                return Refuse(RangeRefusal.MalformedBody, $"The body of entry {position} breaks a limit, or its record is withdrawn.");
            body = new RecordBody(sent.Salt.Memory, sent.Record.Memory);
            if (body.Hash() != header.BodyHash)
                return Refuse(RangeRefusal.WrongBody, $"The body of entry {position} is not the one the entry names.");
        }

        entry = new VerifiedEntry(header, carried.Entry.Memory, Hash.OfLeaf(carried.Entry.Span), body);
        return null;
    }

    private static RangeVerification.Refused? CheckCheckpoint(
        JournalId journal, ByteString note, ulong end, SignedCheckpoint? known, out SignedCheckpoint checkpoint)
    {
        checkpoint = known!;
        if (known is null || !known.Note.Span.SequenceEqual(note.Span))
        {
            switch (SignedCheckpoint.Verify(note.Memory))
            {
                case CheckpointVerification.Verified verified:
                    checkpoint = verified.Checkpoint;
                    break;
                case CheckpointVerification.Refused refused:
                    return Refuse(RangeRefusal.BadCheckpoint, refused.Sentence);
            }
        }

        return checkpoint.Checkpoint.Journal == journal && checkpoint.Checkpoint.Size >= end
            ? null
            : Refuse(RangeRefusal.WrongCheckpoint, $"The checkpoint is not one of this journal with {end} entries or more.");
    }

    private static RangeVerification.Refused? CheckRoot(Entries message, MerkleRange after, SignedCheckpoint checkpoint, out MerkleRange right)
    {
        var size = checkpoint.Checkpoint.Size;
        right = null!;
        if (message.RightHashes.Count != MerkleRange.CountSubtrees(after.End, size))
            return Refuse(RangeRefusal.MalformedRight, $"{message.RightHashes.Count} hashes do not cover entries {after.End} to {size}.");
        var hashes = new Hash[message.RightHashes.Count];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (!Hash.TryFromBytes(message.RightHashes[i].Span, out hashes[i]))
                return Refuse(RangeRefusal.MalformedRight, "A hash to the right of the entries does not have 32 bytes.");
        }

        right = MerkleRange.FromSubtrees(after.End, size, hashes);
        var tree = after.Clone();
        tree.Merge(right);
        return tree.Root() == checkpoint.Checkpoint.Root
            ? null
            : new RangeVerification.Refused(
                RangeRefusal.WrongRoot,
                $"Entries {message.From} to {after.End - 1} do not lead to the root the origin signed for {size} entries: "
                + "the peer changed them, or the journal was forked.",
                checkpoint);
    }

    private static RangeVerification.Refused Refuse(RangeRefusal reason, string sentence) => new(reason, sentence);
}
