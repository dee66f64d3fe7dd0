using System.Buffers.Text;
using System.Security.Cryptography;
using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>Names an invitation: 16 random bytes.</summary>
/// <param name="Value">The bytes in network order, as a <see cref="Guid"/> shows them.</param>
public readonly record struct InvitationId(Guid Value)
{
    /// <summary>The id with these bytes; false unless there are exactly 16.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, out InvitationId id)
    {
        id = bytes.Length == Limits.InvitationIdBytes ? new InvitationId(new Guid(bytes, bigEndian: true)) : default;
        return bytes.Length == Limits.InvitationIdBytes;
    }

    /// <summary>The 16 bytes in an array of their own.</summary>
    public byte[] ToByteArray() => Value.ToByteArray(bigEndian: true);

    /// <summary>32 hexadecimal digits in lower case.</summary>
    public override string ToString() => Value.ToString("n");
}

/// <summary>
/// What one chapter's admin hands to another's: where to call, whom to expect there, and the secret that admits once. As text it is
/// "ouishare:" and the base64url of the serialised <see cref="Invitation"/> without padding.
/// </summary>
public sealed class InvitationCode
{
    private const string Scheme = "ouishare:";

    private readonly byte[] _secret;

    /// <summary>An invitation.</summary>
    /// <param name="address">Where the inviting node can be called; http or https, at most <see cref="Limits.AddressLength"/> characters.</param>
    /// <param name="origin">The inviting node.</param>
    /// <param name="id">Names the invitation.</param>
    /// <param name="secret">32 random bytes; copied.</param>
    /// <param name="expiresAt">After this it is refused.</param>
    /// <exception cref="ArgumentException">The address or the secret is not as above.</exception>
    public InvitationCode(string address, Origin origin, InvitationId id, ReadOnlySpan<byte> secret, DateTimeOffset expiresAt)
    {
        if (!IsAddress(address))
            throw new ArgumentException("An invitation names an http or https address.", nameof(address));
        if (secret.Length != Limits.SecretBytes)
            throw new ArgumentException($"A secret has {Limits.SecretBytes} bytes.", nameof(secret));
        Address = address;
        Origin = origin;
        Id = id;
        ExpiresAt = expiresAt;
        _secret = secret.ToArray();
    }

    /// <summary>Where the inviting node can be called; http or https.</summary>
    public string Address { get; }

    /// <summary>The inviting node.</summary>
    public Origin Origin { get; }

    /// <summary>Names the invitation; not secret.</summary>
    public InvitationId Id { get; }

    /// <summary>After this it is refused.</summary>
    public DateTimeOffset ExpiresAt { get; }

    /// <summary>The inviting chapter's name, for people; unproven.</summary>
    public string ChapterName { get; init; } = "";

    /// <summary>32 bytes that admit whoever knows them.</summary>
    public ReadOnlySpan<byte> Secret => _secret;

    /// <summary>A new invitation of this node.</summary>
    /// <param name="address">Where this node can be called.</param>
    /// <param name="origin">This node.</param>
    /// <param name="expiresAt">After this it is refused.</param>
    /// <param name="random">Where id and secret come from: the system's generator, or a seeded one in tests.</param>
    public static InvitationCode Create(string address, Origin origin, DateTimeOffset expiresAt, RandomNumberGenerator random)
    {
        var id = new byte[Limits.InvitationIdBytes];
        var secret = new byte[Limits.SecretBytes];
        random.GetBytes(id);
        random.GetBytes(secret);
        return new InvitationCode(address, origin, new InvitationId(new Guid(id, bigEndian: true)), secret, expiresAt);
    }

    /// <summary>Reads an invitation as a person pasted it: white space and line breaks from mail programs do not matter.</summary>
    public static InvitationReading Read(string text)
    {
        if (text.Length > Limits.InvitationLength)
            return Unreadable("That is too long for an invitation. Paste only the text that begins with \"ouishare:\".");
        var compact = string.Concat(text.Where(character => !char.IsWhiteSpace(character) && character is not ('<' or '>' or '"' or '\u200B')));
        if (!compact.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return Unreadable("An invitation begins with \"ouishare:\". Paste the whole text the other chapter's admin sent.");
        try
        {
            return Open(Invitation.Parser.ParseFrom(Base64Url.DecodeFromChars(compact.AsSpan(Scheme.Length))));
        }
        catch (Exception e) when (e is FormatException or InvalidProtocolBufferException)
        {
            return Unreadable("The invitation is damaged or incomplete. Copy it again, all of it.");
        }
    }

    /// <summary>The text to hand over. It contains the secret.</summary>
    public string ToText() => Scheme + Base64Url.EncodeToString(new Invitation
    {
        Address = Address,
        Origin = ByteString.CopyFrom(Origin.Bytes),
        InvitationId = ByteString.CopyFrom(Id.ToByteArray()),
        Secret = ByteString.CopyFrom(_secret),
        ExpiresAtUnixMs = ExpiresAt.ToUnixTimeMilliseconds(),
        ChapterName = ChapterName,
    }.ToByteArray());

    /// <summary>The id alone: an invitation in a log shows no secret.</summary>
    public override string ToString() => $"invitation {Id}";

    private static InvitationReading Open(Invitation invitation)
    {
        var isWhole = Origin.TryFromBytes(invitation.Origin.Span, out var origin)
            & InvitationId.TryFromBytes(invitation.InvitationId.Span, out var id)
            & invitation.Secret.Length == Limits.SecretBytes
            & invitation.ExpiresAtUnixMs is > 0 and <= Limits.WrittenAtUnixMs;
        if (!isWhole)
            return Unreadable("The invitation is damaged or incomplete. Copy it again, all of it.");
        if (!IsAddress(invitation.Address))
            return Unreadable("The invitation does not name an http or https address. Ask the other chapter's admin for a new one.");
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(invitation.ExpiresAtUnixMs);
        return new InvitationReading.Read(new InvitationCode(invitation.Address, origin, id, invitation.Secret.Span, expiresAt)
        {
            ChapterName = PeerText.Clean(invitation.ChapterName, Limits.ChapterNameLength),
        });
    }

    /// <summary>An http or https address of at most <see cref="Limits.AddressLength"/> characters.</summary>
    internal static bool IsAddress(string address) =>
        address.Length <= Limits.AddressLength
        && Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private static InvitationReading.Unreadable Unreadable(string sentence) => new(sentence);
}

/// <summary>What came of reading an invitation.</summary>
public abstract record InvitationReading
{
    private InvitationReading()
    {
    }

    /// <summary>It is an invitation; whether it still holds only the inviting node knows.</summary>
    /// <param name="Code">The invitation.</param>
    public sealed record Read(InvitationCode Code) : InvitationReading;

    /// <summary>The text is not an invitation.</summary>
    /// <param name="Sentence">Why, and what to do, in English.</param>
    public sealed record Unreadable(string Sentence) : InvitationReading;
}
