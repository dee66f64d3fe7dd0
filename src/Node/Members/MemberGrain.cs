using Google.Protobuf;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// Decides every change of one member. Her record in the journal gets a new random id each time she turns it on: a withdrawal is for ever,
/// and nothing in a journal tells that two showings were the same person.
/// </summary>
internal sealed class MemberGrain(NodeDatabase database, OwnJournal journal, TimeProvider time) : Grain, IMemberGrain
{
    private Guid Id => this.GetPrimaryKey();

    private byte[] Key => Id.ToByteArray(bigEndian: true);

    public async Task<MemberResult> UpdateProfile(MemberProfile profile, Actor actor, CancellationToken cancellationToken = default)
    {
        if (!IsSelfOrAdmin(actor))
            return new MemberResult.Forbidden();

        var address = string.IsNullOrWhiteSpace(profile.Mail) ? null : profile.Mail.Trim();
        return await journal.WriteAsync(
            MemberResult (session, own) =>
            {
                if (MemberTable.Find(session, Id) is not { } account)
                    return new MemberResult.Unknown();
                var violations = MemberRules.Check(Record(profile)).Concat(MemberDirectory.CheckMail(profile.Mail)).ToList();
                if (violations.Count > 0)
                    return new MemberResult.Refused(violations);

                WantMail(session, account, address);
                (account.Name, account.Tagline) = (profile.Name.Trim(), profile.Tagline);
                (account.City, account.Skills, account.Languages) = (profile.City, profile.Skills, profile.Languages);
                MemberTable.Update(session, account);
                if (MemberTable.ShownRecord(session, Id) is { } recordId)
                    Show(own, recordId, profile);
                return new MemberResult.Done();
            },
            cancellationToken);
    }

    public async Task<MemberResult> ShowToNetwork(bool isShown, Actor actor, CancellationToken cancellationToken = default)
    {
        if (actor.MemberId != Id)
            return new MemberResult.Forbidden();

        return await journal.WriteAsync(
            MemberResult (session, own) =>
            {
                if (MemberTable.Find(session, Id) is not { } account)
                    return new MemberResult.Unknown();
                if (isShown == account.IsShown)
                    return new MemberResult.Done();
                if (!isShown)
                {
                    Hide(session, own);
                    return new MemberResult.Done();
                }

                var profile = new MemberProfile(account.Name, account.Mail, account.Tagline, account.City, account.Skills, account.Languages);
                var violations = MemberRules.Check(Record(profile));
                if (violations.Count > 0)
                    return new MemberResult.Refused(violations);
                var recordId = System.Security.Cryptography.RandomNumberGenerator.GetBytes(16);
                MemberTable.SetShown(session, Id, recordId);
                Show(own, recordId, profile);
                return new MemberResult.Done();
            },
            cancellationToken);
    }

    public async Task<MemberResult> ChangeRole(Role role, Actor actor, CancellationToken cancellationToken = default)
    {
        if (!actor.Is(Role.Admin) || role == Role.Visitor)
            return new MemberResult.Forbidden();

        return await database.WriteAsync(
            MemberResult (session) =>
            {
                if (MemberTable.Find(session, Id) is not { } account)
                    return new MemberResult.Unknown();
                if (role != Role.Admin && IsLastAdmin(session, account))
                    return new MemberResult.LastAdmin();
                (account.Role, account.SecurityStamp) = (role, Secrets.Create());
                MemberTable.Update(session, account);
                Sessions.EndAll(session, Key);
                return new MemberResult.Done();
            },
            cancellationToken);
    }

    public async Task<MemberResult> Leave(Actor actor, CancellationToken cancellationToken = default)
    {
        if (!IsSelfOrAdmin(actor))
            return new MemberResult.Forbidden();

        return await journal.WriteAsync(
            MemberResult (session, own) =>
            {
                if (MemberTable.Find(session, Id) is not { } account)
                    return new MemberResult.Unknown();
                if (IsLastAdmin(session, account))
                    return new MemberResult.LastAdmin();
                Hide(session, own);
                MemberTable.Erase(session, Id, time.GetUtcNow().ToUnixTimeMilliseconds());
                return new MemberResult.Done();
            },
            cancellationToken);
    }

    public async Task<MemberResult> SignOutEverywhere(Actor actor, CancellationToken cancellationToken = default)
    {
        if (!IsSelfOrAdmin(actor))
            return new MemberResult.Forbidden();

        return await database.WriteAsync(
            MemberResult (session) =>
            {
                if (MemberTable.Find(session, Id) is not { } account)
                    return new MemberResult.Unknown();
                account.SecurityStamp = Secrets.Create();
                MemberTable.Update(session, account);
                MemberTable.SetCalendarSecret(session, Id, Secrets.Create());
                Sessions.EndAll(session, Key);
                Makers.EndMade(session, Key);
                session.Execute("DELETE FROM member_links WHERE member_id = ?1 AND used_at IS NULL", Key);
                session.Execute("DELETE FROM access_tokens WHERE member_id = ?1", Key);
                return new MemberResult.Done();
            },
            cancellationToken);
    }

    public async Task<MemberResult> RenewCalendarAddress(Actor actor, CancellationToken cancellationToken = default)
    {
        if (actor.MemberId != Id)
            return new MemberResult.Forbidden();

        return await database.WriteAsync(
            MemberResult (session) => MemberTable.SetCalendarSecret(session, Id, Secrets.Create()) ? new MemberResult.Done() : new MemberResult.Unknown(),
            cancellationToken);
    }

    private static MemberRecord Record(MemberProfile profile)
    {
        var record = new MemberRecord { Name = profile.Name.Trim(), Tagline = profile.Tagline, City = profile.City };
        record.Skills.AddRange(profile.Skills);
        record.Languages.AddRange(profile.Languages);
        return record;
    }

    // A new address waits for its proof, and the old one stays in force meanwhile. Nothing here depends on whether anybody else has it.
    private static void WantMail(DatabaseSession session, Account account, string? address)
    {
        var given = account.WantedMail ?? account.Mail;
        if (address is null)
            MemberTable.ForgetMail(session, account.Id);
        var isInForce = address is not null && account.Mail is { } mail && MemberTable.NormalizeMail(mail) == MemberTable.NormalizeMail(address);
        account.WantedMail = isInForce ? null : address;
        if (given is null || address is null || MemberTable.NormalizeMail(given) != MemberTable.NormalizeMail(address))
            MemberLinks.EndProofs(session, account.Id);
    }

    private static bool IsLastAdmin(DatabaseSession session, Account account) =>
        account.Role == Role.Admin && session.Scalar<long>("SELECT count(*) FROM members WHERE role = 'admin' AND left_at IS NULL") == 1;

    private static void Show(OwnJournal own, byte[] recordId, MemberProfile profile) =>
        own.Append(new EntryDraft(RecordKind.Member, RecordId.FromBytes(recordId), own.NewBody(Record(profile).ToByteArray())));

    private void Hide(DatabaseSession session, OwnJournal own)
    {
        if (MemberTable.ShownRecord(session, Id) is not { } recordId)
            return;

        own.Append(new EntryDraft(RecordKind.Member, RecordId.FromBytes(recordId), Body: null));
        MemberTable.SetShown(session, Id, recordId: null);
    }

    private bool IsSelfOrAdmin(Actor actor) => actor.Is(Role.Admin) || actor.MemberId == Id;
}
