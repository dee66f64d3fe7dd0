using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Members;

/// <summary>Tokens with which a member's own programs call the node in her name. Only hashes are kept.</summary>
public sealed class AccessTokens
{
    /// <summary>Most tokens a member may have.</summary>
    public const int TokensOfMember = 20;

    private readonly NodeDatabase _database;
    private readonly TimeProvider _time;

    internal AccessTokens(NodeDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Makes a token; null when the member has <see cref="TokensOfMember"/> already. It is shown once.</summary>
    public async Task<string?> CreateAsync(Guid memberId, string label, CancellationToken cancellationToken = default)
    {
        var secret = Secrets.Create();
        var created = await _database.WriteAsync(
            session => session.Execute(
                """
                INSERT INTO access_tokens(secret_hash, member_id, label, created_at)
                SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM access_tokens WHERE member_id = ?2) < ?5
                """,
                Secrets.Hash(secret), memberId.ToByteArray(bigEndian: true), label, _time.GetUtcNow().ToUnixTimeMilliseconds(), TokensOfMember),
            cancellationToken);
        return created == 1 ? secret : null;
    }

    /// <summary>The member's tokens, the newest first.</summary>
    public IReadOnlyList<AccessToken> List(Guid memberId) =>
        _database.Read(session => session.List(
            "SELECT secret_hash, label, created_at FROM access_tokens WHERE member_id = ?1 ORDER BY created_at DESC",
            row => new AccessToken(Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0))[..16], row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))),
            memberId.ToByteArray(bigEndian: true)));

    /// <summary>Ends a token. Idempotent.</summary>
    public Task RevokeAsync(Guid memberId, string id, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(
            session => session.Execute(
                "DELETE FROM access_tokens WHERE member_id = ?1 AND lower(substr(hex(secret_hash), 1, 16)) = ?2", memberId.ToByteArray(bigEndian: true), id),
            cancellationToken);

    /// <summary>The member a token belongs to; null when it is unknown or revoked.</summary>
    internal Account? Find(string secret) => _database.Read(session =>
        session.Scalar<byte[]>("SELECT member_id FROM access_tokens WHERE secret_hash = ?1", Secrets.Hash(secret)) is { } id
            ? MemberTable.Find(session, new Guid(id, bigEndian: true))
            : null);
}

/// <summary>A member's token, without its secret.</summary>
/// <param name="Id">Names it for revoking; 16 hexadecimal digits.</param>
/// <param name="Label">What she called it.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record AccessToken(string Id, string Label, DateTimeOffset CreatedAt);
