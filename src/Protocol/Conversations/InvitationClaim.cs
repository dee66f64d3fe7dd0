using System.Security.Cryptography;

namespace OuiShare.Federation.Protocol;

/// <summary>A caller's claim that it was invited; the node finds the invitation's secret and checks it.</summary>
public sealed class InvitationClaim
{
    private readonly byte[] _transcript;
    private readonly byte[] _mac;

    internal InvitationClaim(InvitationId id, byte[] transcript, byte[] mac)
    {
        Id = id;
        _transcript = transcript;
        _mac = mac;
    }

    /// <summary>Which invitation.</summary>
    public InvitationId Id { get; }

    /// <summary>
    /// Whether the caller knows the secret: its proof is HMAC-SHA256 of the handshake's transcript under it. Takes the same time
    /// whatever the answer. For an unknown invitation, ask with 32 random bytes, so that nobody can tell it from a wrong secret.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> secret) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, _transcript), _mac);
}
