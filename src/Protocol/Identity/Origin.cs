using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NSec.Cryptography;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// A node's Ed25519 public key (RFC 8032), 32 bytes: who wrote an entry. The key is the chapter; its name and address may change.
/// Ordered by its bytes. The default value, 32 zero bytes, is no key: nothing verifies under it.
/// </summary>
public readonly struct Origin : IEquatable<Origin>, IComparable<Origin>
{
    /// <summary>Bytes in a key.</summary>
    public const int Size = 32;

    /// <summary>Hexadecimal digits of <see cref="Short"/>.</summary>
    public const int ShortDigits = 20;

    private readonly Vector256<byte> _bytes;

    private Origin(Vector256<byte> bytes) => _bytes = bytes;

    /// <summary>The 32 bytes; valid as long as the value they are read from.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<Vector256<byte>>(in _bytes));

    /// <summary>First 20 hexadecimal digits: enough to tell chapters apart in a web address, not enough to trust.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "Short as opposed to whole; no other word says it.")]
    public string Short => Convert.ToHexStringLower(Bytes[..(ShortDigits / 2)]);

    /// <summary>The origin with these bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32.</exception>
    public static Origin FromBytes(ReadOnlySpan<byte> key) =>
        TryFromBytes(key, out var origin) ? origin : throw new ArgumentException("An origin has 32 bytes.", nameof(key));

    /// <summary>The origin with these bytes; false unless there are exactly 32.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> key, out Origin origin)
    {
        origin = key.Length == Size ? new Origin(Vector256.Create(key)) : default;
        return key.Length == Size;
    }

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static Origin Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out var origin) ? origin : throw new FormatException("An origin is written as 64 hexadecimal digits.");

    /// <summary>Reads 64 hexadecimal digits of either case; false for any other text.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Origin origin)
    {
        Span<byte> key = stackalloc byte[Size];
        origin = default;
        return text.Length == 2 * Size
            && Convert.FromHexString(text, key, out _, out _) == System.Buffers.OperationStatus.Done
            && TryFromBytes(key, out origin);
    }

    /// <summary>Whether the key's owner signed the message (Ed25519, RFC 8032, without pre-hash).</summary>
    /// <param name="message">The signed bytes.</param>
    /// <param name="signature">64 bytes; any other length is never a signature.</param>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == NodeKey.SignatureSize
        && PublicKey.TryImport(SignatureAlgorithm.Ed25519, Bytes, KeyBlobFormat.RawPublicKey, out var key)
        && key is not null
        && SignatureAlgorithm.Ed25519.Verify(key, message, signature);

    /// <summary>The 32 bytes in an array of their own.</summary>
    public byte[] ToByteArray() => Bytes.ToArray();

    /// <summary>Writes the 32 bytes to the front of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => _bytes.CopyTo(destination);

    /// <summary>64 hexadecimal digits in lower case.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <inheritdoc/>
    public int CompareTo(Origin other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    public bool Equals(Origin other) => _bytes == other._bytes;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Origin other && Equals(other);

    // The first bytes of a key are evenly spread already.
    /// <inheritdoc/>
    public override int GetHashCode() => BinaryPrimitives.ReadInt32LittleEndian(Bytes);

    /// <summary>Same key.</summary>
    public static bool operator ==(Origin left, Origin right) => left.Equals(right);

    /// <summary>Another key.</summary>
    public static bool operator !=(Origin left, Origin right) => !left.Equals(right);

    /// <summary>Comes earlier in byte order.</summary>
    public static bool operator <(Origin left, Origin right) => left.CompareTo(right) < 0;

    /// <summary>Comes later in byte order.</summary>
    public static bool operator >(Origin left, Origin right) => left.CompareTo(right) > 0;

    /// <summary>Same key or earlier in byte order.</summary>
    public static bool operator <=(Origin left, Origin right) => left.CompareTo(right) <= 0;

    /// <summary>Same key or later in byte order.</summary>
    public static bool operator >=(Origin left, Origin right) => left.CompareTo(right) >= 0;
}
