using System.Diagnostics.CodeAnalysis;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// What an entry says. Its bytes are a Protocol Buffers message, and these bytes, as the origin wrote them, are the leaf of the
/// Merkle tree:
/// <code>
///   0A 20 [origin: 32]              field 1, bytes
///   10 [epoch: varint]              field 2, absent when 0
///   18 [position: varint]           field 3, absent when 0
///   20 [written at, ms: varint]     field 4, absent when 0
///   28 [kind: varint]               field 5
///   32 10 [record id: 16]           field 6
///   3A 20 [body hash: 32]           field 7, absent for a withdrawal
/// </code>
/// A reader takes the fields in any order, the last of a repeated one, and skips unknown ones, as every Protocol Buffers library
/// does; groups (wire types 3 and 4) are refused.
/// </summary>
/// <param name="Journal">The journal it stands in.</param>
/// <param name="Position">Its place there, from 0.</param>
/// <param name="WrittenAt">When its origin wrote it by its own clock, UTC; informative, it orders nothing.</param>
/// <param name="Kind">What kind of record it is about; may be a number this program does not know.</param>
/// <param name="RecordId">The record's id within its origin and kind.</param>
/// <param name="BodyHash">SHA-256(salt ‖ record); null: the record is withdrawn.</param>
public readonly record struct EntryHeader(
    JournalId Journal, ulong Position, DateTimeOffset WrittenAt, RecordKind Kind, RecordId RecordId, Hash? BodyHash)
{
    private const int VarintBytes = 10;
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;

    // Origin, epoch, position, time, kind, record id, body hash with their tags and lengths.
    private const int LargestWritten = 34 + 6 + 11 + 11 + 6 + 18 + 34;

    /// <summary>Reads an entry's bytes; false with a sentence that says what is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, out EntryHeader header, [NotNullWhen(false)] out string? problem)
    {
        header = default;
        if (entry.Length is 0 or > Limits.EntryBytes)
        {
            problem = $"An entry has 1 to {Limits.EntryBytes} bytes, not {entry.Length}.";
            return false;
        }

        var fields = new Fields();
        if (!TryReadFields(entry, ref fields))
        {
            problem = "The bytes are not a Protocol Buffers message.";
            return false;
        }

        problem = fields.Problem();
        if (problem is not null)
            return false;
        header = new EntryHeader(
            new JournalId(fields.Origin, fields.Epoch),
            fields.Position,
            DateTimeOffset.FromUnixTimeMilliseconds(fields.WrittenAtUnixMs),
            (RecordKind)fields.Kind,
            fields.RecordId,
            fields.BodyHashLength == 0 ? null : fields.BodyHash);
        return true;
    }

    /// <summary>The entry's bytes, as drawn above.</summary>
    internal byte[] ToBytes()
    {
        Span<byte> bytes = stackalloc byte[LargestWritten];
        bytes[0] = 0x0A;
        bytes[1] = Origin.Size;
        Journal.Origin.CopyTo(bytes[2..]);
        var at = 2 + Origin.Size;
        at += WriteVarint(bytes[at..], 0x10, Journal.Epoch);
        at += WriteVarint(bytes[at..], 0x18, Position);
        at += WriteVarint(bytes[at..], 0x20, (ulong)WrittenAt.ToUnixTimeMilliseconds());
        at += WriteVarint(bytes[at..], 0x28, (ulong)(int)Kind);
        bytes[at++] = 0x32;
        bytes[at++] = RecordId.Size;
        RecordId.CopyTo(bytes[at..]);
        at += RecordId.Size;
        if (BodyHash is { } hash)
        {
            bytes[at++] = 0x3A;
            bytes[at++] = Hash.Size;
            hash.CopyTo(bytes[at..]);
            at += Hash.Size;
        }

        return bytes[..at].ToArray();
    }

    private static int WriteVarint(Span<byte> destination, byte tag, ulong value)
    {
        if (value == 0)
            return 0;
        destination[0] = tag;
        var at = 1;
        for (; value >= 0x80; value >>= 7)
            destination[at++] = (byte)(value | 0x80);
        destination[at++] = (byte)value;
        return at;
    }

    private static bool TryReadFields(ReadOnlySpan<byte> entry, ref Fields fields)
    {
        while (entry.Length > 0)
        {
            // A tag is a varint of at most 32 bits: the field's number and, in the lowest three bits, how its value is written.
            if (!TryReadVarint(ref entry, out var tag) || tag is < 8 or > uint.MaxValue)
                return false;
            var number = (uint)tag >> 3;
            ReadOnlySpan<byte> value = default;
            ulong scalar = 0;
            var read = (int)(tag & 7) switch
            {
                Varint => TryReadVarint(ref entry, out scalar),
                Bytes => TryReadVarint(ref entry, out var length) && length <= (ulong)entry.Length && TryTake(ref entry, (int)length, out value),
                Fixed64 => TryTake(ref entry, sizeof(ulong), out _),
                Fixed32 => TryTake(ref entry, sizeof(uint), out _),
                _ => false,
            };
            if (!read)
                return false;
            if ((tag & 7) == Varint)
                fields.Set(number, scalar);
            else if ((tag & 7) == Bytes)
                fields.Set(number, value);
        }

        return true;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> entry, int count, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (count > entry.Length)
            return false;
        taken = entry[..count];
        entry = entry[count..];
        return true;
    }

    private static bool TryReadVarint(scoped ref ReadOnlySpan<byte> entry, out ulong value)
    {
        value = 0;
        for (var i = 0; i < VarintBytes && i < entry.Length; i++)
        {
            value |= (ulong)(entry[i] & 0x7F) << (7 * i);
            if (entry[i] < 0x80)
            {
                entry = entry[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    // What was read so far. A known number with another wire type is an unknown field and is skipped.
    private struct Fields
    {
        public Origin Origin;
        public uint Epoch;
        public ulong Position;
        public long WrittenAtUnixMs;
        public int Kind;
        public RecordId RecordId;
        public Hash BodyHash;
        public int BodyHashLength;
        private bool _hasOrigin;
        private bool _hasRecordId;

        public void Set(uint number, ulong value)
        {
            switch (number)
            {
                case 2: Epoch = (uint)value; break;
                case 3: Position = value; break;
                case 4: WrittenAtUnixMs = (long)value; break;
                case 5: Kind = (int)value; break;
            }
        }

        public void Set(uint number, ReadOnlySpan<byte> value)
        {
            switch (number)
            {
                case 1: _hasOrigin = Origin.TryFromBytes(value, out Origin); break;
                case 6: _hasRecordId = RecordId.TryFromBytes(value, out RecordId); break;
                case 7:
                    BodyHashLength = value.Length;
                    _ = Hash.TryFromBytes(value, out BodyHash);
                    break;
            }
        }

        public readonly string? Problem() => this switch
        {
            { _hasOrigin: false } => "The origin does not have 32 bytes.",
            { _hasRecordId: false } => "The record id does not have 16 bytes.",
            { BodyHashLength: not (0 or Hash.Size) } => "The body hash has neither 32 bytes nor none.",
            { Kind: 0 } => "The record has no kind.",
            { Position: >= Limits.JournalEntries } => $"The position is {Limits.JournalEntries} or more.",
            { WrittenAtUnixMs: < 0 or > Limits.WrittenAtUnixMs } => "The time it was written lies before 1970 or after 9999.",
            _ => null,
        };
    }
}
