using System.IO.Compression;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.ResponseCompression;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Compresses what is text, where compression cannot betray a secret.</summary>
/// <remarks>
/// The length of a compressed answer tells an eavesdropper whether words of the request occur in it (the BREACH attack). So an
/// answer to a signed-in person is not compressed over https: only her pages hold secrets. Static files are
/// compressed when the program is built and do not pass here.
/// </remarks>
internal static class Compression
{
    private static readonly string[] TextTypes =
    [
        "text/html", "text/css", "text/plain", "text/javascript", "text/calendar", "text/xml",
        "application/javascript", "application/json", "application/ld+json", "application/problem+json",
        "application/xml", "application/atom+xml", "application/rss+xml", "application/manifest+json", "image/svg+xml",
    ];

    /// <summary>Registers what <see cref="UseCompression"/> needs.</summary>
    public static IServiceCollection AddCompression(this IServiceCollection services)
    {
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = TextTypes;
            options.Providers.Add<BrotliCompressionProvider>();
            options.Providers.Add<GzipCompressionProvider>();
        });
        // Optimal is Brotli's level 4: a fifth smaller than level 1, and still below a millisecond for a page of 60 KB.
        services.Configure<BrotliCompressionProviderOptions>(options => options.Level = CompressionLevel.Optimal);
        return services;
    }

    /// <summary>Compresses what the rest of the pipeline answers. Before <see cref="UseNoCompressionForMembers"/>.</summary>
    public static IApplicationBuilder UseCompression(this IApplicationBuilder app) => app.UseResponseCompression();

    /// <summary>Leaves a signed-in person's pages as they are over https. After authentication.</summary>
    public static IApplicationBuilder UseNoCompressionForMembers(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.User.Identity is { IsAuthenticated: true } && context.Features.Get<IHttpsCompressionFeature>() is { } compression)
            compression.Mode = HttpsCompressionMode.DoNotCompress;
        return next(context);
    });
}
