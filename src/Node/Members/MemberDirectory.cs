using System.Net.Mail;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Members;

/// <summary>The chapter's members: reads them, and lets invited people in. Thread-safe.</summary>
public sealed class MemberDirectory
{
    /// <summary>Most members a chapter lists.</summary>
    public const int MembersOfChapter = 10_000;

    private readonly NodeDatabase _database;
    private readonly MemberLinks _links;
    private readonly TimeProvider _time;

    internal MemberDirectory(NodeDatabase database, MemberLinks links, TimeProvider time)
    {
        _database = database;
        _links = links;
        _time = time;
    }

    /// <summary>A member; null when there is none, or she has left.</summary>
    public Account? Find(Guid id) => _database.Read(session => MemberTable.Find(session, id));

    /// <summary>The member who proved that a mail address is hers; null when there is none.</summary>
    public Account? FindByMail(string mail) => _database.Read(session => MemberTable.FindByMail(session, mail));

    /// <summary>Members who gave this address, the one who proved it alone if there is one. For the operator, who names members so.</summary>
    public IReadOnlyList<Account> FindByAnyMail(string mail) => _database.Read(session =>
        MemberTable.FindByMail(session, mail) is { } proven
            ? [proven]
            : (IReadOnlyList<Account>)[.. MemberTable.List(session, MembersOfChapter)
                .Where(account => account.WantedMail is { } wanted && MemberTable.NormalizeMail(wanted) == MemberTable.NormalizeMail(mail))]);

    /// <summary>The member whose calendar feed has this secret address; null when there is none.</summary>
    public Account? FindByCalendarSecret(string secret) => _database.Read(session => MemberTable.FindByCalendarSecret(session, secret));

    /// <summary>All members, by name.</summary>
    public IReadOnlyList<Account> List() => _database.Read(session => MemberTable.List(session, MembersOfChapter));

    /// <summary>Lets the holder of an invitation in; uses the invitation up in the same transaction.</summary>
    public async Task<JoinResult> JoinAsync(
        string linkSecret, string name, string? mail, IReadOnlyList<string> languages, CancellationToken cancellationToken = default)
    {
        var violations = MemberRules.Check(new V1.MemberRecord { Name = name, Languages = { languages } }).Concat(CheckMail(mail)).ToList();
        if (violations.Count > 0)
            return new JoinResult.Refused(violations);

        return await _database.WriteAsync(
            JoinResult (session) =>
            {
                if (_links.Find(session, linkSecret, LinkPurpose.Invite) is not { } link)
                    return new JoinResult.LinkRefused();
                var address = string.IsNullOrWhiteSpace(mail) ? link.Mail : mail.Trim();
                // Only who holds a mail that went to an address reads whether it is known: she has proved that it is hers.
                var isProven = address is not null && link is { IsMailed: true, Mail: { } sentTo } && MemberTable.NormalizeMail(address) == MemberTable.NormalizeMail(sentTo);
                if (isProven && MemberTable.IsProven(session, address!))
                    return new JoinResult.Refused([new RuleViolation("mail", "MAIL_TAKEN", "You are a member with this mail address already. Ask for a sign-in link instead.")]);
                if (_links.Take(session, linkSecret, LinkPurpose.Invite) is null)
                    return new JoinResult.LinkRefused();
                var account = NewAccount(name, link.Role, address, languages, _time.GetUtcNow());
                MemberTable.Insert(session, account);
                if (isProven)
                    MemberTable.Prove(session, account.Id, address!, _time.GetUtcNow().ToUnixTimeMilliseconds());
                return new JoinResult.Joined(MemberTable.Find(session, account.Id)!);
            },
            cancellationToken);
    }

    internal static Account NewAccount(string name, Role role, string? mail, IReadOnlyList<string> languages, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Name = name.Trim(),
        WantedMail = string.IsNullOrWhiteSpace(mail) ? null : mail.Trim(),
        Role = role,
        Languages = languages,
        SecurityStamp = Secrets.Create(),
        CalendarSecret = Secrets.Create(),
        JoinedAt = now,
    };

    internal static IEnumerable<RuleViolation> CheckMail(string? mail)
    {
        if (!string.IsNullOrWhiteSpace(mail) && (mail.Length > 254 || !MailAddress.TryCreate(mail.Trim(), out var address) || address.Address != mail.Trim()))
            yield return new RuleViolation("mail", "MAIL_MALFORMED", "This is not a mail address. Write it like name@example.org, or leave it empty.");
    }
}

/// <summary>What came of taking an invitation.</summary>
public abstract record JoinResult
{
    private JoinResult()
    {
    }

    /// <summary>The person is a member.</summary>
    public sealed record Joined(Account Account) : JoinResult;

    /// <summary>The invitation is unknown, used or expired.</summary>
    public sealed record LinkRefused : JoinResult;

    /// <summary>What she gave breaks rules.</summary>
    public sealed record Refused(IReadOnlyList<RuleViolation> Violations) : JoinResult;
}
