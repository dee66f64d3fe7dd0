using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Operator;

/// <summary>Answers failures of the environment with a sentence and a reason; a bug is logged and answered without its details.</summary>
internal sealed partial class RpcFailures(NodeDatabase database, ILogger<RpcFailures> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => continuation(request, context), context);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => continuation(requestStream, context), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(
            async () =>
            {
                await continuation(request, responseStream, context);
                return true;
            },
            context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(
            async () =>
            {
                await continuation(requestStream, responseStream, context);
                return true;
            },
            context);

    private async Task<T> GuardAsync<T>(Func<Task<T>> call, ServerCallContext context)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is not RpcException && !context.CancellationToken.IsCancellationRequested)
        {
            if (EnvironmentFailures.Find(e, Path.GetDirectoryName(database.Path)!) is { } failure)
            {
                LogEnvironment(context.Method, failure.Sentence);
                throw RpcErrors.Make(failure.Code, failure.Reason, failure.Sentence);
            }

            LogFailed(e, context.Method);
            throw new RpcException(new Grpc.Core.Status(StatusCode.Internal, "The node made a mistake; its log says which."));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call of {Method} could not be done: {Sentence}")]
    private partial void LogEnvironment(string method, string sentence);

    [LoggerMessage(Level = LogLevel.Error, Message = "A call of {Method} failed.")]
    private partial void LogFailed(Exception exception, string method);
}
