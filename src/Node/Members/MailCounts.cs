using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Members;

/// <summary>How many mails may go out of one kind: nobody shall fill a mailbox, nor mail the world through a chapter.</summary>
/// <param name="Subject">What is counted: a member, an address, a caller.</param>
/// <param name="Limit">Mails within <paramref name="Window"/>.</param>
/// <param name="Window">How long a count lasts, from its first mail.</param>
public sealed record MailBound(string Subject, int Limit, TimeSpan Window)
{
    /// <summary>Invitations that one member mails in a day: a chapter's whole mailing list is invited by a shared page, not by this.</summary>
    public const int InvitationsOfMember = 50;

    /// <summary>Invitations to one address in a day: the first, one that was lost, and one more.</summary>
    public const int InvitationsToAddress = 3;

    /// <summary>Confirmation mails that one member asks for in a day, and that go to one address.</summary>
    public const int Proofs = 5;

    /// <summary>Sign-in mails to one address in an hour.</summary>
    public const int SignInsToAddress = 5;

    /// <summary>Sign-in mails to one address in a day.</summary>
    public const int SignInsToAddressInDay = 15;

    /// <summary>Sign-in mails asked for from one IPv4 address or IPv6 /64 in an hour: a room full of people is behind one.</summary>
    public const int SignInsOfCaller = 60;

    /// <summary>Sign-in mails asked for from one IPv6 /48 in an hour, which one customer may have whole.</summary>
    public const int SignInsOfSite = 240;

    /// <summary>Sign-in mails asked for in an hour from everywhere: bounds the table and the mail server's patience.</summary>
    public const int SignInsOfAll = 1_000;

    /// <summary>Mails in a day that tell one member of links made for her.</summary>
    public const int NewsOfLinks = 10;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>An invitation by mail.</summary>
    public static IReadOnlyList<MailBound> OfInvitation(Guid maker, string mail) =>
        [new($"invite of {maker}", InvitationsOfMember, Day), new($"invite to {MemberTable.NormalizeMail(mail)}", InvitationsToAddress, Day)];

    /// <summary>A mail by which a member proves an address.</summary>
    public static IReadOnlyList<MailBound> OfProof(Guid member, string mail) =>
        [new($"proof of {member}", Proofs, Day), new($"proof to {MemberTable.NormalizeMail(mail)}", Proofs, Day)];

    /// <summary>A mail that tells a member that an admin made a sign-in link for her.</summary>
    public static IReadOnlyList<MailBound> OfNews(Guid member) => [new($"news of {member}", NewsOfLinks, Day)];

    /// <summary>A sign-in mail that somebody asks for, whether or not the address is known.</summary>
    public static IReadOnlyList<MailBound> OfSignIn(IPAddress? caller, string mail)
    {
        var address = MemberTable.NormalizeMail(mail);
        List<MailBound> bounds =
        [
            new("sign-in of all", SignInsOfAll, Hour),
            new($"sign-in to {address}", SignInsToAddress, Hour),
            new($"sign-in in a day to {address}", SignInsToAddressInDay, Day),
        ];
        var from = caller is { IsIPv4MappedToIPv6: true } ? caller.MapToIPv4() : caller;
        bounds.Add(new MailBound("sign-in of " + Network(from, bytes: 8), SignInsOfCaller, Hour));
        if (from is { AddressFamily: AddressFamily.InterNetworkV6 })
            bounds.Add(new MailBound("sign-in of site " + Network(from, bytes: 6), SignInsOfSite, Hour));
        return bounds;
    }

    private static string Network(IPAddress? address, int bytes) =>
        address is null ? "nowhere" : Convert.ToHexString(address.GetAddressBytes() is var all && all.Length > bytes ? all[..bytes] : all);
}

/// <summary>
/// Counts mails, on disk, so that a restart forgives nothing. Of an address or a caller only a hash is kept, for a day at most. Thread-safe.
/// </summary>
public sealed class MailCounts
{
    private readonly NodeDatabase _database;
    private readonly TimeProvider _time;

    internal MailCounts(NodeDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Counts a mail under all its bounds, or under none.</summary>
    /// <returns>Null: it may be sent. Otherwise how long to wait until it may.</returns>
    public async Task<TimeSpan?> TakeAsync(IReadOnlyList<MailBound> bounds, CancellationToken cancellationToken = default)
    {
        // Whoever goes on asking beyond a bound must not make the disk work.
        if (_database.Read(session => Wait(session, bounds)) is { } known)
            return known;

        return await _database.WriteAsync(
            TimeSpan? (session) =>
            {
                if (Wait(session, bounds) is { } wait)
                    return wait;
                var now = _time.GetUtcNow();
                session.Execute("DELETE FROM mail_counts WHERE ends_at <= ?1", now.ToUnixTimeMilliseconds());
                foreach (var bound in bounds)
                {
                    session.Execute(
                        """
                        INSERT INTO mail_counts(subject, count, ends_at) VALUES (?1, 1, ?2)
                        ON CONFLICT(subject) DO UPDATE SET count = CASE WHEN ends_at > ?2 THEN 1 ELSE count + 1 END, ends_at = min(ends_at, ?2)
                        """,
                        Hash(bound), (now + bound.Window).ToUnixTimeMilliseconds());
                }

                return null;
            },
            cancellationToken);
    }

    private TimeSpan? Wait(DatabaseSession session, IReadOnlyList<MailBound> bounds)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        TimeSpan? longest = null;
        foreach (var bound in bounds)
        {
            // A clock that was set back must not make anybody wait longer than a window.
            var endsAt = session.Scalar<long>(
                "SELECT ends_at FROM mail_counts WHERE subject = ?1 AND count >= ?2 AND ends_at > ?3 AND ends_at <= ?3 + ?4",
                Hash(bound), bound.Limit, now, (long)bound.Window.TotalMilliseconds);
            if (endsAt > 0 && TimeSpan.FromMilliseconds(endsAt - now) is var wait && !(longest >= wait))
                longest = wait;
        }

        return longest;
    }

    private static byte[] Hash(MailBound bound) => SHA256.HashData(Encoding.UTF8.GetBytes(bound.Subject));
}
