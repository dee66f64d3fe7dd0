using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>Answers the operator's tool. Every call needs the operator's token.</summary>
[Authorize(Policies.Operator)]
internal sealed class OperatorServiceEndpoint(
    NodeReport report, OperatorSetUp setUp, PeerDirectory peers, Chapters.ChapterBlocks blocks, PeerInvitations invitations, OperatorImport import, JournalVerification verification,
    NodeBackup backup, Chapters.NodeLocation location, OperatorLinks links, SetAsideReport setAside) : OperatorService.OperatorServiceBase
{
    private const int Chunk = 64 << 10;
    private const int PeersPage = 1_000;

    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) => report.MakeAsync(context.CancellationToken);

    public override async Task<CreateInvitationResponse> CreateInvitation(CreateInvitationRequest request, ServerCallContext context)
    {
        var validFor = request.ValidFor?.ToTimeSpan();
        if (validFor is { } time && (time < TimeSpan.FromMinutes(1) || time > PeerLimits.LongestInvitation))
            throw RpcErrors.Invalid("valid_for", "An invitation is good for 1 minute to 30 days.");

        var address = request.Address.Length > 0 ? request.Address : location.Public;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || address.Length > Protocol.Limits.AddressLength)
            throw RpcErrors.Invalid("address", $"\"{address}\" is not an address others can call. Write it like https://paris.example.org.");
        if (Chapters.PublicUrl.Check("address", address.TrimEnd('/')) is { } violation)
            throw RpcErrors.Invalid([violation]);
        var code = await invitations.CreateAsync(Actor.Operator, address.TrimEnd('/'), validFor, context.CancellationToken);
        return new CreateInvitationResponse { Invitation = code.ToText(), ExpiresAt = code.ExpiresAt.ToTimestamp(), AddressWarning = Chapters.PublicUrl.WarningOf(code.Address) };
    }

    public override async Task<JoinPeerResponse> JoinPeer(JoinPeerRequest request, ServerCallContext context) =>
        await invitations.AcceptAsync(request.Invitation, context.CancellationToken) switch
        {
            AcceptResult.Accepted accepted => new JoinPeerResponse { Peer = await FindPeerAsync(accepted.Peer.ToString(), context.CancellationToken) },
            AcceptResult.Refused refused => throw RpcErrors.Make(StatusCode.InvalidArgument, ErrorReason.InvitationRefused, refused.Sentence),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public override async Task<ListPeersResponse> ListPeers(ListPeersRequest request, ServerCallContext context)
    {
        var all = await peers.ListAsync(context.CancellationToken);
        var (page, next) = Page(all, request.PageSize, request.PageToken);
        var response = new ListPeersResponse { NextPageToken = next };
        response.Peers.AddRange(page.Select(report.Describe));
        return response;
    }

    public override async Task<ChangePeerResponse> ChangePeer(ChangePeerRequest request, ServerCallContext context)
    {
        if (peers.Find(request.Peer) is not { } origin)
            throw RpcErrors.NotFound($"There is no peer \"{request.Peer}\", or more than one. Name it by the beginning of its key, 8 digits or more.");

        await (request.Change switch
        {
            PeerChange.Pause => peers.PauseAsync(origin, context.CancellationToken),
            PeerChange.Resume => peers.ResumeAsync(origin, context.CancellationToken),
            PeerChange.Block => peers.BlockAsync(origin, context.CancellationToken),
            PeerChange.Remove => peers.RemoveAsync(origin, context.CancellationToken),
            PeerChange.SetAddress => SetAddressAsync(origin, request.Address, context.CancellationToken),
            PeerChange.CallNow => peers.CallNowAsync(origin, context.CancellationToken),
            _ => throw RpcErrors.Invalid("change", "Say what to do with the peer: pause, resume, block, remove, call or set its address."),
        });
        var response = new ChangePeerResponse();
        if (request.Change != PeerChange.Remove)
            response.Peer = await FindPeerAsync(origin, context.CancellationToken);
        return response;
    }

    public override async Task<BlockChapterResponse> BlockChapter(BlockChapterRequest request, ServerCallContext context)
    {
        if (blocks.Find(request.Chapter) is not { } origin)
            throw RpcErrors.NotFound($"There is no chapter \"{request.Chapter}\", or more than one. Name it by the beginning of its key, 8 digits or more.");
        var response = new BlockChapterResponse { Origin = origin.ToString(), ChapterName = blocks.NameOf(origin) };
        if (request.Unblock)
            await blocks.UnblockAsync(origin, context.CancellationToken);
        else if (await blocks.BlockAsync(origin, context.CancellationToken) is var result and not Chapters.BlockResult.Done)
            throw RpcErrors.Invalid("chapter", result == Chapters.BlockResult.IsOwn ? "This is the node's own chapter." : "No more chapters can be blocked.");
        return response;
    }

    public override Task<ListBlockedChaptersResponse> ListBlockedChapters(ListBlockedChaptersRequest request, ServerCallContext context)
    {
        var response = new ListBlockedChaptersResponse();
        response.Chapters.AddRange(blocks.List().Select(chapter => new V1.BlockedChapter
        {
            Origin = chapter.Origin.ToString(), ChapterName = chapter.Name, BlockedAt = chapter.BlockedAt.ToTimestamp(),
        }));
        return Task.FromResult(response);
    }

    public override Task<ListJournalsResponse> ListJournals(ListJournalsRequest request, ServerCallContext context)
    {
        var (page, next) = Page(report.ListJournals(), request.PageSize, request.PageToken);
        var response = new ListJournalsResponse { NextPageToken = next };
        response.Journals.AddRange(page);
        return Task.FromResult(response);
    }

    public override Task ImportCalendar(
        IAsyncStreamReader<ImportCalendarRequest> requestStream, IServerStreamWriter<ImportCalendarResponse> responseStream, ServerCallContext context) =>
        import.RunAsync(requestStream, responseStream, context.CancellationToken);

    public override Task VerifyJournals(VerifyJournalsRequest request, IServerStreamWriter<VerifyJournalsResponse> responseStream, ServerCallContext context)
    {
        Protocol.Origin? origin = null;
        if (request.Origin.Length > 0)
            origin = Protocol.Origin.TryParse(request.Origin, out var parsed) ? parsed : throw RpcErrors.Invalid("origin", "A journal is named by 64 hexadecimal digits.");
        return verification.RunAsync(origin, request.Repair, progress => responseStream.WriteAsync(progress, context.CancellationToken), context.CancellationToken);
    }

    public override async Task BackUp(BackUpRequest request, IServerStreamWriter<BackUpResponse> responseStream, ServerCallContext context)
    {
        var (file, manifest) = await backup.MakeAsync(context.CancellationToken);
        await using var closing = file;
        var total = (ulong)file.Length;
        var buffer = new byte[Chunk];
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        while (await file.ReadAsync(buffer, context.CancellationToken) is var read and > 0)
        {
            hash.AppendData(buffer, 0, read);
            await responseStream.WriteAsync(new BackUpResponse { Chunk = ByteString.CopyFrom(buffer, 0, read), TotalBytes = total }, context.CancellationToken);
            total = 0;
        }

        // The tool reads back what it wrote and compares.
        await responseStream.WriteAsync(
            new BackUpResponse { Sha256 = ByteString.CopyFrom(hash.GetHashAndReset()), KnownDamage = (uint)manifest.KnownDamage }, context.CancellationToken);
    }

    public override async Task<RestoreResponse> Restore(IAsyncStreamReader<RestoreRequest> requestStream, ServerCallContext context) =>
        await backup.StageAsync(requestStream, context.CancellationToken) switch
        {
            StageResult.Staged staged => new RestoreResponse
            {
                ChapterName = staged.Manifest.ChapterName,
                Origin = staged.Manifest.Origin,
                BackedUpAt = staged.Manifest.BackedUpAt.ToTimestamp(),
            },
            StageResult.AlreadySetUp => throw RpcErrors.Make(
                StatusCode.FailedPrecondition, ErrorReason.AlreadySetUp, "This node is set up already. Say --replace to put the backup in its place; what it holds is kept beside it."),
            StageResult.Refused refused => throw RpcErrors.Make(StatusCode.InvalidArgument, refused.Reason, refused.Sentence),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public override Task<CreateSetUpLinkResponse> CreateSetUpLink(CreateSetUpLinkRequest request, ServerCallContext context) =>
        setUp.CreateLinkAsync(context.CancellationToken);

    public override Task<SetUpResponse> SetUp(SetUpRequest request, ServerCallContext context) => setUp.RunAsync(request, context.CancellationToken);

    public override Task<CreateMemberLinkResponse> CreateMemberLink(CreateMemberLinkRequest request, ServerCallContext context) =>
        setUp.CreateMemberLinkAsync(request, context.CancellationToken);

    public override Task<ListMemberLinksResponse> ListMemberLinks(ListMemberLinksRequest request, ServerCallContext context) => Task.FromResult(links.ListMemberLinks());

    public override Task<RevokeMemberLinkResponse> RevokeMemberLink(RevokeMemberLinkRequest request, ServerCallContext context) =>
        links.RevokeMemberLinkAsync(request.Id, context.CancellationToken);

    public override Task<ListInvitationsResponse> ListInvitations(ListInvitationsRequest request, ServerCallContext context) => Task.FromResult(links.ListInvitations());

    public override Task<RevokeInvitationResponse> RevokeInvitation(RevokeInvitationRequest request, ServerCallContext context) =>
        links.RevokeInvitationAsync(request.Id, context.CancellationToken);

    public override Task<ListSetAsideResponse> ListSetAside(ListSetAsideRequest request, ServerCallContext context)
    {
        var (page, next) = Page(setAside.List(), Math.Min(request.PageSize == 0 ? SetAsideReport.Page : request.PageSize, SetAsideReport.Page), request.PageToken);
        var response = new ListSetAsideResponse { NextPageToken = next };
        response.Records.AddRange(page.Select(setAside.Describe));
        return Task.FromResult(response);
    }

    public override async Task<ChangeSetAsideResponse> ChangeSetAside(ChangeSetAsideRequest request, ServerCallContext context)
    {
        var isDone = request.Change switch
        {
            SetAsideChange.Retry => await setAside.RetryAsync(request.Place, context.CancellationToken),
            SetAsideChange.Skip => await setAside.SkipAsync(request.Place, context.CancellationToken),
            _ => throw RpcErrors.Invalid("change", "Say what to do with the record: retry or skip."),
        };
        return isDone ? new ChangeSetAsideResponse() : throw RpcErrors.NotFound($"No record \"{Protocol.PeerText.Clean(request.Place, length: 120)}\" is set aside. \"ouishare set-aside\" lists them.");
    }

    private async Task SetAddressAsync(string origin, string address, CancellationToken cancellationToken)
    {
        if (!await peers.SetAddressAsync(origin, address, cancellationToken))
            throw RpcErrors.Invalid("address", $"\"{address}\" is not an address that can be called. Write it like https://paris.example.org.");
    }

    private async Task<V1.Peer> FindPeerAsync(string origin, CancellationToken cancellationToken) =>
        await peers.FindAsync(origin, cancellationToken) is { } status ? report.Describe(status) : throw RpcErrors.NotFound("The peer was removed meanwhile.");

    // A page token is the number of the first row; lists are short and change seldom.
    private static (IEnumerable<T> Page, string Next) Page<T>(IReadOnlyList<T> rows, uint size, string token)
    {
        var first = 0;
        if (token.Length > 0 && (!int.TryParse(token, out first) || first < 0))
            throw RpcErrors.Invalid("page_token", "Pass next_page_token of the page before, unchanged.");
        var count = size is 0 or > PeersPage ? PeersPage : (int)size;
        return (rows.Skip(first).Take(count), first + count < rows.Count ? (first + count).ToString(System.Globalization.CultureInfo.InvariantCulture) : "");
    }
}
