using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// Reads "authorization: Bearer TOKEN": the operator's token, which only who can read the data folder has, or a member's own.
/// </summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, DataFolder folder, AccessTokens tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Token";

    private const string Prefix = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());

        var token = header[Prefix.Length..].Trim();
        if (CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(folder.OperatorToken)))
            return Task.FromResult(Succeed(memberId: null, Role.Admin));
        return Task.FromResult(tokens.Find(token) is { } account
            ? Succeed(account.Id, account.Role)
            : AuthenticateResult.Fail("The token is unknown or revoked."));
    }

    private static AuthenticateResult Succeed(Guid? memberId, Role role)
    {
        var identity = new ClaimsIdentity(SchemeName);
        if (memberId is { } id)
            identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, id.ToString()));
        else
            identity.AddClaim(new Claim(OperatorClaim, "true"));
        identity.AddClaim(new Claim(ClaimTypes.Role, Policies.NameOf(role)));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    /// <summary>Claim that only the operator's token gives.</summary>
    internal const string OperatorClaim = "ouishare-operator";
}
