using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// One-use links: the set-up of a new node, invitations for new members, signing in again. Looking at a link uses nothing up
/// (mail scanners open every link); taking it does, once, by a condition in the database.
/// </summary>
public sealed class MemberLinks
{
    /// <summary>How long an invitation to become a member may be used.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(14);

    /// <summary>How long a sign-in link may be used.</summary>
    public static readonly TimeSpan SignInLifetime = TimeSpan.FromHours(24);

    private readonly NodeDatabase _database;
    private readonly TimeProvider _time;

    internal MemberLinks(NodeDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Makes an invitation that gives its taker <paramref name="role"/>. Returns the link's secret.</summary>
    public async Task<MemberLink> InviteAsync(Role role, string? mail, CancellationToken cancellationToken = default)
    {
        var link = NewLink(LinkPurpose.Invite, InvitationLifetime) with { Role = role, Mail = mail };
        await SaveAsync(link, cancellationToken);
        return link;
    }

    /// <summary>Makes a link that signs a member in.</summary>
    public async Task<MemberLink> SignInAsync(Guid memberId, CancellationToken cancellationToken = default)
    {
        var link = NewLink(LinkPurpose.SignIn, SignInLifetime) with { MemberId = memberId };
        await SaveAsync(link, cancellationToken);
        return link;
    }

    /// <summary>Makes the link that sets the node up; an earlier one stops working.</summary>
    internal async Task<MemberLink> SetUpAsync(CancellationToken cancellationToken)
    {
        var link = NewLink(LinkPurpose.SetUp, TimeSpan.FromDays(365)) with { Role = Role.Admin };
        await _database.WriteAsync(
            session =>
            {
                session.Execute("DELETE FROM member_links WHERE purpose = ?1", NameOf(LinkPurpose.SetUp));
                Insert(session, link);
            },
            cancellationToken);
        return link;
    }

    /// <summary>Looks at a link without using it; null when it is unknown, used up or expired.</summary>
    public MemberLink? Find(string secret) => _database.Read(session => FindOpen(session, secret));

    /// <summary>Uses a sign-in link up; null when another did first, or it is unknown, expired or for something else.</summary>
    public Task<MemberLink?> TakeAsync(string secret, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(session => Take(session, secret, LinkPurpose.SignIn), cancellationToken);

    /// <summary>Looks at a link within a larger piece of work; null when it is not open or for something else.</summary>
    internal MemberLink? Find(DatabaseSession session, string secret, LinkPurpose purpose) =>
        FindOpen(session, secret) is { } link && link.Purpose == purpose ? link : null;

    /// <summary>Uses a link up within a larger piece of work. A link for something else stays as it is.</summary>
    internal MemberLink? Take(DatabaseSession session, string secret, LinkPurpose purpose)
    {
        var link = Find(session, secret, purpose);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        // The mail address has served its purpose.
        return link is not null && session.Execute("UPDATE member_links SET used_at = ?2, mail = NULL WHERE secret_hash = ?1 AND used_at IS NULL", Secrets.Hash(secret), now) == 1
            ? link
            : null;
    }

    private static string NameOf(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.SetUp => "setup",
        LinkPurpose.Invite => "invite",
        LinkPurpose.SignIn => "sign-in",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "No such purpose."),
    };

    private static LinkPurpose PurposeOf(string name) => name switch
    {
        "setup" => LinkPurpose.SetUp,
        "invite" => LinkPurpose.Invite,
        _ => LinkPurpose.SignIn,
    };

    private MemberLink NewLink(LinkPurpose purpose, TimeSpan lifetime) =>
        new(Secrets.Create(), purpose, MemberId: null, Role.Member, Mail: null, _time.GetUtcNow() + lifetime);

    private Task SaveAsync(MemberLink link, CancellationToken cancellationToken) =>
        _database.WriteAsync(session => Insert(session, link), cancellationToken);

    private void Insert(DatabaseSession session, MemberLink link)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        // What is used or expired has no further purpose, and may name a mail address.
        session.Execute("DELETE FROM member_links WHERE expires_at < ?1 OR used_at IS NOT NULL AND used_at < ?1 - 86400000", now);
        session.Execute(
            "INSERT INTO member_links(secret_hash, purpose, member_id, role, mail, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            Secrets.Hash(link.Secret), NameOf(link.Purpose), link.MemberId?.ToByteArray(bigEndian: true), Policies.NameOf(link.Role),
            link.Mail, now, link.ExpiresAt.ToUnixTimeMilliseconds());
    }

    private MemberLink? FindOpen(DatabaseSession session, string secret) =>
        session.First(
            "SELECT purpose, member_id, role, mail, expires_at FROM member_links WHERE secret_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
            row => new MemberLink(
                secret,
                PurposeOf(row.GetString(0)),
                row.IsDBNull(1) ? null : new Guid(row.GetFieldValue<byte[]>(1), bigEndian: true),
                Policies.TryParseRole(row.GetString(2), out var role) ? role : Role.Member,
                row.IsDBNull(3) ? null : row.GetString(3),
                DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4))),
            Secrets.Hash(secret), _time.GetUtcNow().ToUnixTimeMilliseconds());
}

/// <summary>What a one-use link is for.</summary>
public enum LinkPurpose
{
    /// <summary>Names the chapter and makes its first admin.</summary>
    SetUp,

    /// <summary>Makes a new member.</summary>
    Invite,

    /// <summary>Signs a member in.</summary>
    SignIn,
}

/// <summary>A one-use link.</summary>
/// <param name="Secret">Stands in the link's address; known only to its maker and its receiver.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="MemberId">Whom it signs in; null for an invitation.</param>
/// <param name="Role">What role an invitation gives.</param>
/// <param name="Mail">Where it was sent; null when handed out.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record MemberLink(string Secret, LinkPurpose Purpose, Guid? MemberId, Role Role, string? Mail, DateTimeOffset ExpiresAt);
