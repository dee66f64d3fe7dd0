using Grpc.Core;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>Either end of the two-way stream between peers: the caller's or the answerer's.</summary>
internal interface IPeerStream
{
    /// <summary>What the peer sends.</summary>
    IAsyncStreamReader<SyncMessage> Incoming { get; }

    /// <summary>Sends; one message at a time.</summary>
    Task SendAsync(SyncMessage message, CancellationToken cancellationToken);

    /// <summary>What it means that the stream failed.</summary>
    PeerError ErrorOf(RpcException e);

    /// <summary>Says that nothing more will be sent.</summary>
    Task CompleteAsync();
}

/// <summary>The caller's end.</summary>
internal sealed class CallerStream(AsyncDuplexStreamingCall<SyncMessage, SyncMessage> call, Func<RpcException, long, PeerError> errorOf) : IPeerStream
{
    private long _sentBytes;

    // How much was sent tells a proxy's body limit from a line that broke.
    public PeerError ErrorOf(RpcException e) => errorOf(e, Interlocked.Read(ref _sentBytes));

    public IAsyncStreamReader<SyncMessage> Incoming => call.ResponseStream;

    public Task SendAsync(SyncMessage message, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _sentBytes, message.CalculateSize());
        return call.RequestStream.WriteAsync(message, cancellationToken);
    }

    public Task CompleteAsync() => call.RequestStream.CompleteAsync();
}

/// <summary>The answerer's end.</summary>
internal sealed class AnswererStream(IAsyncStreamReader<SyncMessage> incoming, IServerStreamWriter<SyncMessage> outgoing) : IPeerStream
{
    private readonly Reader _incoming = new(incoming);

    public IAsyncStreamReader<SyncMessage> Incoming => _incoming;

    /// <summary>With what the call is to end when the session is over: what came was no message, or larger than one may be. Null: with OK.</summary>
    public RpcException? Refusal => _incoming.Refusal;

    public Task SendAsync(SyncMessage message, CancellationToken cancellationToken) => outgoing.WriteAsync(message, cancellationToken);

    public PeerError ErrorOf(RpcException e) => e.StatusCode == StatusCode.InvalidArgument ? PeerEnds.Unreadable : PeerEnds.ErrorOf(e);

    // The server's side ends when its method returns.
    public Task CompleteAsync() => Task.CompletedTask;

    /// <summary>Keeps what gRPC refuses while it reads: the session treats it like a line that broke, and the call's end must tell the two apart.</summary>
    private sealed class Reader(IAsyncStreamReader<SyncMessage> incoming) : IAsyncStreamReader<SyncMessage>
    {
        public SyncMessage Current => incoming.Current;

        public RpcException? Refusal { get; private set; }

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await incoming.MoveNext(cancellationToken);
            }
            catch (RpcException e)
            {
                Refusal = e;
                throw;
            }
        }
    }
}
