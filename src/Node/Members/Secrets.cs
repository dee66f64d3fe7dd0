using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OuiShare.Federation.Node.Members;

/// <summary>Secrets that stand in links and tokens: made here, kept only as hashes.</summary>
internal static class Secrets
{
    /// <summary>Bits enough that guessing is hopeless: 256.</summary>
    private const int SecretBytes = 32;

    /// <summary>A new secret: 43 characters of base64url.</summary>
    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>What is stored of a secret. SHA-256 suffices: the secret is random, not a password.</summary>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
