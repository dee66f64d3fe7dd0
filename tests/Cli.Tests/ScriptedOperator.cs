using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests;

/// <summary>
/// The node's side of the operator's calls, saying what a test tells it to. Checks the token as a node does; a call without a script is
/// not implemented.
/// </summary>
internal sealed class ScriptedOperator : OperatorService.OperatorServiceBase
{
    public const string Token = "3f9a2c51d07b4e86";

    /// <summary>All requests that came, oldest first.</summary>
    public List<IMessage> Requests { get; } = [];

    public Func<GetStatusRequest, GetStatusResponse>? Status { get; set; }

    public Func<CreateInvitationRequest, CreateInvitationResponse>? Invitation { get; set; }

    public Func<JoinPeerRequest, JoinPeerResponse>? Join { get; set; }

    public Func<ListPeersRequest, ListPeersResponse>? Peers { get; set; }

    public Func<ChangePeerRequest, ChangePeerResponse>? Change { get; set; }

    public Func<BlockChapterRequest, BlockChapterResponse>? Block { get; set; }

    public Func<ListBlockedChaptersRequest, ListBlockedChaptersResponse>? Blocked { get; set; }

    public Func<ListJournalsRequest, ListJournalsResponse>? Journals { get; set; }

    public Func<IAsyncStreamReader<ImportCalendarRequest>, IServerStreamWriter<ImportCalendarResponse>, Task>? Import { get; set; }

    public Func<VerifyJournalsRequest, IServerStreamWriter<VerifyJournalsResponse>, ServerCallContext, Task>? Verify { get; set; }

    public Func<IServerStreamWriter<BackUpResponse>, Task>? Backup { get; set; }

    public Func<IAsyncStreamReader<RestoreRequest>, Task<RestoreResponse>>? Restoring { get; set; }

    public Func<CreateSetUpLinkRequest, CreateSetUpLinkResponse>? SetUpLink { get; set; }

    public Func<SetUpRequest, SetUpResponse>? SettingUp { get; set; }

    public Func<CreateMemberLinkRequest, CreateMemberLinkResponse>? MemberLink { get; set; }

    public Func<ListMemberLinksRequest, ListMemberLinksResponse>? MemberLinks { get; set; }

    public Func<RevokeMemberLinkRequest, RevokeMemberLinkResponse>? MemberLinkRevoked { get; set; }

    public Func<ListInvitationsRequest, ListInvitationsResponse>? Invitations { get; set; }

    public Func<RevokeInvitationRequest, RevokeInvitationResponse>? InvitationRevoked { get; set; }

    public Func<ListSetAsideRequest, ListSetAsideResponse>? SetAside { get; set; }

    public Func<ChangeSetAsideRequest, ChangeSetAsideResponse>? SetAsideChange { get; set; }

    /// <summary>A refusal as nodes make it: a status with an ErrorInfo of the federation's domain.</summary>
    public static RpcException Refusal(Code code, string reason, string message, params (string Field, string Message)[] fields)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(new ErrorInfo { Reason = reason, Domain = "federation.ouishare" }));
        if (fields.Length > 0)
        {
            var violations = fields.Select(field => new BadRequest.Types.FieldViolation { Field = field.Field, Description = field.Message });
            status.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(new BadRequest { FieldViolations = { violations } }));
        }

        return status.ToRpcException();
    }

    public override Task<GetStatusResponse> GetStatus(GetStatusRequest request, ServerCallContext context) =>
        Answer(request, context, Status);

    public override Task<CreateInvitationResponse> CreateInvitation(CreateInvitationRequest request, ServerCallContext context) =>
        Answer(request, context, Invitation);

    public override Task<JoinPeerResponse> JoinPeer(JoinPeerRequest request, ServerCallContext context) => Answer(request, context, Join);

    public override Task<ListPeersResponse> ListPeers(ListPeersRequest request, ServerCallContext context) => Answer(request, context, Peers);

    public override Task<ChangePeerResponse> ChangePeer(ChangePeerRequest request, ServerCallContext context) => Answer(request, context, Change);

    public override Task<BlockChapterResponse> BlockChapter(BlockChapterRequest request, ServerCallContext context) => Answer(request, context, Block);

    public override Task<ListBlockedChaptersResponse> ListBlockedChapters(ListBlockedChaptersRequest request, ServerCallContext context) =>
        Answer(request, context, Blocked);

    public override Task<ListJournalsResponse> ListJournals(ListJournalsRequest request, ServerCallContext context) =>
        Answer(request, context, Journals);

    public override Task<CreateSetUpLinkResponse> CreateSetUpLink(CreateSetUpLinkRequest request, ServerCallContext context) =>
        Answer(request, context, SetUpLink);

    public override Task<SetUpResponse> SetUp(SetUpRequest request, ServerCallContext context) => Answer(request, context, SettingUp);

    public override Task<CreateMemberLinkResponse> CreateMemberLink(CreateMemberLinkRequest request, ServerCallContext context) =>
        Answer(request, context, MemberLink);

    public override Task<ListMemberLinksResponse> ListMemberLinks(ListMemberLinksRequest request, ServerCallContext context) =>
        Answer(request, context, MemberLinks);

    public override Task<RevokeMemberLinkResponse> RevokeMemberLink(RevokeMemberLinkRequest request, ServerCallContext context) =>
        Answer(request, context, MemberLinkRevoked);

    public override Task<ListInvitationsResponse> ListInvitations(ListInvitationsRequest request, ServerCallContext context) =>
        Answer(request, context, Invitations);

    public override Task<RevokeInvitationResponse> RevokeInvitation(RevokeInvitationRequest request, ServerCallContext context) =>
        Answer(request, context, InvitationRevoked);

    public override Task<ListSetAsideResponse> ListSetAside(ListSetAsideRequest request, ServerCallContext context) => Answer(request, context, SetAside);

    public override Task<ChangeSetAsideResponse> ChangeSetAside(ChangeSetAsideRequest request, ServerCallContext context) =>
        Answer(request, context, SetAsideChange);

    public override Task ImportCalendar(
        IAsyncStreamReader<ImportCalendarRequest> requestStream, IServerStreamWriter<ImportCalendarResponse> responseStream, ServerCallContext context)
    {
        CheckToken(context);
        return Import!(new Recorded<ImportCalendarRequest>(requestStream, Record), responseStream);
    }

    public override Task VerifyJournals(
        VerifyJournalsRequest request, IServerStreamWriter<VerifyJournalsResponse> responseStream, ServerCallContext context)
    {
        CheckToken(context);
        Record(request);
        return Verify!(request, responseStream, context);
    }

    public override Task BackUp(BackUpRequest request, IServerStreamWriter<BackUpResponse> responseStream, ServerCallContext context)
    {
        CheckToken(context);
        Record(request);
        return Backup!(responseStream);
    }

    public override Task<RestoreResponse> Restore(IAsyncStreamReader<RestoreRequest> requestStream, ServerCallContext context)
    {
        CheckToken(context);
        return Restoring!(new Recorded<RestoreRequest>(requestStream, Record));
    }

    private Task<TResponse> Answer<TRequest, TResponse>(TRequest request, ServerCallContext context, Func<TRequest, TResponse>? script)
        where TRequest : IMessage
    {
        CheckToken(context);
        Record(request);
        return script is null
            ? throw new RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Unimplemented, ""))
            : Task.FromResult(script(request));
    }

    private void Record(IMessage request)
    {
        lock (Requests)
            Requests.Add(request);
    }

    private static void CheckToken(ServerCallContext context)
    {
        if (context.RequestHeaders.GetValue("authorization") != "Bearer " + Token)
            throw Refusal(Code.Unauthenticated, "UNAUTHENTICATED", "This token is not known to the node.");
    }

    private sealed class Recorded<T>(IAsyncStreamReader<T> inner, Action<IMessage> record) : IAsyncStreamReader<T>
        where T : IMessage
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await inner.MoveNext(cancellationToken))
                return false;
            record(inner.Current);
            return true;
        }
    }
}
