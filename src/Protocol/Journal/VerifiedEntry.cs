using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// An entry that its origin is known to have signed at this place: it was verified against a checkpoint, or written here with the
/// node's own key. The only kind of entry a store accepts; nothing outside this project can make one.
/// </summary>
public sealed class VerifiedEntry
{
    private readonly EntryHeader _header;

    internal VerifiedEntry(in EntryHeader header, ReadOnlyMemory<byte> bytes, Hash leafHash, RecordBody? body)
    {
        _header = header;
        Bytes = bytes;
        LeafHash = leafHash;
        Body = body;
    }

    /// <summary>The journal it stands in.</summary>
    public JournalId Journal => _header.Journal;

    /// <summary>Its place there, from 0.</summary>
    public ulong Position => _header.Position;

    /// <summary>When its origin wrote it by its own clock, UTC; informative, it orders nothing.</summary>
    public DateTimeOffset WrittenAt => _header.WrittenAt;

    /// <summary>What kind of record it is about; may be a number this program does not know.</summary>
    public RecordKind Kind => _header.Kind;

    /// <summary>The record's id within its origin and kind.</summary>
    public RecordId RecordId => _header.RecordId;

    /// <summary>SHA-256(salt ‖ record); null: the record is withdrawn.</summary>
    public Hash? BodyHash => _header.BodyHash;

    /// <summary>The entry as its origin wrote it, byte for byte.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Hash of <see cref="Bytes"/> as a leaf of the Merkle tree.</summary>
    public Hash LeafHash { get; }

    /// <summary>
    /// The body, checked against <see cref="BodyHash"/>; null for a withdrawal, and when the sender did not hold it (any more).
    /// </summary>
    public RecordBody? Body { get; }
}
