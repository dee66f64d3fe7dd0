using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>
/// Refuses a call over gRPC in gRPC's own words. A page's refusal leads a person to the sign-in page (302), of which a program makes nothing.
/// </summary>
internal sealed class CallRefusals : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _pages = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        var isCall = context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null;
        if (!isCall || authorizeResult.Succeeded)
            return _pages.HandleAsync(next, context, policy, authorizeResult);

        // A token that is unknown makes nobody of its sender, and so does none.
        Answer(context.Response, context.User.Identity is { IsAuthenticated: true }
            ? RpcErrors.Make(StatusCode.PermissionDenied, ErrorReason.Forbidden, "This token's role may not do this.")
            : RpcErrors.Make(StatusCode.Unauthenticated, ErrorReason.Unauthenticated, "This call needs a token that is known and not revoked: authorization: Bearer TOKEN."));
        return Task.CompletedTask;
    }

    /// <summary>A whole answer in headers ("Trailers-Only", https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).</summary>
    private static void Answer(HttpResponse response, RpcException refusal)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)refusal.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(refusal.Status.Detail);
        if (refusal.GetRpcStatus() is { } details)
            response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(details.ToByteArray());
    }
}
