using System.Net;
using Grpc.AspNetCore.Server;
using Microsoft.Extensions.Options;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Under which names the node answers, and that it believes no other.</summary>
/// <remarks>
/// <para>
/// A request's Host header is whatever its sender wrote. A site that lets its own name point here (DNS rebinding), or a cache between that keeps
/// what an invented Host got, would make a reader believe the node answers for it. So once the node has a public address, pages asked for
/// under other names are refused; links and redirects never repeat the header at all.
/// </para>
/// <para>Calls over gRPC are let through: a peer may know an older address, and believes the node's key, not its name.</para>
/// </remarks>
internal static class HostNames
{
    /// <summary>Refuses pages under names that are not the node's. After the reader's language is known.</summary>
    public static IApplicationBuilder UseHostNames(this IApplicationBuilder app)
    {
        var location = app.ApplicationServices.GetRequiredService<NodeLocation>();
        var options = app.ApplicationServices.GetRequiredService<IOptions<NodeOptions>>().Value;
        var say = app.ApplicationServices.GetRequiredService<Wording>();
        return app.Use(async (context, next) =>
        {
            if (location.Given is null || IsCall(context) || IsOurs(context, location, options))
            {
                await next(context);
                return;
            }

            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(say["lost.host", location.Public], context.RequestAborted);
        });
    }

    /// <summary>Makes redirects to this node relative: the framework's own begin with the request's Host.</summary>
    public static IApplicationBuilder UseRelativeRedirects(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(static state => MakeRelative((HttpContext)state), context);
        return next(context);
    });

    private static Task MakeRelative(HttpContext context)
    {
        var location = context.Response.Headers.Location.ToString();
        var own = $"://{context.Request.Host.ToUriComponent()}";
        var host = location.IndexOf(own, StringComparison.OrdinalIgnoreCase);
        // "https://host/path" and "http://host", but not "https://host.example/path".
        if (context.Request.Host.HasValue && host is 4 or 5 && location.AsSpan(host + own.Length) is var rest && (rest.Length == 0 || rest[0] is '/' or '?'))
            context.Response.Headers.Location = rest.Length == 0 || rest[0] == '?' ? "/" + rest.ToString() : rest.ToString();
        return Task.CompletedTask;
    }

    private static bool IsCall(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null;

    private static bool IsOurs(HttpContext context, NodeLocation location, NodeOptions options)
    {
        var asked = context.Request.Host.Host.TrimEnd('.');
        // The oldest HTTP, as some monitors speak it, names no host; that is no invention either.
        if (asked.Length == 0 || asked.Equals("localhost", StringComparison.OrdinalIgnoreCase) || asked.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
            return true;
        // The address of this very connection is no invention: a monitor or a neighbour calls by number.
        if (IPAddress.TryParse(asked.Trim('[', ']'), out var ip) && (IPAddress.IsLoopback(ip) || ip.Equals(Unmapped(context.Connection.LocalIpAddress))))
            return true;
        return Names(location, options).Any(name => name.Equals(asked, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Names(NodeLocation location, NodeOptions options)
    {
        // Both addresses, so that one which an admin mistyped on the page Settings does not shut her out of it.
        foreach (var url in (string?[])[location.Given, options.PublicUrl, .. options.UrlList])
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
                continue;
            yield return uri.Host;
            yield return uri.IdnHost;
        }

        foreach (var host in options.HostList)
            yield return host;
    }

    private static IPAddress? Unmapped(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
