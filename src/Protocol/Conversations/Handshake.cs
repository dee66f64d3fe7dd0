using System.Buffers.Binary;
using System.Security.Cryptography;
using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// Proves to each side that the other has the key it names, for this connection and nobody else. Each signs
/// <code>
///   "ouishare-federation/v1/proof" LF
///   [role of the signer: 1]                                       1 caller, 2 answerer
///   [signer's origin: 32] [other's origin: 32]
///   [signer's nonce: 32]  [other's nonce: 32]
///   [n: 1] [signer's versions: n × 4, big endian]
///   [n: 1] [other's versions: n × 4, big endian]
///   [n: 1] [invitation id in the caller's Hello: n]               n is 0 or 16
/// </code>
/// The nonces are fresh, so a proof cannot be used again; both keys are in it, so it cannot be passed on to a third node; the roles
/// differ, so it cannot be sent back; the versions are in it, so nobody in between can make both use an older one.
/// </summary>
internal sealed class Handshake
{
    private const int MacBytes = 32;

    private readonly ConversationSettings _settings;
    private readonly Hello _ours;
    private Hello? _theirs;

    public Handshake(ConversationSettings settings, DateTimeOffset now)
    {
        _settings = settings;
        var nonce = new byte[Limits.NonceBytes];
        settings.Random.GetBytes(nonce);
        _ours = new Hello
        {
            Versions = { Limits.ProtocolVersion },
            Origin = ByteString.CopyFrom(settings.Key.Origin.Bytes),
            Nonce = UnsafeByteOperations.UnsafeWrap(nonce),
            ChapterName = PeerText.Clean(settings.ChapterName, Limits.ChapterNameLength),
            Address = PeerText.Clean(settings.Address, Limits.AddressLength),
            Software = PeerText.Clean(settings.Software, Limits.SoftwareLength),
            InvitationId = Invitation is { } invitation ? ByteString.CopyFrom(invitation.Id.ToByteArray()) : ByteString.Empty,
            SentAtUnixMs = now.ToUnixTimeMilliseconds(),
        };
    }

    private bool IsCaller => _settings.Role == ConversationRole.Caller;

    private InvitationCode? Invitation => IsCaller ? _settings.Invitation : null;

    private Origin? ExpectedPeer => IsCaller ? _settings.ExpectedPeer ?? _settings.Invitation?.Origin : null;

    private ConversationRole PeerRole => IsCaller ? ConversationRole.Answerer : ConversationRole.Caller;

    /// <summary>Our first message.</summary>
    public SyncMessage Hello => new() { Hello = _ours };

    /// <summary>Our second message; only after the peer's Hello was heard.</summary>
    public SyncMessage Proof(DateTimeOffset now)
    {
        var transcript = Transcript(_settings.Role, _ours, _theirs!);
        return new SyncMessage
        {
            Proof = new Proof
            {
                Signature = UnsafeByteOperations.UnsafeWrap(_settings.Key.Sign(transcript)),
                InvitationMac = Invitation is { } invitation
                    ? UnsafeByteOperations.UnsafeWrap(HMACSHA256.HashData(invitation.Secret, transcript))
                    : ByteString.Empty,
                Alive = _settings.Instance?.Say(_settings.Key, now),
            },
        };
    }

    /// <summary>The peer's Hello; the proof goes only to the node we meant to call.</summary>
    public HelloOutcome Hear(Hello hello, DateTimeOffset now)
    {
        if (!Origin.TryFromBytes(hello.Origin.Span, out var origin)
            || hello.Nonce.Length != Limits.NonceBytes
            || hello.Versions.Count is 0 or > Limits.VersionsInHello
            || (hello.InvitationId.Length != 0 && hello.InvitationId.Length != Limits.InvitationIdBytes))
            return new HelloOutcome.Refused(GoodbyeReason.ProtocolViolation, "Your Hello has a field of a wrong length.");
        if (origin == _settings.Key.Origin)
            return new HelloOutcome.Refused(
                GoodbyeReason.SameKey, "Both ends have the same key: a data folder was copied. Stop one of the two nodes.");
        if (ExpectedPeer is { } expected && origin != expected)
            return new HelloOutcome.Refused(
                GoodbyeReason.WrongNode, $"I called {expected.Short} at this address, and {origin.Short} answered.");
        if (hello.Nonce == _ours.Nonce)
            return new HelloOutcome.Refused(GoodbyeReason.BadProof, "Your nonce is mine.");
        if (!hello.Versions.Contains(Limits.ProtocolVersion))
            return new HelloOutcome.Refused(
                GoodbyeReason.NoCommonVersion, $"I speak version {Limits.ProtocolVersion} only; update the older of our two nodes.");

        _theirs = hello;
        return new HelloOutcome.Heard(new PeerHello(
            origin,
            Limits.ProtocolVersion,
            PeerText.Clean(hello.ChapterName, Limits.ChapterNameLength),
            InvitationCode.IsAddress(hello.Address) ? PeerText.Clean(hello.Address, Limits.AddressLength) : "",
            PeerText.Clean(hello.Software, Limits.SoftwareLength),
            PeerClock.Skew(hello.SentAtUnixMs, now)));
    }

    /// <summary>Whether the peer has the key its Hello named.</summary>
    /// <param name="proof">The peer's second message.</param>
    /// <param name="claim">The invitation it redeems, to be checked against its secret; null when it named none.</param>
    public bool IsProven(Proof proof, out InvitationClaim? claim)
    {
        claim = null;
        var transcript = Transcript(PeerRole, _theirs!, _ours);
        if (!Origin.FromBytes(_theirs!.Origin.Span).Verify(transcript, proof.Signature.Span))
            return false;
        if (IsCaller || !InvitationId.TryFromBytes(_theirs.InvitationId.Span, out var id))
            return true;
        claim = new InvitationClaim(id, transcript, proof.InvitationMac.ToByteArray());
        return proof.InvitationMac.Length == MacBytes;
    }

    /// <summary>The bytes that a signer signs, as drawn above.</summary>
    internal static byte[] Transcript(ConversationRole signerRole, Hello signer, Hello other)
    {
        var invitation = (signerRole == ConversationRole.Caller ? signer : other).InvitationId;
        return
        [
            .. "ouishare-federation/v1/proof\n"u8,
            (byte)signerRole,
            .. signer.Origin.Span, .. other.Origin.Span,
            .. signer.Nonce.Span, .. other.Nonce.Span,
            .. Versions(signer), .. Versions(other),
            (byte)invitation.Length, .. invitation.Span,
        ];
    }

    private static byte[] Versions(Hello hello)
    {
        var bytes = new byte[1 + hello.Versions.Count * sizeof(uint)];
        bytes[0] = (byte)hello.Versions.Count;
        for (var i = 0; i < hello.Versions.Count; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1 + i * sizeof(uint)), hello.Versions[i]);
        return bytes;
    }
}

/// <summary>What came of the peer's Hello.</summary>
internal abstract record HelloOutcome
{
    private HelloOutcome()
    {
    }

    /// <summary>We can talk to it once it has proven its key.</summary>
    public sealed record Heard(PeerHello Hello) : HelloOutcome;

    /// <summary>We hang up.</summary>
    public sealed record Refused(GoodbyeReason Reason, string Detail) : HelloOutcome;
}
