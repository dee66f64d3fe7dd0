using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What a node is about to append to its own journal.</summary>
/// <param name="Kind">What kind of record it is about.</param>
/// <param name="RecordId">The record's id within this origin and kind.</param>
/// <param name="Body">The record; null takes it back.</param>
public sealed record EntryDraft(RecordKind Kind, RecordId RecordId, RecordBody? Body);

/// <summary>
/// Writes a node's own journal: gives entries their places, grows the tree, signs. It decides nothing about disks: when what it
/// made could not be stored, throw it away and make a new one from the stored tail. Not thread-safe.
/// </summary>
public sealed class JournalWriter
{
    private readonly NodeKey _key;
    private readonly MerkleRange _range;
    private readonly Action<Subtree> _keep;
    private List<VerifiedEntry> _entries = [];
    private List<Subtree> _subtrees = [];
    private int _bytes;

    /// <summary>A writer that goes on after what is stored.</summary>
    /// <param name="key">The node's key.</param>
    /// <param name="journal">The node's journal, in its present epoch.</param>
    /// <param name="tail">The leaves stored so far, [0, size); copied.</param>
    /// <exception cref="ArgumentException">The journal is another node's, or the tail does not begin at 0.</exception>
    public JournalWriter(NodeKey key, JournalId journal, MerkleRange tail)
    {
        if (key.Origin != journal.Origin)
            throw new ArgumentException("A node writes only its own journal.", nameof(journal));
        if (tail.Begin != 0)
            throw new ArgumentException("The tail of a journal begins at its first entry.", nameof(tail));
        _key = key;
        Journal = journal;
        _range = tail.Clone();
        _keep = subtree =>
        {
            if (subtree.Place.Level >= Subtree.LowestKeptLevel)
                _subtrees.Add(subtree);
        };
    }

    /// <summary>The journal.</summary>
    public JournalId Journal { get; }

    /// <summary>How many entries the journal has, those not taken yet included.</summary>
    public ulong Size => _range.End;

    /// <summary>Entries appended since the last <see cref="Take"/>.</summary>
    public int Pending => _entries.Count;

    /// <summary>A copy of the leaves so far, [0, <see cref="Size"/>).</summary>
    public MerkleRange Tail => _range.Clone();

    /// <summary>Gives the draft the next place in the journal.</summary>
    /// <param name="draft">What to append.</param>
    /// <param name="writtenAt">Now, by the node's clock.</param>
    /// <exception cref="ArgumentException">The draft has no kind or a body beyond the limits, or the time lies before 1970 or after 9999.</exception>
    /// <exception cref="InvalidOperationException">
    /// An epoch after the first opens with its EpochRecord and with nothing else, or the journal has its last entry.
    /// </exception>
    public VerifiedEntry Append(EntryDraft draft, DateTimeOffset writtenAt)
    {
        Check(draft, writtenAt);
        var header = new EntryHeader(Journal, _range.End, writtenAt, draft.Kind, draft.RecordId, draft.Body?.Hash());
        var written = header.ToBytes();
        var leaf = Hash.OfLeaf(written);
        _range.Append(leaf, _keep);
        var entry = new VerifiedEntry(header, written, leaf, draft.Body);
        _entries.Add(entry);
        _bytes += written.Length + (draft.Body is { } body ? body.Salt.Length + body.Record.Length : 0);
        return entry;
    }

    /// <summary>Signs the journal as it stands.</summary>
    public SignedCheckpoint Sign() => new Checkpoint(Journal, _range.End, _range.Root()).Sign(_key);

    /// <summary>
    /// Signs, and hands over what was appended since the last call: one group commit. The store takes it as it takes any range.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing was appended.</exception>
    public VerifiedRange Take()
    {
        if (_entries.Count == 0)
            throw new InvalidOperationException("Nothing was appended.");
        var taken = new VerifiedRange(_entries, _subtrees, new JournalHead(Sign(), _range.Clone()), _bytes);
        (_entries, _subtrees, _bytes) = ([], [], 0);
        return taken;
    }

    private void Check(EntryDraft draft, DateTimeOffset writtenAt)
    {
        if (draft.Kind == RecordKind.Unspecified)
            throw new ArgumentException("An entry says what kind of record it is about.", nameof(draft));
        if (draft.Body is { } body && (body.Salt.Length != Limits.SaltBytes || body.Record.Length > Limits.RecordBytes))
            throw new ArgumentException($"A body has {Limits.SaltBytes} bytes of salt and at most {Limits.RecordBytes} of record.", nameof(draft));
        if (writtenAt.ToUnixTimeMilliseconds() is < 0 or > Limits.WrittenAtUnixMs)
            throw new ArgumentException("An entry is written between 1970 and 9999; set the node's clock.", nameof(writtenAt));
        if (draft.Kind == RecordKind.Epoch != (Journal.Epoch > 0 && _range.End == 0))
            throw new InvalidOperationException("An EpochRecord stands at position 0 of every epoch but the first, and only there.");
        if (_range.End >= Limits.JournalEntries)
            throw new InvalidOperationException("The journal has as many entries as the protocol allows.");
    }
}
