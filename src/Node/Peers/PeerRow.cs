using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>A peer as the database keeps it.</summary>
/// <param name="Origin">Its key.</param>
/// <param name="Name">Its chapter's name as it told.</param>
/// <param name="Address">Where it is called; empty when only it calls.</param>
/// <param name="State">What the admin decided.</param>
/// <param name="AdmittedAt">Since when it is a peer.</param>
/// <param name="InvitationId">The invitation to redeem, while joining.</param>
/// <param name="InvitationSecret">Its secret, while joining.</param>
/// <param name="LastContactAt">When it was last heard before this process started.</param>
/// <param name="LastError">The last thing that went wrong; null: nothing.</param>
/// <param name="LastErrorAt">When.</param>
/// <param name="Software">Program and version it told.</param>
internal sealed record PeerRow(
    Origin Origin,
    string Name,
    string Address,
    PeerAdmission State,
    DateTimeOffset AdmittedAt,
    byte[]? InvitationId,
    byte[]? InvitationSecret,
    DateTimeOffset? LastContactAt,
    PeerError? LastError,
    DateTimeOffset? LastErrorAt,
    string Software);

/// <summary>What was decided about a peer.</summary>
internal enum PeerAdmission
{
    /// <summary>We accepted its invitation and have not talked to it yet.</summary>
    Joining,

    /// <summary>It is a peer.</summary>
    Active,

    /// <summary>Not to be called or answered for now.</summary>
    Paused,

    /// <summary>Not to be called or answered.</summary>
    Blocked,
}

/// <summary>Reads and writes rows of <c>peers</c>.</summary>
internal static class PeerTable
{
    private const string Columns =
        "origin, name, address, state, admitted_at, invitation_id, invitation_secret, last_contact_at, last_error_at, software, " +
        "last_error_reason, last_error, is_last_error_said";

    public static PeerRow? Find(DatabaseSession session, Origin origin) =>
        session.First($"SELECT {Columns} FROM peers WHERE origin = ?1", Read, origin.ToByteArray());

    public static List<PeerRow> List(DatabaseSession session) =>
        session.List($"SELECT {Columns} FROM peers ORDER BY name COLLATE NOCASE, origin LIMIT {PeerLimits.Peers}", Read);

    public static void Save(DatabaseSession session, PeerRow peer) =>
        session.Execute(
            $"""
            INSERT INTO peers({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT(origin) DO UPDATE SET name = ?2, address = ?3, state = ?4, invitation_id = ?6, invitation_secret = ?7,
              last_contact_at = ?8, last_error_at = ?9, software = ?10, last_error_reason = ?11, last_error = ?12, is_last_error_said = ?13
            """,
            peer.Origin.ToByteArray(), peer.Name, peer.Address, NameOf(peer.State), peer.AdmittedAt.ToUnixTimeMilliseconds(), peer.InvitationId,
            peer.InvitationSecret, peer.LastContactAt?.ToUnixTimeMilliseconds(), peer.LastErrorAt?.ToUnixTimeMilliseconds(), peer.Software,
            peer.LastError?.Reason.ToString(), peer.LastError?.Detail, peer.LastError?.IsSaidByPeer);

    public static void Remove(DatabaseSession session, Origin origin) => session.Execute("DELETE FROM peers WHERE origin = ?1", origin.ToByteArray());

    private static string NameOf(PeerAdmission state) => state switch
    {
        PeerAdmission.Joining => "joining",
        PeerAdmission.Active => "active",
        PeerAdmission.Paused => "paused",
        PeerAdmission.Blocked => "blocked",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
    };

    private static PeerRow Read(SqliteDataReader row) => new(
        Origin.FromBytes(row.GetFieldValue<byte[]>(0)),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3) switch { "joining" => PeerAdmission.Joining, "paused" => PeerAdmission.Paused, "blocked" => PeerAdmission.Blocked, _ => PeerAdmission.Active },
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5),
        row.IsDBNull(6) ? null : row.GetFieldValue<byte[]>(6),
        row.IsDBNull(7) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(7)),
        row.IsDBNull(10) ? null : new PeerError(ReasonNamed(row.GetString(10)), row.GetString(11), row.GetBoolean(12)),
        row.IsDBNull(8) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(8)),
        row.GetString(9));

    private static PeerErrorReason ReasonNamed(string name) => Enum.TryParse<PeerErrorReason>(name, out var reason) ? reason : PeerErrorReason.Unknown;
}
