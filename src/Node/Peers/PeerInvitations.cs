using System.Security.Cryptography;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>Makes invitations for other chapters' nodes and accepts theirs.</summary>
public sealed class PeerInvitations
{
    /// <summary>An invitation is good while nobody used it, its time is not over, and its maker may still make such.</summary>
    private const string IsOpen = "invitation_id = ?1 AND used_by IS NULL AND expires_at > ?2 AND " + Makers.StillMay;

    private readonly NodeDatabase _database;
    private readonly ChapterDirectory _chapters;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;
    private readonly RandomNumberGenerator _random = RandomNumberGenerator.Create();

    internal PeerInvitations(NodeDatabase database, ChapterDirectory chapters, IGrainFactory grains, TimeProvider time)
    {
        _database = database;
        _chapters = chapters;
        _grains = grains;
        _time = time;
    }

    /// <summary>Makes an invitation. Whoever holds its text may become a peer, once, while its maker is an admin.</summary>
    /// <param name="maker">Who makes it: an admin, or the operator.</param>
    /// <param name="address">Where the other node can reach this one; http or https.</param>
    /// <param name="lifetime">How long it is good for; 1 minute to 30 days, 7 days when null.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="ArgumentException">The address is not one, or has more than a host.</exception>
    public async Task<InvitationCode> CreateAsync(Actor maker, string address, TimeSpan? lifetime, CancellationToken cancellationToken = default)
    {
        if (PublicUrl.Check("address", address) is { } violation)
            throw new ArgumentException(violation.Sentence, nameof(address));
        var now = _time.GetUtcNow();
        var wanted = lifetime ?? PeerLimits.InvitationLifetime;
        var expiresAt = now + (wanted > PeerLimits.LongestInvitation ? PeerLimits.LongestInvitation : wanted);
        var draft = InvitationCode.Create(address, _chapters.Own, expiresAt, _random);
        var code = new InvitationCode(draft.Address, draft.Origin, draft.Id, draft.Secret, expiresAt) { ChapterName = _chapters.NameOf(_chapters.Own) };
        var secret = code.Secret.ToArray();
        await _database.WriteAsync(
            session =>
            {
                session.Execute("DELETE FROM peer_invitations WHERE expires_at < ?1", now.ToUnixTimeMilliseconds());
                session.Execute(
                    "INSERT INTO peer_invitations(invitation_id, secret, created_at, expires_at, maker_id) VALUES (?1, ?2, ?3, ?4, ?5)",
                    code.Id.ToByteArray(), secret, now.ToUnixTimeMilliseconds(), expiresAt.ToUnixTimeMilliseconds(), Makers.Key(maker));
            },
            cancellationToken);
        return code;
    }

    /// <summary>Accepts an invitation: the inviting node becomes a peer and is called at once. Accepting it again calls again.</summary>
    public async Task<AcceptResult> AcceptAsync(string text, CancellationToken cancellationToken = default)
    {
        if (InvitationCode.Read(text) is not InvitationReading.Read { Code: var code })
            return new AcceptResult.Refused(InvitationRefusal.Unreadable, ((InvitationReading.Unreadable)InvitationCode.Read(text)).Sentence);
        if (code.Origin == _chapters.Own)
            return new AcceptResult.Refused(
                InvitationRefusal.Own, "This is this node's own invitation. Give it to the admin of another chapter, who enters it there.");
        if (code.ExpiresAt <= _time.GetUtcNow())
            return new AcceptResult.Refused(InvitationRefusal.Expired, $"This invitation ended at {code.ExpiresAt:u}. Ask {code.ChapterName} for a new one.");

        if (_chapters.IsBlocked(code.Origin))
            return new AcceptResult.Refused(InvitationRefusal.Blocked, "You blocked this chapter. End the block first, then join it again.");

        var secret = code.Secret.ToArray();
        await _database.WriteAsync(
            session =>
            {
                PeerAddresses.Tell(session, code.Origin, code.Address, _time.GetUtcNow());
                var known = PeerTable.Find(session, code.Origin);
                var isPeer = known is { State: PeerAdmission.Active };
                PeerTable.Save(session, new PeerRow(
                    code.Origin,
                    known?.Name ?? code.ChapterName,
                    code.Address,
                    isPeer ? PeerAdmission.Active : PeerAdmission.Joining,
                    known?.AdmittedAt ?? _time.GetUtcNow(),
                    code.Id.ToByteArray(),
                    secret,
                    known?.LastContactAt,
                    LastError: null,
                    LastErrorAt: null,
                    known?.Software ?? ""));
            },
            cancellationToken);
        await _grains.GetGrain<IPeerGrain>(code.Origin.ToString()).CallNow(cancellationToken);
        return new AcceptResult.Accepted(code.Origin, code.ChapterName);
    }

    /// <summary>Invitations that nobody used yet and that are still good, the newest first.</summary>
    public IReadOnlyList<PendingInvitation> ListPending() => _database.Read(session => session.List(
        $"""
        SELECT invitation_id, maker_id, created_at, expires_at FROM peer_invitations
        WHERE used_by IS NULL AND expires_at > ?1 AND {Makers.StillMay} ORDER BY created_at DESC LIMIT ?2
        """,
        row => new PendingInvitation(
            Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0)),
            row.IsDBNull(1) ? null : new Guid(row.GetFieldValue<byte[]>(1), bigEndian: true),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
        _time.GetUtcNow().ToUnixTimeMilliseconds(), MemberLimits.LinksListed));

    /// <summary>Ends an invitation that nobody used yet; false when there is none such.</summary>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            session => session.Execute("DELETE FROM peer_invitations WHERE lower(hex(invitation_id)) = ?1 AND used_by IS NULL", id), cancellationToken) > 0;

    /// <summary>Whether a caller's claim is good; constant work whether or not the invitation is known.</summary>
    internal bool IsGood(InvitationClaim claim)
    {
        var secret = _database.Read(session => session.Scalar<byte[]>(
            $"SELECT secret FROM peer_invitations WHERE {IsOpen}",
            claim.Id.ToByteArray(), _time.GetUtcNow().ToUnixTimeMilliseconds()));
        return claim.Matches(secret ?? RandomNumberGenerator.GetBytes(Limits.SecretBytes)) && secret is not null;
    }

    /// <summary>Uses an invitation up and admits its taker, in one transaction; false when another was first.</summary>
    internal Task<bool> RedeemAsync(InvitationClaim claim, Origin peer, PeerHello hello, CancellationToken cancellationToken) =>
        _database.WriteAsync(
            session =>
            {
                var now = _time.GetUtcNow();
                var used = session.Execute(
                    $"UPDATE peer_invitations SET used_by = ?3 WHERE {IsOpen}", claim.Id.ToByteArray(), now.ToUnixTimeMilliseconds(), peer.ToByteArray());
                if (used != 1)
                    return false;
                var known = PeerTable.Find(session, peer);
                PeerTable.Save(session, new PeerRow(
                    peer, hello.ChapterName, hello.Address.Length > 0 ? hello.Address : known?.Address ?? "", PeerAdmission.Active,
                    known?.AdmittedAt ?? now, InvitationId: null, InvitationSecret: null, now, LastError: null, LastErrorAt: null, hello.Software));
                return true;
            },
            cancellationToken);
}

/// <summary>An invitation that nobody used yet, without its secret.</summary>
/// <param name="Id">Names it for ending; 32 hexadecimal digits.</param>
/// <param name="MakerId">The admin who made it; null: the operator.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record PendingInvitation(string Id, Guid? MakerId, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt);

/// <summary>What came of accepting an invitation.</summary>
public abstract record AcceptResult
{
    private AcceptResult()
    {
    }

    /// <summary>The node is a peer and being called.</summary>
    public sealed record Accepted(Origin Peer, string ChapterName) : AcceptResult;

    /// <summary>The invitation is no good.</summary>
    /// <param name="Reason">Why, for translations.</param>
    /// <param name="Sentence">Why, and what to do, in English.</param>
    public sealed record Refused(InvitationRefusal Reason, string Sentence) : AcceptResult;
}

/// <summary>Why an invitation is no good; pages have words for each.</summary>
public enum InvitationRefusal
{
    /// <summary>It is no invitation, or only a part of one.</summary>
    Unreadable,

    /// <summary>This node made it itself.</summary>
    Own,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its chapter is blocked here.</summary>
    Blocked,
}
