using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace OuiShare.Federation.Protocol;

/// <summary>A SHA-256 hash: 32 bytes, compared by value. The default value is 32 zero bytes, the hash of nothing known.</summary>
public readonly struct Hash : IEquatable<Hash>
{
    /// <summary>Bytes in a hash.</summary>
    public const int Size = 32;

    // RFC 6962 section 2.1 puts these before what is hashed, so that a leaf can never pass for a node.
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;

    // Larger entries do not exist; the stack holds this much without a thought.
    private const int StackBytes = 1024;

    private readonly Vector256<byte> _bytes;

    private Hash(Vector256<byte> bytes) => _bytes = bytes;

    /// <summary>Root of the tree without leaves: SHA-256 of nothing (RFC 6962 section 2.1).</summary>
    public static Hash Empty { get; } = Of([]);

    /// <summary>The 32 bytes; valid as long as the value they are read from.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(new ReadOnlySpan<Vector256<byte>>(in _bytes));

    /// <summary>SHA-256 of the bytes.</summary>
    public static Hash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> digest = stackalloc byte[Size];
        SHA256.HashData(content, digest);
        return new Hash(Vector256.Create<byte>(digest));
    }

    /// <summary>Hash of a leaf of the Merkle tree: SHA-256(0x00 ‖ leaf), RFC 6962 section 2.1.</summary>
    public static Hash OfLeaf(ReadOnlySpan<byte> leaf)
    {
        var prefixed = leaf.Length < StackBytes ? stackalloc byte[leaf.Length + 1] : new byte[leaf.Length + 1];
        prefixed[0] = LeafPrefix;
        leaf.CopyTo(prefixed[1..]);
        return Of(prefixed);
    }

    /// <summary>Hash of an inner node of the Merkle tree: SHA-256(0x01 ‖ left ‖ right), RFC 6962 section 2.1.</summary>
    public static Hash OfNode(Hash left, Hash right)
    {
        Span<byte> prefixed = stackalloc byte[1 + 2 * Size];
        prefixed[0] = NodePrefix;
        left._bytes.CopyTo(prefixed[1..]);
        right._bytes.CopyTo(prefixed[(1 + Size)..]);
        return Of(prefixed);
    }

    /// <summary>The hash with these bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 32.</exception>
    public static Hash FromBytes(ReadOnlySpan<byte> hash) =>
        TryFromBytes(hash, out var parsed) ? parsed : throw new ArgumentException("A hash has 32 bytes.", nameof(hash));

    /// <summary>The hash with these bytes; false unless there are exactly 32.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> hash, out Hash parsed)
    {
        parsed = hash.Length == Size ? new Hash(Vector256.Create(hash)) : default;
        return hash.Length == Size;
    }

    /// <summary>The 32 bytes in an array of their own.</summary>
    public byte[] ToByteArray() => Bytes.ToArray();

    /// <summary>Writes the 32 bytes to the front of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination) => _bytes.CopyTo(destination);

    /// <summary>64 hexadecimal digits in lower case.</summary>
    public override string ToString() => Convert.ToHexStringLower(Bytes);

    /// <inheritdoc/>
    public bool Equals(Hash other) => _bytes == other._bytes;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Hash other && Equals(other);

    // The bytes of a hash are evenly spread already.
    /// <inheritdoc/>
    public override int GetHashCode() => _bytes.AsInt32()[0];

    /// <summary>Same 32 bytes.</summary>
    public static bool operator ==(Hash left, Hash right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(Hash left, Hash right) => !left.Equals(right);
}
