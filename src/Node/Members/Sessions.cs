using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// Members' sessions. They live here and not in the cookie, which only names one: what is ended here is dead at once, also in a copied
/// cookie. Thread-safe.
/// </summary>
public sealed class Sessions
{
    /// <summary>Hexadecimal digits that name one of a member's sessions, or links, to her and to nobody else.</summary>
    internal const int IdDigits = 16;

    private readonly NodeDatabase _database;
    private readonly MemberLinks _links;
    private readonly TimeProvider _time;

    internal Sessions(NodeDatabase database, MemberLinks links, TimeProvider time)
    {
        _database = database;
        _links = links;
        _time = time;
    }

    /// <summary>Starts a session; null when the member left meanwhile.</summary>
    /// <param name="memberId">Whose.</param>
    /// <param name="browser">A few words that tell her which browser it is.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public Task<StartedSession?> StartAsync(Guid memberId, string browser, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(session => MemberTable.Find(session, memberId) is { } account ? Insert(session, account, browser) : null, cancellationToken);

    /// <summary>Uses a sign-in link up and starts a session, in one transaction; null when the link is not good.</summary>
    public Task<StartedSession?> StartByLinkAsync(string linkSecret, string browser, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(
            session => _links.Take(session, linkSecret, LinkPurpose.SignIn) is { MemberId: { } id } && MemberTable.Find(session, id) is { } account
                ? Insert(session, account, browser)
                : null,
            cancellationToken);

    /// <summary>The member's sessions, the one seen last first.</summary>
    public IReadOnlyList<Session> List(Guid memberId) => _database.Read(session => session.List(
        "SELECT secret_hash, browser, started_at, seen_at FROM sessions WHERE member_id = ?1 AND started_at > ?2 AND seen_at > ?3 ORDER BY seen_at DESC",
        row => new Session(
            IdOf(row.GetFieldValue<byte[]>(0)), row.GetString(1),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3))),
        memberId.ToByteArray(bigEndian: true), LongestAgo(), IdleAgo()));

    /// <summary>Ends one of the member's sessions. Idempotent.</summary>
    public Task EndAsync(Guid memberId, string id, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(
            session => session.Execute(
                "DELETE FROM sessions WHERE member_id = ?1 AND lower(substr(hex(secret_hash), 1, 16)) = ?2", memberId.ToByteArray(bigEndian: true), id),
            cancellationToken);

    /// <summary>Ends all of the member's sessions but one. Idempotent.</summary>
    public Task EndOthersAsync(Guid memberId, string id, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(
            session => session.Execute(
                "DELETE FROM sessions WHERE member_id = ?1 AND lower(substr(hex(secret_hash), 1, 16)) <> ?2", memberId.ToByteArray(bigEndian: true), id),
            cancellationToken);

    /// <summary>The member whose session this is, as she is now, and the session's id; null: it ended.</summary>
    internal async ValueTask<(Account Member, string Id)?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = Secrets.Hash(secret);
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var found = _database.Read(session => session.First(
            "SELECT member_id, seen_at FROM sessions WHERE secret_hash = ?1 AND started_at > ?2 AND seen_at > ?3",
            row => (Member: MemberTable.Find(session, new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true)), SeenAt: row.GetInt64(1)),
            hash, LongestAgo(), IdleAgo()));
        if (found.Member is not { } member)
            return null;
        if (now - found.SeenAt >= (long)MemberLimits.SessionSeenStep.TotalMilliseconds)
            await NoteSeenAsync(hash, now, cancellationToken);
        return (member, IdOf(hash));
    }

    /// <summary>Ends all of a member's sessions within a larger piece of work.</summary>
    internal static void EndAll(DatabaseSession session, byte[] member) => session.Execute("DELETE FROM sessions WHERE member_id = ?1", member);

    internal static string IdOf(byte[] hash) => Convert.ToHexStringLower(hash)[..IdDigits];

    private StartedSession Insert(DatabaseSession session, Account account, string browser)
    {
        var (secret, now) = (Secrets.Create(), _time.GetUtcNow().ToUnixTimeMilliseconds());
        var member = account.Id.ToByteArray(bigEndian: true);
        session.Execute("DELETE FROM sessions WHERE started_at <= ?1 OR seen_at <= ?2", LongestAgo(), IdleAgo());
        session.Execute(
            """
            DELETE FROM sessions WHERE member_id = ?1
              AND secret_hash NOT IN (SELECT secret_hash FROM sessions WHERE member_id = ?1 ORDER BY seen_at DESC, started_at DESC LIMIT ?2)
            """,
            member, MemberLimits.SessionsOfMember - 1);
        session.Execute(
            "INSERT INTO sessions(secret_hash, member_id, browser, started_at, seen_at) VALUES (?1, ?2, ?3, ?4, ?4)", Secrets.Hash(secret), member, browser, now);
        return new StartedSession(account, secret);
    }

    private async Task NoteSeenAsync(byte[] hash, long now, CancellationToken cancellationToken)
    {
        try
        {
            await _database.WriteAsync(session => session.Execute("UPDATE sessions SET seen_at = ?2 WHERE secret_hash = ?1 AND seen_at < ?2", hash, now), cancellationToken);
        }
        catch (StorageUnavailableException)
        {
            // A full disk must not keep anybody from reading; the session is noted as seen another time.
        }
    }

    private long LongestAgo() => (_time.GetUtcNow() - MemberLimits.SessionLongest).ToUnixTimeMilliseconds();

    private long IdleAgo() => (_time.GetUtcNow() - MemberLimits.SessionIdle).ToUnixTimeMilliseconds();
}

/// <summary>A session as its member sees it. No IP address is kept.</summary>
/// <param name="Id">Names it for ending; 16 hexadecimal digits.</param>
/// <param name="Browser">A few words, such as "Firefox, Linux".</param>
/// <param name="StartedAt">When she signed in.</param>
/// <param name="SeenAt">When it was last used, to <see cref="MemberLimits.SessionSeenStep"/>.</param>
public sealed record Session(string Id, string Browser, DateTimeOffset StartedAt, DateTimeOffset SeenAt);

/// <summary>A session that just began.</summary>
/// <param name="Member">Whose.</param>
/// <param name="Secret">Stands in her cookie; kept here only as a hash.</param>
public sealed record StartedSession(Account Member, string Secret);
