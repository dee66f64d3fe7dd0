using System.Buffers;
using System.Security.Cryptography;

namespace OuiShare.Federation.Protocol;

/// <summary>A record with the salt that keeps it from being guessed once it is erased.</summary>
/// <param name="Salt">16 random bytes.</param>
/// <param name="Record">The serialised record as its origin wrote it; at most <see cref="Limits.RecordBytes"/>.</param>
public sealed record RecordBody(ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Record)
{
    private const int StackBytes = 2048;

    /// <summary>The record with a fresh salt.</summary>
    /// <param name="record">The serialised record.</param>
    /// <param name="random">Where the salt comes from: the system's generator, or a seeded one in tests.</param>
    /// <exception cref="ArgumentException">The record is larger than <see cref="Limits.RecordBytes"/>.</exception>
    public static RecordBody Create(ReadOnlyMemory<byte> record, RandomNumberGenerator random)
    {
        if (record.Length > Limits.RecordBytes)
            throw new ArgumentException($"The record has {record.Length} bytes, more than {Limits.RecordBytes}.", nameof(record));
        var salt = new byte[Limits.SaltBytes];
        random.GetBytes(salt);
        return new RecordBody(salt, record);
    }

    /// <summary>What the entry names: SHA-256(salt ‖ record).</summary>
    public Hash Hash() => HashOf(Salt.Span, Record.Span);

    /// <summary>SHA-256(salt ‖ record).</summary>
    internal static Hash HashOf(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> record)
    {
        var bytes = salt.Length + record.Length;
        if (bytes <= StackBytes)
            return Join(salt, record, stackalloc byte[bytes]);
        var rented = ArrayPool<byte>.Shared.Rent(bytes);
        var hash = Join(salt, record, rented.AsSpan(0, bytes));
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    private static Hash Join(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> record, Span<byte> joined)
    {
        salt.CopyTo(joined);
        record.CopyTo(joined[salt.Length..]);
        return Protocol.Hash.Of(joined);
    }
}
