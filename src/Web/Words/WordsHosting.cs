using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.WebEncoders;
using Microsoft.Net.Http.Headers;

namespace OuiShare.Federation.Web;

/// <summary>Puts the languages of the pages into the program.</summary>
public static class WordsHosting
{
    /// <summary>Languages the pages speak (BCP 47); the first when the reader's is not among them.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["en", "fr", "es"];

    /// <summary>Registers <see cref="Wording"/> and how a request's language is found: address, cookie, browser.</summary>
    public static IServiceCollection AddWords(this IServiceCollection services)
    {
        services.AddLocalization();
        services.AddSingleton<Wording>();
        // Pages are UTF-8: writing "é" as "&#xE9;" would only make them longer.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.Configure<RequestLocalizationOptions>(options =>
        {
            var languages = Languages.ToArray();
            options.SetDefaultCulture(languages[0]).AddSupportedCultures(languages).AddSupportedUICultures(languages);
            options.ApplyCurrentCultureToResponseHeaders = true;
            options.RequestCultureProviders = [new LanguageChoice(), new AcceptLanguageHeaderRequestCultureProvider()];
        });

        return services;
    }

    /// <summary>Sets each request's language; before anything that answers with words.</summary>
    public static IApplicationBuilder UseWords(this IApplicationBuilder app)
    {
        app.UseRequestLocalization();

        app.Use((context, next) =>
        {
            // A cache between must not show one reader's language to the next. Files are the same for all.
            if (context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null)
                context.Response.OnStarting(static state => Vary(((HttpContext)state).Response), context);
            return next(context);
        });
        return app.Use(next => context => LanguageChoice.RememberAsync(context, next));
    }

    private static Task Vary(HttpResponse response)
    {
        foreach (var header in (string[])[HeaderNames.AcceptLanguage, HeaderNames.Cookie])
        {
            if (!response.Headers.Vary.ToString().Contains(header, StringComparison.OrdinalIgnoreCase))
                response.Headers.AppendCommaSeparatedValues(HeaderNames.Vary, header);
        }

        return Task.CompletedTask;
    }
}
