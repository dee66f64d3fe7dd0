using System.Reflection;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>
/// Finds a service's methods for ASP.NET Core as Grpc.AspNetCore's own provider does, in whose place it is registered, with one difference: a
/// request that cannot be read is the caller's mistake, INVALID_ARGUMENT in one line of the log, and not UNKNOWN with a stack trace.
/// </summary>
/// <remarks>Interceptors cannot do it: a single request is read before the first of them runs.</remarks>
internal sealed class StrictMethods<TService> : IServiceMethodProvider<TService>
    where TService : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        var attribute = Bases().Select(type => type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false)).OfType<BindServiceMethodAttribute>().First();
        var bind = attribute.BindType.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Single(method => method.Name == attribute.BindMethodName && method.GetParameters() is [{ ParameterType: var first }, _] && first == typeof(ServiceBinderBase));
        // With no service at hand the generated code still names every method.
        bind.Invoke(null, [new Binder(context), null]);
    }

    private static IEnumerable<Type> Bases()
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
            yield return type;
    }

    private sealed class Binder(ServiceMethodProviderContext<TService> context) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            var (invoker, metadata) = Find<Grpc.AspNetCore.Server.Model.UnaryServerMethod<TService, TRequest, TResponse>>(method, typeof(TRequest), typeof(ServerCallContext));
            context.AddUnaryMethod(Strict(method), metadata, invoker);
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var (invoker, metadata) = Find<Grpc.AspNetCore.Server.Model.ClientStreamingServerMethod<TService, TRequest, TResponse>>(
                method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
            context.AddClientStreamingMethod(Strict(method), metadata, invoker);
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var (invoker, metadata) = Find<Grpc.AspNetCore.Server.Model.ServerStreamingServerMethod<TService, TRequest, TResponse>>(
                method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
            context.AddServerStreamingMethod(Strict(method), metadata, invoker);
        }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var (invoker, metadata) = Find<Grpc.AspNetCore.Server.Model.DuplexStreamingServerMethod<TService, TRequest, TResponse>>(
                method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
            context.AddDuplexStreamingMethod(Strict(method), metadata, invoker);
        }

        private static (TInvoker Invoker, IList<object> Metadata) Find<TInvoker>(IMethod method, params Type[] parameters)
            where TInvoker : Delegate
        {
            var handler = typeof(TService).GetMethod(method.Name, parameters)
                ?? throw new InvalidOperationException($"{typeof(TService).Name} has no method {method.Name}.");
            List<object> metadata = [.. typeof(TService).GetCustomAttributes(inherit: true), .. handler.GetCustomAttributes(inherit: true), new HttpMethodMetadata(["POST"], acceptCorsPreflight: true)];
            return (handler.CreateDelegate<TInvoker>(), metadata);
        }

        private static Method<TRequest, TResponse> Strict<TRequest, TResponse>(Method<TRequest, TResponse> method)
            where TRequest : class
            where TResponse : class
        {
            var read = method.RequestMarshaller.ContextualDeserializer;
            var marshaller = Marshallers.Create(method.RequestMarshaller.ContextualSerializer, bytes =>
            {
                try
                {
                    return read(bytes);
                }
                catch (InvalidProtocolBufferException)
                {
                    throw RpcErrors.Make(
                        StatusCode.InvalidArgument, ErrorReason.InvalidArgument, $"The request is not a {typeof(TRequest).Name}: its bytes are cut off or of another kind.");
                }
            });
            return new Method<TRequest, TResponse>(method.Type, method.ServiceName, method.Name, marshaller, method.ResponseMarshaller);
        }
    }
}
