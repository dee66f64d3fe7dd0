using System.Security.Cryptography;
using Google.Protobuf;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>A journal that a scripted peer carries: signed by its key, kept in memory, told and served as the test likes.</summary>
internal sealed class SignedJournal
{
    private readonly JournalWriter _writer;
    private readonly List<VerifiedEntry> _entries = [];

    /// <summary>A journal of some events.</summary>
    /// <param name="key">Its origin's.</param>
    /// <param name="titles">One for each entry.</param>
    public SignedJournal(NodeKey key, params IEnumerable<string> titles)
    {
        _writer = new JournalWriter(key, new JournalId(key.Origin, 0), new MerkleRange());
        foreach (var title in titles)
            Append(title);
    }

    public JournalId Id => _writer.Journal;

    public ulong Size => _writer.Size;

    /// <summary>What its origin signs for it as it stands.</summary>
    public SignedCheckpoint Checkpoint => _writer.Sign();

    public void Append(string title) => Append(new EntryDraft(
        RecordKind.Event,
        RecordId.FromBytes(RandomNumberGenerator.GetBytes(RecordId.Size)),
        new RecordBody(RandomNumberGenerator.GetBytes(Limits.SaltBytes), Samples.Event(title).ToByteArray())));

    public void Append(EntryDraft draft) => _entries.Add(_writer.Append(draft, Samples.Now));

    /// <summary>The message that tells how far it reaches.</summary>
    public SyncMessage Told() => Told(Checkpoint.Note);

    /// <summary>The message that shows a note.</summary>
    public static SyncMessage Told(ReadOnlyMemory<byte> note) =>
        new() { Checkpoints = new Checkpoints { Journals = { new JournalCheckpoint { Note = ByteString.CopyFrom(note.Span) } } } };

    /// <summary>A note for it that somebody else signed.</summary>
    public static ReadOnlyMemory<byte> Forged(JournalId journal, ulong size, NodeKey forger)
    {
        var real = new Checkpoint(new JournalId(forger.Origin, journal.Epoch), size, Hash.Empty).Sign(forger).Note;
        var text = System.Text.Encoding.UTF8.GetString(real.Span);
        return System.Text.Encoding.UTF8.GetBytes(text.Replace(forger.Origin.ToString(), journal.Origin.ToString(), StringComparison.Ordinal));
    }

    /// <summary>All entries from a position on, as the last message of an answer.</summary>
    public Entries Answer(ulong from) => new JournalHead(Checkpoint, _writer.Tail).Compose(from, _entries.Skip((int)from).Select(Carry), last: true, HashOf);

    /// <summary>The same in several messages.</summary>
    public IEnumerable<Entries> Parts(ulong from, int entriesInPart)
    {
        for (var at = from; at < Size; at += (ulong)entriesInPart)
        {
            var part = _entries.Skip((int)at).Take(entriesInPart).Select(Carry);
            yield return new JournalHead(Checkpoint, _writer.Tail).Compose(at, part, last: at + (ulong)entriesInPart >= Size, HashOf);
        }
    }

    private static CarriedEntry Carry(VerifiedEntry entry) => new()
    {
        Entry = ByteString.CopyFrom(entry.Bytes.Span),
        Body = entry.Body is { } body ? new Body { Salt = ByteString.CopyFrom(body.Salt.Span), Record = ByteString.CopyFrom(body.Record.Span) } : null,
    };

    private Hash HashOf(SubtreePlace place)
    {
        var range = new MerkleRange(place.Begin);
        for (var position = place.Begin; position < place.End; position++)
            range.Append(_entries[(int)position].LeafHash);
        return range.Hashes[0];
    }
}
