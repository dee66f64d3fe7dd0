using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// Takes a mail address from a member only after proof: a link goes to it, and whoever opens that has shown that the mailbox is hers. Thread-safe.
/// </summary>
public sealed class MailProofs
{
    private readonly NodeDatabase _database;
    private readonly MemberLinks _links;
    private readonly TimeProvider _time;

    internal MailProofs(NodeDatabase database, MemberLinks links, TimeProvider time)
    {
        _database = database;
        _links = links;
        _time = time;
    }

    /// <summary>Makes the link for the address that a member wants; an earlier one ends. Null: she wants none.</summary>
    public Task<MemberLink?> AskAsync(Guid memberId, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(
            session => MemberTable.Find(session, memberId) is { WantedMail: { } mail } ? _links.InsertProof(session, memberId, mail) : null, cancellationToken);

    /// <summary>What a link would prove, without using it: the member and the address; null when it is not good.</summary>
    public (Account Member, string Mail)? Find(string secret) => _database.Read(session => Find(session, secret));

    /// <summary>Uses a link up and puts the address in force, in one transaction; null when it is not good.</summary>
    public Task<Account?> ConfirmAsync(string secret, CancellationToken cancellationToken = default) =>
        _database.WriteAsync(
            session =>
            {
                if (Find(session, secret) is not ({ } member, { } mail) || _links.Take(session, secret, LinkPurpose.ProveMail) is null)
                    return null;
                MemberTable.Prove(session, member.Id, mail, _time.GetUtcNow().ToUnixTimeMilliseconds());
                return MemberTable.Find(session, member.Id);
            },
            cancellationToken);

    // She may have thought better of it since the link was sent.
    private (Account Member, string Mail)? Find(DatabaseSession session, string secret) =>
        _links.Find(session, secret, LinkPurpose.ProveMail) is { MemberId: { } id, Mail: { } mail }
        && MemberTable.Find(session, id) is { WantedMail: { } wanted } member && MemberTable.NormalizeMail(wanted) == MemberTable.NormalizeMail(mail)
            ? (member, wanted)
            : null;
}
