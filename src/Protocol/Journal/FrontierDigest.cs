using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// A node's whole frontier as one hash; equal digests mean equal journals. SHA-256 over the label and, for each journal with
/// entries, ordered by origin and epoch:
/// <code>
///   "ouishare-federation/v1/frontier" LF
///   [origin: 32] [epoch: 4, big endian] [entries held: 8, big endian] [root of these entries: 32]
/// </code>
/// </summary>
public static class FrontierDigest
{
    private const int RowBytes = Origin.Size + sizeof(uint) + sizeof(ulong) + Hash.Size;

    private static ReadOnlySpan<byte> Label => "ouishare-federation/v1/frontier\n"u8;

    /// <summary>The digest of what is held. Order does not matter; journals without entries do not count.</summary>
    public static Hash Of(IEnumerable<JournalHead> held) =>
        Of(held.Select(head => new Checkpoint(head.Journal, head.Size, head.Range.Root())));

    /// <summary>The digest of journals with these sizes and roots.</summary>
    public static Hash Of(IEnumerable<Checkpoint> held)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(Label);
        Span<byte> row = stackalloc byte[RowBytes];
        foreach (var (journal, size, root) in held.Where(checkpoint => checkpoint.Size > 0).OrderBy(checkpoint => checkpoint.Journal))
        {
            journal.Origin.CopyTo(row);
            BinaryPrimitives.WriteUInt32BigEndian(row[Origin.Size..], journal.Epoch);
            BinaryPrimitives.WriteUInt64BigEndian(row[(Origin.Size + sizeof(uint))..], size);
            root.CopyTo(row[(RowBytes - Hash.Size)..]);
            digest.AppendData(row);
        }

        return Hash.FromBytes(digest.GetHashAndReset());
    }
}
