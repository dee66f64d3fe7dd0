using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OuiShare.Federation.Protocol;

/// <summary>Names a record within its origin and kind: 16 bytes. The default value is all zeros, <see cref="Zero"/>.</summary>
public readonly record struct RecordId : IComparable<RecordId>
{
    /// <summary>Bytes in an id.</summary>
    public const int Size = 16;

    // Keeps these hashes apart from every other use of SHA-256 in the protocol.
    private static ReadOnlySpan<byte> UidLabel => "ouishare-federation/v1/record-of-uid\n"u8;

    private readonly UInt128 _value;

    private RecordId(UInt128 value) => _value = value;

    /// <summary>All zeros: the id of records of which an origin has one, such as its chapter record.</summary>
    public static RecordId Zero => default;

    /// <summary>The id with the bytes of the <see cref="Guid"/> in network order, as its text shows them.</summary>
    public static RecordId From(Guid id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return FromBytes(bytes);
    }

    /// <summary>
    /// The id of the event that an imported calendar calls <paramref name="icalUid"/>: the same on every import, so that importing
    /// twice changes nothing. First 16 bytes of SHA-256(label ‖ origin ‖ UTF-8 of the uid), marked as a version 8 UUID (RFC 9562).
    /// </summary>
    public static RecordId FromUid(Origin origin, string icalUid)
    {
        Span<byte> digest = stackalloc byte[Hash.Size];
        SHA256.HashData([.. UidLabel, .. origin.Bytes, .. Encoding.UTF8.GetBytes(icalUid)], digest);
        digest[6] = (byte)(0x80 | (digest[6] & 0x0F));
        digest[8] = (byte)(0x80 | (digest[8] & 0x3F));
        return FromBytes(digest[..Size]);
    }

    /// <summary>The id with these bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 16.</exception>
    public static RecordId FromBytes(ReadOnlySpan<byte> id) =>
        TryFromBytes(id, out var parsed) ? parsed : throw new ArgumentException("A record id has 16 bytes.", nameof(id));

    /// <summary>The id with these bytes; false unless there are exactly 16.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> id, out RecordId parsed)
    {
        parsed = id.Length == Size ? new RecordId(BinaryPrimitives.ReadUInt128BigEndian(id)) : default;
        return id.Length == Size;
    }

    /// <summary>Reads 32 hexadecimal digits of either case.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static RecordId Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var id) ? id : throw new FormatException("A record id is written as 32 hexadecimal digits.");

    /// <summary>Reads 32 hexadecimal digits of either case; false for any other text.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RecordId id)
    {
        UInt128 value = default;
        var read = text.Length == 2 * Size && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        id = new RecordId(value);
        return read;
    }

    /// <summary>The <see cref="Guid"/> with the same bytes in network order.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The 16 bytes in an array of their own.</summary>
    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Writes the 16 bytes to the front of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _value);

    /// <summary>32 hexadecimal digits in lower case.</summary>
    public override string ToString() => _value.ToString("x32", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public int CompareTo(RecordId other) => _value.CompareTo(other._value);

    /// <summary>Comes earlier in byte order.</summary>
    public static bool operator <(RecordId left, RecordId right) => left.CompareTo(right) < 0;

    /// <summary>Comes later in byte order.</summary>
    public static bool operator >(RecordId left, RecordId right) => left.CompareTo(right) > 0;

    /// <summary>Same id or earlier in byte order.</summary>
    public static bool operator <=(RecordId left, RecordId right) => left.CompareTo(right) <= 0;

    /// <summary>Same id or later in byte order.</summary>
    public static bool operator >=(RecordId left, RecordId right) => left.CompareTo(right) >= 0;
}
