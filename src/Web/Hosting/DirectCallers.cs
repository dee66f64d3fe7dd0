using System.Net;
using System.Security.Cryptography;
using System.Text;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Who may read what is for the operator: a program on this machine, or whoever holds the operator's token.</summary>
/// <remarks>
/// A reverse proxy on this machine calls from loopback too, for strangers. It is told apart by what proxies add to a request, by the
/// host name that it passes on, and by HTTP/1.0, which nginx uses when nobody configured it otherwise.
/// </remarks>
internal static class DirectCallers
{
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"];

    private static readonly object Mark = new();

    /// <summary>Notes who called, before forwarded headers put the proxy's client in the proxy's place.</summary>
    public static IApplicationBuilder UseDirectCallers(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (IsDirect(context))
            context.Items[Mark] = true;
        return next(context);
    });

    /// <summary>The caller is a program on this machine, or sent the operator's token.</summary>
    public static bool IsOperator(this HttpContext context) =>
        context.Items.ContainsKey(Mark)
        || HasToken(context.Request.Headers.Authorization.ToString(), context.RequestServices.GetRequiredService<DataFolder>().OperatorToken);

    private static bool IsDirect(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && context.Request.Protocol != HttpProtocol.Http10
        && IsLoopbackName(context.Request.Host.Host)
        && !ProxyHeaders.Any(context.Request.Headers.ContainsKey);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool HasToken(string authorization, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(authorization), Encoding.UTF8.GetBytes("Bearer " + token));
}
