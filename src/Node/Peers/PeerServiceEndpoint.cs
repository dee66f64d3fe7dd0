using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>Answers peers. Open to everybody: who calls proves a key first, and only peers and the invited get further.</summary>
[Authorize(Policies.Anyone)]
internal sealed class PeerServiceEndpoint(PeerSessions sessions) : PeerService.PeerServiceBase
{
    public override async Task Sync(IAsyncStreamReader<SyncMessage> requestStream, IServerStreamWriter<SyncMessage> responseStream, ServerCallContext context)
    {
        var stream = new AnswererStream(requestStream, responseStream);
        await sessions.AnswerAsync(stream, context.CancellationToken);
        if (stream.Refusal is { } refusal)
            throw refusal;
    }
}
