using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http.Metadata;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Says that an upload is too large before it is read: halfway through, the form's token is missing and the answer would be about that.</summary>
internal static class BodyLimits
{
    /// <summary>Answers 413 to a request that announces more than its route takes. One that announces nothing is cut off at the same limit.</summary>
    public static IApplicationBuilder UseBodyLimits(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var endpoint = context.GetEndpoint();
        // A call's messages have a limit of their own.
        if (endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>() is null && context.Request.ContentLength > LimitOf(endpoint))
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }

        return next(context);
    });

    private static long LimitOf(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is { } own ? own.MaxRequestBodySize ?? long.MaxValue : ConnectionLimits.RequestBodyBytes;
}
