using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>
/// All cookies of the node under names of its own; where the request is https, with the prefix <c>__Host-</c> (RFC 6265bis section 4.1.3.2): the browser
/// then takes them from this host alone, over https, for all paths. Here and nowhere else, since the framework has a place for names, and
/// none for names that depend on the request.
/// </summary>
internal static class NodeCookies
{
    private const string HostPrefix = "__Host-";

    /// <summary>Names the cookies that the framework sets.</summary>
    public static IServiceCollection AddNodeCookies(this IServiceCollection services)
    {
        services.AddOptions<AntiforgeryOptions>().Configure<CookieNames>((antiforgery, names) => antiforgery.Cookie.Name = names.Form);
        services.AddOptions<CookieTempDataProviderOptions>().Configure<CookieNames>((notices, names) =>
        {
            notices.Cookie.Name = names.Notice;
            notices.Cookie.IsEssential = true;
        });
        return services;
    }

    /// <summary>Adds the prefix to what goes out and takes it off what comes in. After the scheme is known, before anybody reads a cookie.</summary>
    public static IApplicationBuilder UseNodeCookies(this IApplicationBuilder app)
    {
        var own = app.ApplicationServices.GetRequiredService<CookieNames>().Session;
        return app.Use((context, next) =>
        {
            if (!context.Request.IsHttps)
                return next(context);

            context.Request.Cookies = new HostCookies(context.Request.Cookies, own);
            // The first that is registered runs last, after everybody has set cookies.
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.SetCookie = new StringValues([.. context.Response.Headers.SetCookie.Select(cookie => Prefixed(cookie, own))]);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    private static string? Prefixed(string? cookie, string own)
    {
        if (cookie is null || !cookie.StartsWith(own, StringComparison.Ordinal))
            return cookie;

        var parts = cookie.Split(';', StringSplitOptions.TrimEntries).Where(part => !IsFixed(part));
        return $"{HostPrefix}{string.Join("; ", parts)}; path=/; secure";
    }

    private static bool IsFixed(string attribute) =>
        attribute.StartsWith("path=", StringComparison.OrdinalIgnoreCase)
        || attribute.StartsWith("domain=", StringComparison.OrdinalIgnoreCase)
        || attribute.Equals("secure", StringComparison.OrdinalIgnoreCase);

    /// <summary>The request's cookies; of the node's own only those with the prefix, which nobody on the way or beside can have planted.</summary>
    private sealed class HostCookies(IRequestCookieCollection sent, string own) : IRequestCookieCollection
    {
        private readonly Dictionary<string, string> _cookies = sent
            .Where(cookie => !cookie.Key.StartsWith(own, StringComparison.Ordinal))
            .Select(cookie => cookie.Key.StartsWith(HostPrefix + own, StringComparison.Ordinal) ? KeyValuePair.Create(cookie.Key[HostPrefix.Length..], cookie.Value) : cookie)
            .DistinctBy(cookie => cookie.Key)
            .ToDictionary(StringComparer.Ordinal);

        public string? this[string key] => _cookies.GetValueOrDefault(key);

        public int Count => _cookies.Count;

        public ICollection<string> Keys => _cookies.Keys;

        public bool ContainsKey(string key) => _cookies.ContainsKey(key);

        public bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => _cookies.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _cookies.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
