using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>An address at which a peer may be called.</summary>
/// <param name="Address">http or https.</param>
/// <param name="IsSet">The admin set it by hand.</param>
/// <param name="ToldAt">When the peer, its key proven, named it; null: it never did.</param>
/// <param name="WorkedAt">When a call of ours last found its key there; null: never.</param>
[GenerateSerializer, Immutable, Alias("known-address")]
public sealed record KnownAddress(
    [property: Id(0)] string Address, [property: Id(1)] bool IsSet, [property: Id(2)] DateTimeOffset? ToldAt, [property: Id(3)] DateTimeOffset? WorkedAt)
{
    /// <summary>The newest thing known of it.</summary>
    internal DateTimeOffset? NewestAt => ToldAt > WorkedAt ? ToldAt : WorkedAt ?? ToldAt;
}

/// <summary>
/// Where peers may be called: rows of <c>peer_addresses</c>, and the order in which they are tried. A peer can add addresses and never more
/// than <see cref="PeerLimits.Addresses"/>, so it cannot have this node call all the world.
/// </summary>
internal static class PeerAddresses
{
    /// <summary>All of a peer's, the one to be called first before the others.</summary>
    public static List<KnownAddress> List(DatabaseSession session, Origin origin) =>
        [.. session.List("SELECT address, is_set, told_at, worked_at FROM peer_addresses WHERE origin = ?1", Read, origin.ToByteArray())
            .OrderByDescending(address => address.IsSet)
            .ThenByDescending(address => address.NewestAt ?? DateTimeOffset.MinValue)
            // Told and found at one moment: what worked counts for more than what was said.
            .ThenByDescending(address => address.WorkedAt ?? DateTimeOffset.MinValue)];

    /// <summary>
    /// The addresses to try, in this order: set by hand; the newest that the peer told or was found at; what its chapter's signed record says;
    /// the older ones; the one its row has always had.
    /// </summary>
    public static List<string> InOrder(IReadOnlyList<KnownAddress> known, string? ofRecord, string ofRow)
    {
        List<string> order = [.. known.Where(address => address.IsSet).Select(address => address.Address)];
        var learned = known.Where(address => !address.IsSet).Select(address => address.Address).ToList();
        order.AddRange(learned.Take(1));
        order.Add(Normal(ofRecord ?? "") ?? "");
        order.AddRange(learned.Skip(1));
        order.Add(ofRow);
        return [.. order.Where(address => address.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// The peer, its key proven, says where it is called. Saying the same again changes nothing: an address at which it cannot be found
    /// does not go first again with every call it makes.
    /// </summary>
    public static void Tell(DatabaseSession session, Origin origin, string address, DateTimeOffset now)
    {
        if (Normal(address) is not { } normal)
            return;
        var newest = session.Scalar<string>(
            "SELECT address FROM peer_addresses WHERE origin = ?1 AND told_at IS NOT NULL ORDER BY told_at DESC LIMIT 1", origin.ToByteArray());
        if (newest == normal)
            return;
        session.Execute(
            "INSERT INTO peer_addresses(origin, address, told_at) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET told_at = ?3",
            origin.ToByteArray(), normal, now.ToUnixTimeMilliseconds());
        Prune(session, origin);
    }

    /// <summary>A call of ours found the peer's key at an address.</summary>
    public static void Work(DatabaseSession session, Origin origin, string address, DateTimeOffset now)
    {
        if (Normal(address) is not { } normal)
            return;
        session.Execute(
            "INSERT INTO peer_addresses(origin, address, worked_at) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET worked_at = ?3",
            origin.ToByteArray(), normal, now.ToUnixTimeMilliseconds());
        Prune(session, origin);
    }

    /// <summary>The admin sets the address to be called first; empty: none any more.</summary>
    public static void Set(DatabaseSession session, Origin origin, string address)
    {
        session.Execute("DELETE FROM peer_addresses WHERE origin = ?1 AND is_set = 1 AND told_at IS NULL AND worked_at IS NULL", origin.ToByteArray());
        session.Execute("UPDATE peer_addresses SET is_set = 0 WHERE origin = ?1", origin.ToByteArray());
        if (Normal(address) is { } normal)
        {
            session.Execute(
                "INSERT INTO peer_addresses(origin, address, is_set) VALUES (?1, ?2, 1) ON CONFLICT DO UPDATE SET is_set = 1", origin.ToByteArray(), normal);
        }
    }

    /// <summary>Forgets a peer's addresses.</summary>
    public static void Remove(DatabaseSession session, Origin origin) => session.Execute("DELETE FROM peer_addresses WHERE origin = ?1", origin.ToByteArray());

    /// <summary>An address as it is kept; null when it is none that can be called.</summary>
    public static string? Normal(string address) =>
        address.Length is > 0 and <= Limits.AddressLength && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri is { UserInfo.Length: 0, Host.Length: > 0 }
            ? address.TrimEnd('/')
            : null;

    private static void Prune(DatabaseSession session, Origin origin) => session.Execute(
        """
        DELETE FROM peer_addresses WHERE origin = ?1 AND is_set = 0 AND address NOT IN
          (SELECT address FROM peer_addresses WHERE origin = ?1 AND is_set = 0
           ORDER BY max(coalesce(told_at, 0), coalesce(worked_at, 0)) DESC, worked_at DESC LIMIT ?2)
        """,
        origin.ToByteArray(), (long)PeerLimits.Addresses);

    private static KnownAddress Read(SqliteDataReader row) => new(row.GetString(0), row.GetInt64(1) != 0, Time(row, 2), Time(row, 3));

    private static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
