using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace OuiShare.Federation.Node.Members;

/// <summary>
/// Signs members in and out of a browser. The cookie holds nothing but the secret of a session; who she is and what she may do is read anew
/// at each request, so an ended session, a new role or her leaving hold at once. Thread-safe.
/// </summary>
public sealed class MemberSignIn(Sessions sessions, TimeProvider time)
{
    /// <summary>Claim in the cookie: the session's secret.</summary>
    private const string SecretClaim = "ouishare-session";

    /// <summary>Claim of a request: the session's id.</summary>
    internal const string IdClaim = "ouishare-session-id";

    /// <summary>Signs a member in; the browser's earlier session, whosever it was, ends.</summary>
    public async Task SignInAsync(HttpContext context, Account member, string browser)
    {
        if (await sessions.StartAsync(member.Id, browser, context.RequestAborted) is { } started)
            await GiveAsync(context, started);
    }

    /// <summary>Uses a sign-in link up and signs its member in; null when the link is not good, and then nothing changed.</summary>
    public async Task<Account?> SignInByLinkAsync(HttpContext context, string linkSecret, string browser)
    {
        if (await sessions.StartByLinkAsync(linkSecret, browser, context.RequestAborted) is not { } started)
            return null;
        await GiveAsync(context, started);
        return started.Member;
    }

    /// <summary>Ends this browser's session.</summary>
    public async Task SignOutAsync(HttpContext context)
    {
        await EndAsync(context);
        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    /// <summary>Puts the member, as she is now, in place of what the cookie says; refuses a session that ended.</summary>
    internal static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var sessions = context.HttpContext.RequestServices.GetRequiredService<Sessions>();
        if (context.Principal?.FindFirstValue(SecretClaim) is { } secret && await sessions.FindAsync(secret, context.HttpContext.RequestAborted) is ({ } member, { } id))
        {
            context.ReplacePrincipal(Describe(member, id));
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    private static ClaimsPrincipal Describe(Account member, string sessionId) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, member.Id.ToString()), new Claim(ClaimTypes.Role, Policies.NameOf(member.Role)), new Claim(IdClaim, sessionId),
        ],
        IdentityConstants.ApplicationScheme));

    private async Task GiveAsync(HttpContext context, StartedSession started)
    {
        // Never the old session for the new member: whoever planted it would share it.
        await EndAsync(context);
        var now = time.GetUtcNow();
        await context.SignInAsync(
            IdentityConstants.ApplicationScheme,
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(SecretClaim, started.Secret)], IdentityConstants.ApplicationScheme)),
            new AuthenticationProperties { IsPersistent = true, IssuedUtc = now, ExpiresUtc = now + MemberLimits.SessionLongest });
    }

    private Task EndAsync(HttpContext context) =>
        context.User.MemberId() is { } member && context.User.SessionId() is { } id ? sessions.EndAsync(member, id, context.RequestAborted) : Task.CompletedTask;
}
