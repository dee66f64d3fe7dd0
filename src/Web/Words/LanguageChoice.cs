using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Localization;
using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web;

/// <summary>
/// The reader's own choice of language: <c>?lang=fr</c> in the address, remembered in a cookie of this node for a year.
/// Without either the browser's Accept-Language decides.
/// </summary>
internal sealed class LanguageChoice : RequestCultureProvider
{
    private const string Name = "lang";
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(365);

    /// <inheritdoc/>
    public override Task<ProviderCultureResult?> DetermineProviderCultureResult(HttpContext httpContext)
    {
        var language = Chosen(httpContext.Request) ?? Known(httpContext.Request.Cookies[CookieOf(httpContext)]);

        return Task.FromResult(language is null ? null : new ProviderCultureResult(language));
    }

    /// <summary>Remembers a choice made in the address.</summary>
    public static Task RememberAsync(HttpContext context, RequestDelegate next)
    {
        if (Chosen(context.Request) is { } language)
            context.Response.Cookies.Append(CookieOf(context), language, new CookieOptions
            {
                MaxAge = Remembered,
                HttpOnly = true,
                IsEssential = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
            });

        return next(context);
    }

    /// <summary>The address of the page being read, in another language.</summary>
    public static string Link(HttpRequest request, string language)
    {
        var query = new QueryBuilder(request.Query
            .Where(part => part.Key != Name)
            .SelectMany(part => part.Value, (part, value) => KeyValuePair.Create(part.Key, value ?? "")))
        {
            { Name, language },
        };

        return query.ToString();
    }

    private static string CookieOf(HttpContext context) => context.RequestServices.GetRequiredService<CookieNames>().Language;

    private static string? Chosen(HttpRequest request) => Known(request.Query[Name]);

    private static string? Known(string? language) =>
        language is not null && WordsHosting.Languages.Contains(language, StringComparer.Ordinal) ? language : null;
}
