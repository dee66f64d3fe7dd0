using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace OuiShare.Federation.Node.Members;

/// <summary>A member as ASP.NET Core Identity describes her: her id, her role and her security stamp; nothing else of her.</summary>
internal sealed class AccountPrincipals(IOptions<IdentityOptions> options) : IUserClaimsPrincipalFactory<Account>
{
    public Task<ClaimsPrincipal> CreateAsync(Account user)
    {
        var claims = options.Value.ClaimsIdentity;
        var identity = new ClaimsIdentity(IdentityConstants.ApplicationScheme, claims.UserNameClaimType, claims.RoleClaimType);
        identity.AddClaim(new Claim(claims.UserIdClaimType, user.Id.ToString()));
        identity.AddClaim(new Claim(claims.RoleClaimType, Policies.NameOf(user.Role)));
        identity.AddClaim(new Claim(claims.SecurityStampClaimType, user.SecurityStamp));
        return Task.FromResult(new ClaimsPrincipal(identity));
    }
}

/// <summary>Who a request's principal is.</summary>
public static class Principals
{
    /// <summary>The actor on whose behalf a request is made.</summary>
    public static Actor ToActor(this ClaimsPrincipal principal) =>
        new(principal.MemberId(), Policies.TryParseRole(principal.FindFirstValue(ClaimTypes.Role), out var role) ? role : Role.Visitor);

    /// <summary>The signed-in member; null for a visitor and for the operator's token.</summary>
    public static Guid? MemberId(this ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    /// <summary>The session that a browser's request belongs to; null for a visitor and for a token.</summary>
    public static string? SessionId(this ClaimsPrincipal principal) => principal.FindFirstValue(MemberSignIn.IdClaim);
}
