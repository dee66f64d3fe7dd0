namespace OuiShare.Federation.Web.Hosting;

/// <summary>What every answer tells the browser not to do.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// Everything comes from this node; nothing inline, nothing from elsewhere, no frame around it. Pictures may be in the page
    /// itself (data:). A page that needs more is wrong, or says so here.
    /// </summary>
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'";

    /// <summary>Another site learns that the reader came from this node, but not from which page: paths may be secret.</summary>
    private const string ReferrerPolicy = "strict-origin-when-cross-origin";

    /// <summary>"Near me" asks for the place; nothing else is ever asked for.</summary>
    private const string PermissionsPolicy = "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), browsing-topics=()";

    /// <summary>Adds the headers to all answers: what a request says it is, a page that is framed or sniffed may say too.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // At the last moment, because an error page begins with all headers cleared.
        context.Response.OnStarting(static state => Add((HttpContext)state), context);
        return next(context);
    });

    private static Task Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.TryAdd("Content-Security-Policy", ContentSecurityPolicy);
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", ReferrerPolicy);
        headers.TryAdd("Permissions-Policy", PermissionsPolicy);
        headers.TryAdd("Cross-Origin-Opener-Policy", "same-origin");
        return Task.CompletedTask;
    }
}
