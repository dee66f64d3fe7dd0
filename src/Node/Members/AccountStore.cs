using Microsoft.AspNetCore.Identity;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// ASP.NET Core Identity's view of members, on the node's own database: Entity Framework would cost 25 MB and be a second writer.
/// Members come into being by <see cref="MemberDirectory.JoinAsync"/> alone, which also uses up their invitation.
/// </summary>
internal sealed class AccountStore(NodeDatabase database)
    : IUserSecurityStampStore<Account>, IUserEmailStore<Account>, IUserRoleStore<Account>
{
    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Id.ToString());

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Name);

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken)
    {
        user.Name = userName ?? "";
        return Task.CompletedTask;
    }

    // Names are what people call each other, not keys: two members may share one. The id is the only key.
    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Id.ToString());

    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken)
    {
        await database.WriteAsync(session => MemberTable.Insert(session, user), cancellationToken);
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => MemberTable.Update(session, user), cancellationToken)
            ? IdentityResult.Success
            : IdentityResult.Failed(new IdentityError { Code = "MemberGone", Description = "This member has left." });

    // Her record must leave the journal in the same transaction, which only her grain can do.
    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = "LeaveByGrain", Description = "Members leave by IMemberGrain.Leave." }));

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult(Guid.TryParse(userId, out var id) ? database.Read(session => MemberTable.Find(session, id)) : null);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => FindByIdAsync(normalizedUserName, cancellationToken);

    public Task SetSecurityStampAsync(Account user, string stamp, CancellationToken cancellationToken)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    public Task SetEmailAsync(Account user, string? email, CancellationToken cancellationToken)
    {
        user.WantedMail = email;
        return Task.CompletedTask;
    }

    public Task<string?> GetEmailAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Mail);

    // An address is in force only once it is proven (MailProofs).
    public Task<bool> GetEmailConfirmedAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Mail is not null);

    public Task SetEmailConfirmedAsync(Account user, bool confirmed, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Account?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => MemberTable.FindByMail(session, normalizedEmail)));

    public Task<string?> GetNormalizedEmailAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(user.Mail is { } mail ? MemberTable.NormalizeMail(mail) : null);

    public Task SetNormalizedEmailAsync(Account user, string? normalizedEmail, CancellationToken cancellationToken) => Task.CompletedTask;

    // A member has one role; it includes the lower ones.
    public Task AddToRoleAsync(Account user, string roleName, CancellationToken cancellationToken)
    {
        user.Role = Policies.TryParseRole(roleName.ToLowerInvariant(), out var role) ? role : user.Role;
        return Task.CompletedTask;
    }

    public Task RemoveFromRoleAsync(Account user, string roleName, CancellationToken cancellationToken)
    {
        user.Role = Role.Member;
        return Task.CompletedTask;
    }

    public Task<IList<string>> GetRolesAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<IList<string>>([Policies.NameOf(user.Role)]);

    public Task<bool> IsInRoleAsync(Account user, string roleName, CancellationToken cancellationToken) =>
        Task.FromResult(string.Equals(Policies.NameOf(user.Role), roleName, StringComparison.OrdinalIgnoreCase));

    public Task<IList<Account>> GetUsersInRoleAsync(string roleName, CancellationToken cancellationToken) =>
        Task.FromResult<IList<Account>>(database.Read(session =>
            MemberTable.List(session, MemberDirectory.MembersOfChapter).Where(account => string.Equals(Policies.NameOf(account.Role), roleName, StringComparison.OrdinalIgnoreCase)).ToList()));

    public void Dispose()
    {
    }
}
