using NSec.Cryptography;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// A node's own Ed25519 key (RFC 8032): what makes a chapter that chapter. Held in guarded memory until disposed. Thread-safe.
/// </summary>
public sealed class NodeKey : IDisposable
{
    /// <summary>Bytes in a seed, from which the whole key follows.</summary>
    public const int SeedSize = 32;

    /// <summary>Bytes in a signature.</summary>
    public const int SignatureSize = 64;

    private readonly Key _key;

    private NodeKey(Key key)
    {
        _key = key;
        Origin = Origin.FromBytes(key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>The public half, under which others know this node.</summary>
    public Origin Origin { get; }

    /// <summary>A new key from the system's random source.</summary>
    public static NodeKey Create() => new(Key.Create(SignatureAlgorithm.Ed25519, Exportable));

    /// <summary>The key that follows from a seed of 32 bytes.</summary>
    /// <exception cref="ArgumentException">The seed has another length.</exception>
    public static NodeKey FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedSize
        ? new(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, Exportable))
        : throw new ArgumentException("A seed has 32 bytes.", nameof(seed));

    /// <summary>The 32 bytes from which <see cref="FromSeed"/> makes this key again. Whoever has them is this chapter.</summary>
    public byte[] ExportSeed() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>Signs the message; 64 bytes, the same ones each time (RFC 8032, without pre-hash).</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    /// <summary>Wipes the key from memory.</summary>
    public void Dispose() => _key.Dispose();

    private static KeyCreationParameters Exportable => new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
}
