using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// Who made a link or a peer invitation: it is good only while its maker may make such a thing. Whoever loses the role, leaves, or signs out
/// everywhere leaves nothing behind that opens a door.
/// </summary>
internal static class Makers
{
    /// <summary>Condition on a row with a <c>maker_id</c>: it is the operator's (NULL), or its maker is an admin at this moment.</summary>
    public const string StillMay =
        "(maker_id IS NULL OR EXISTS (SELECT 1 FROM members AS maker WHERE maker.member_id = maker_id AND maker.role = 'admin' AND maker.left_at IS NULL))";

    /// <summary>Ends what a member made and nobody took yet, so that it does not come back with her role.</summary>
    public static void EndMade(DatabaseSession session, byte[] member)
    {
        session.Execute("DELETE FROM member_links WHERE maker_id = ?1 AND used_at IS NULL", member);
        session.Execute("DELETE FROM peer_invitations WHERE maker_id = ?1 AND used_by IS NULL", member);
    }

    /// <summary>Ends all that is open in a backup that is put in place: it may have been used or revoked since.</summary>
    public static void EndAll(DatabaseSession session)
    {
        session.Execute("DELETE FROM member_links WHERE used_at IS NULL AND purpose <> 'setup'");
        session.Execute("DELETE FROM peer_invitations WHERE used_by IS NULL");
    }

    /// <summary>The maker as stored; null for the operator.</summary>
    public static byte[]? Key(Actor maker) => maker.MemberId?.ToByteArray(bigEndian: true);
}
