using Google.Protobuf;
using Grpc.Core;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Operator;

/// <summary>A file as the operator's tool sends it.</summary>
internal sealed class Chunks(byte[] file, bool replace) : IAsyncStreamReader<RestoreRequest>
{
    private const int ChunkBytes = 10_000;
    private int _next;

    public RestoreRequest Current { get; private set; } = new();

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_next > 0 && _next >= file.Length)
            return Task.FromResult(false);
        Current = new RestoreRequest { Replace = replace, Chunk = ByteString.CopyFrom(file.AsSpan(_next, Math.Min(ChunkBytes, file.Length - _next))) };
        _next += ChunkBytes;
        return Task.FromResult(true);
    }
}
