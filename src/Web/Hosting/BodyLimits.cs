using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Says that an upload is too large, and not what became of reading half of it: the form's token is then missing, or the form unreadable.</summary>
internal static class BodyLimits
{
    private static readonly object CutOff = new();

    /// <summary>
    /// Answers 413 to a request that announces more than its route takes. One that announces nothing is read to the same limit, and
    /// <see cref="IsCutOff"/> then tells that there was more. After what makes a page of an empty answer.
    /// </summary>
    public static IApplicationBuilder UseBodyLimits(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (IsAnswered(context))
        {
            // The page that says what went wrong would read the form again, and fail as the first did.
            context.Features.Set<IFormFeature>(null);
            (context.Request.Body, context.Request.ContentLength, context.Request.ContentType) = (Stream.Null, null, null);
            return next(context);
        }

        var endpoint = context.GetEndpoint();
        // A call's messages have a limit of their own.
        if (endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null)
            return next(context);
        if (context.Request.ContentLength > LimitOf(endpoint))
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }

        if (context.Request.ContentLength is null && context.Request.HasFormContentType)
            context.Request.Body = new NotingStream(context.Request.Body, () => context.Items[CutOff] = true);
        return next(context);
    });

    /// <summary>The request's body was longer than its route takes, and was not read to its end.</summary>
    public static bool IsCutOff(this HttpContext context) => context.Items.ContainsKey(CutOff);

    private static bool IsAnswered(HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is not null || context.Features.Get<IExceptionHandlerFeature>() is not null;

    private static long LimitOf(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is { } own ? own.MaxRequestBodySize ?? long.MaxValue : ConnectionLimits.RequestBodyBytes;

    /// <summary>A request's body that notes when Kestrel cuts it off; what reads it may keep that to itself.</summary>
    private sealed class NotingStream(Stream inner, Action cutOff) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await inner.ReadAsync(buffer, cancellationToken);
            }
            catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                cutOff();
                throw;
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
