using Microsoft.Data.Sqlite;
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

    /// <summary>How long a link that proves a mail address may be used.</summary>
    public static readonly TimeSpan ProofLifetime = TimeSpan.FromDays(3);

    /// <summary>A link opens while nobody took it, its time is not over, its maker may still make such, and its member is still one.</summary>
    private const string IsOpen =
        "secret_hash = ?1 AND used_at IS NULL AND expires_at > ?2 AND " + Makers.StillMay
        + " AND (member_id IS NULL OR EXISTS (SELECT 1 FROM members AS taker WHERE taker.member_id = member_links.member_id AND taker.left_at IS NULL))";

    private const string Listed = "secret_hash, purpose, member_id, role, mail, maker_id, created_at, expires_at, used_at";

    private readonly NodeDatabase _database;
    private readonly TimeProvider _time;

    internal MemberLinks(NodeDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Makes an invitation that gives its taker <paramref name="role"/>.</summary>
    public async Task<MemberLink> InviteAsync(Actor maker, Role role, string? mail, CancellationToken cancellationToken = default)
    {
        var link = NewLink(LinkPurpose.Invite, InvitationLifetime) with { MakerId = maker.MemberId, Role = role, Mail = mail };
        await SaveAsync(link, cancellationToken);
        return link;
    }

    /// <summary>Makes a link that signs a member in, to be handed to her; she can read on her profile who made it.</summary>
    public async Task<MemberLink> SignInAsync(Actor maker, Guid memberId, CancellationToken cancellationToken = default)
    {
        var link = NewLink(LinkPurpose.SignIn, SignInLifetime) with { MakerId = maker.MemberId, MemberId = memberId };
        await SaveAsync(link, cancellationToken);
        return link;
    }

    /// <summary>Makes a link that signs a member in, for a mail that she asked for herself.</summary>
    public async Task<MemberLink> SignInAskedForAsync(Guid memberId, CancellationToken cancellationToken = default)
    {
        var link = NewLink(LinkPurpose.SignIn, SignInLifetime) with { MemberId = memberId, IsAskedFor = true };
        await SaveAsync(link, cancellationToken);
        return link;
    }

    /// <summary>Notes that an invitation went out by mail and was shown to nobody: who takes it has proved that the address is hers.</summary>
    public Task NoteMailedAsync(MemberLink link, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(session => session.Execute("UPDATE member_links SET is_mailed = 1 WHERE secret_hash = ?1", Secrets.Hash(link.Secret)), cancellationToken);

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

    /// <summary>Invitations and sign-in links that somebody made and nobody took yet, the newest first.</summary>
    public IReadOnlyList<ListedLink> ListOpen() => _database.Read(session => session.List(
        $"""
        SELECT {Listed} FROM member_links WHERE purpose IN ('invite', 'sign-in') AND is_asked_for = 0
          AND used_at IS NULL AND expires_at > ?1 AND {Makers.StillMay} ORDER BY created_at DESC LIMIT ?2
        """,
        ReadListed, _time.GetUtcNow().ToUnixTimeMilliseconds(), MemberLimits.LinksListed));

    /// <summary>Sign-in links that somebody else made for a member within <see cref="MemberLimits.LinkMemory"/>, the newest first.</summary>
    public IReadOnlyList<ListedLink> ListMadeFor(Guid memberId) => _database.Read(session => session.List(
        $"SELECT {Listed} FROM member_links WHERE member_id = ?1 AND purpose = 'sign-in' AND is_asked_for = 0 AND created_at > ?2 ORDER BY created_at DESC LIMIT ?3",
        ReadListed, memberId.ToByteArray(bigEndian: true), MemoryEnd(), MemberLimits.LinksListed));

    /// <summary>Ends an open invitation or sign-in link; false when there is none such.</summary>
    /// <param name="id">As listed.</param>
    /// <param name="ofMember">Only one that signs this member in; null: any.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<bool> RevokeAsync(string id, Guid? ofMember = null, CancellationToken cancellationToken = default) =>
        await _database.WriteAsync(
            session => session.Execute(
                """
                DELETE FROM member_links WHERE lower(substr(hex(secret_hash), 1, 16)) = ?1 AND used_at IS NULL
                  AND purpose IN ('invite', 'sign-in') AND (?2 IS NULL OR member_id = ?2)
                """,
                id, ofMember?.ToByteArray(bigEndian: true)),
            cancellationToken) > 0;

    /// <summary>Makes a link that proves an address; earlier ones of the member end.</summary>
    internal MemberLink InsertProof(DatabaseSession session, Guid memberId, string mail)
    {
        var link = NewLink(LinkPurpose.ProveMail, ProofLifetime) with { MemberId = memberId, Mail = mail, IsAskedFor = true };
        EndProofs(session, memberId);
        Insert(session, link);
        return link;
    }

    /// <summary>Ends the links that would prove an address of a member.</summary>
    internal static void EndProofs(DatabaseSession session, Guid memberId) =>
        session.Execute("DELETE FROM member_links WHERE member_id = ?1 AND purpose = 'mail'", memberId.ToByteArray(bigEndian: true));

    /// <summary>Looks at a link within a larger piece of work; null when it is not open or for something else.</summary>
    internal MemberLink? Find(DatabaseSession session, string secret, LinkPurpose purpose) =>
        FindOpen(session, secret) is { } link && link.Purpose == purpose ? link : null;

    /// <summary>Uses a link up within a larger piece of work. A link for something else stays as it is.</summary>
    internal MemberLink? Take(DatabaseSession session, string secret, LinkPurpose purpose)
    {
        var link = Find(session, secret, purpose);
        // The mail address has served its purpose.
        return link is not null && session.Execute($"UPDATE member_links SET used_at = ?2, mail = NULL WHERE {IsOpen}", Secrets.Hash(secret), Now()) == 1
            ? link
            : null;
    }

    private static string NameOf(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.SetUp => "setup",
        LinkPurpose.Invite => "invite",
        LinkPurpose.SignIn => "sign-in",
        LinkPurpose.ProveMail => "mail",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose), purpose, "No such purpose."),
    };

    private static LinkPurpose PurposeOf(string name) => name switch
    {
        "setup" => LinkPurpose.SetUp,
        "invite" => LinkPurpose.Invite,
        "mail" => LinkPurpose.ProveMail,
        _ => LinkPurpose.SignIn,
    };

    private MemberLink NewLink(LinkPurpose purpose, TimeSpan lifetime) =>
        new(Secrets.Create(), purpose, MemberId: null, Role.Member, Mail: null, _time.GetUtcNow() + lifetime);

    private Task SaveAsync(MemberLink link, CancellationToken cancellationToken) =>
        _database.WriteAsync(session => Insert(session, link), cancellationToken);

    private void Insert(DatabaseSession session, MemberLink link)
    {
        // What is used or expired has no further purpose, and may name a mail address; but a member may read who made links for her.
        session.Execute(
            """
            DELETE FROM member_links WHERE (expires_at < ?1 OR used_at IS NOT NULL AND used_at < ?1 - 86400000)
              AND NOT (purpose = 'sign-in' AND is_asked_for = 0 AND created_at > ?2)
            """,
            Now(), MemoryEnd());
        session.Execute(
            """
            INSERT INTO member_links(secret_hash, purpose, member_id, role, mail, maker_id, is_asked_for, created_at, expires_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """,
            Secrets.Hash(link.Secret), NameOf(link.Purpose), link.MemberId?.ToByteArray(bigEndian: true), Policies.NameOf(link.Role),
            link.Mail, link.MakerId?.ToByteArray(bigEndian: true), link.IsAskedFor ? 1 : 0, Now(), link.ExpiresAt.ToUnixTimeMilliseconds());
    }

    private MemberLink? FindOpen(DatabaseSession session, string secret) =>
        session.First(
            $"SELECT purpose, member_id, role, mail, expires_at, maker_id, is_asked_for, is_mailed FROM member_links WHERE {IsOpen}",
            row => new MemberLink(
                secret, PurposeOf(row.GetString(0)), GuidOf(row, 1), RoleOf(row, 2), TextOf(row, 3), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)))
            {
                MakerId = GuidOf(row, 5),
                IsAskedFor = row.GetInt64(6) != 0,
                IsMailed = row.GetInt64(7) != 0,
            },
            Secrets.Hash(secret), Now());

    private ListedLink ReadListed(SqliteDataReader row) => new(
        Sessions.IdOf(row.GetFieldValue<byte[]>(0)), PurposeOf(row.GetString(1)), GuidOf(row, 2), RoleOf(row, 3), TextOf(row, 4), GuidOf(row, 5),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        row.IsDBNull(8) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)));

    private static Guid? GuidOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new Guid(row.GetFieldValue<byte[]>(column), bigEndian: true);

    private static string? TextOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static Role RoleOf(SqliteDataReader row, int column) => Policies.TryParseRole(TextOf(row, column), out var role) ? role : Role.Member;

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private long MemoryEnd() => (_time.GetUtcNow() - MemberLimits.LinkMemory).ToUnixTimeMilliseconds();
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

    /// <summary>Proves that a mail address is a member's.</summary>
    ProveMail,
}

/// <summary>A one-use link.</summary>
/// <param name="Secret">Stands in the link's address; known only to its maker and its receiver.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="MemberId">Whom it signs in; null for an invitation.</param>
/// <param name="Role">What role an invitation gives.</param>
/// <param name="Mail">Where it was sent; null when handed out.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record MemberLink(string Secret, LinkPurpose Purpose, Guid? MemberId, Role Role, string? Mail, DateTimeOffset ExpiresAt)
{
    /// <summary>The admin who made it; null: the operator, or the member herself.</summary>
    public Guid? MakerId { get; init; }

    /// <summary>The member asked for it herself.</summary>
    public bool IsAskedFor { get; init; }

    /// <summary>It went out by mail and was shown to nobody else.</summary>
    public bool IsMailed { get; init; }
}

/// <summary>A link that somebody made, without its secret.</summary>
/// <param name="Id">Names it for ending; 16 hexadecimal digits.</param>
/// <param name="Purpose">An invitation or a sign-in.</param>
/// <param name="MemberId">Whom it signs in; null for an invitation.</param>
/// <param name="Role">What role an invitation gives.</param>
/// <param name="Mail">Where it was to be sent; null when handed out, and after it was used.</param>
/// <param name="MakerId">The admin who made it; null: the operator.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="ExpiresAt">When it ends, or ended.</param>
/// <param name="UsedAt">When it was used; null: it was not.</param>
public sealed record ListedLink(
    string Id, LinkPurpose Purpose, Guid? MemberId, Role Role, string? Mail, Guid? MakerId, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt);
