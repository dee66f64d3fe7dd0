using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>How a peer stands on the whole, whatever single calls do. The names are stored and never change their meaning.</summary>
internal enum PeerStanding
{
    /// <summary>Not known yet: this process has not heard of it, and it was well when the last one stopped.</summary>
    Unknown,

    /// <summary>Connected.</summary>
    Well,

    /// <summary>It cannot be reached, or what is exchanged breaks off.</summary>
    Failing,

    /// <summary>It refuses us, or another node answers in its place.</summary>
    Refused,

    /// <summary>Paused by the admin.</summary>
    Paused,

    /// <summary>Blocked by the admin.</summary>
    Blocked,
}

/// <summary>Reads and writes rows of <c>peer_standings</c>: since when a peer stands as it does, over restarts of this node too.</summary>
internal static class PeerStandings
{
    public static (PeerStanding Standing, DateTimeOffset Since)? Find(DatabaseSession session, Origin origin) => session.First<(PeerStanding, DateTimeOffset)?>(
        "SELECT standing, since FROM peer_standings WHERE origin = ?1",
        row => (Enum.TryParse<PeerStanding>(row.GetString(0), ignoreCase: true, out var standing) ? standing : PeerStanding.Unknown,
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1))),
        origin.ToByteArray());

    public static void Save(DatabaseSession session, Origin origin, PeerStanding standing, DateTimeOffset since) => session.Execute(
        "INSERT INTO peer_standings(origin, standing, since) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET standing = ?2, since = ?3",
        origin.ToByteArray(), standing.ToString().ToLowerInvariant(), since.ToUnixTimeMilliseconds());

    public static void Remove(DatabaseSession session, Origin origin) => session.Execute("DELETE FROM peer_standings WHERE origin = ?1", origin.ToByteArray());
}
