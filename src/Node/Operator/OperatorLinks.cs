using Google.Protobuf.WellKnownTypes;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>Lists and ends what opens a door: links for persons, invitations for nodes. For the operator.</summary>
internal sealed class OperatorLinks(MemberLinks links, PeerInvitations invitations, MemberDirectory members)
{
    public ListMemberLinksResponse ListMemberLinks()
    {
        var response = new ListMemberLinksResponse();
        response.Links.AddRange(links.ListOpen().Select(link => new ListedMemberLink
        {
            Id = link.Id,
            MemberName = NameOf(link.MemberId),
            Role = link.Purpose == LinkPurpose.Invite ? Policies.NameOf(link.Role) : "",
            Mail = link.Mail ?? "",
            MakerName = NameOf(link.MakerId),
            MadeAt = link.MadeAt.ToTimestamp(),
            ExpiresAt = link.ExpiresAt.ToTimestamp(),
        }));
        return response;
    }

    public async Task<RevokeMemberLinkResponse> RevokeMemberLinkAsync(string id, CancellationToken cancellationToken) =>
        await links.RevokeAsync(id, ofMember: null, cancellationToken)
            ? new RevokeMemberLinkResponse()
            : throw RpcErrors.NotFound($"There is no open link \"{id}\". `ouishare member-links` lists them.");

    public ListInvitationsResponse ListInvitations()
    {
        var response = new ListInvitationsResponse();
        response.Invitations.AddRange(invitations.ListPending().Select(invitation => new ListedInvitation
        {
            Id = invitation.Id,
            MakerName = NameOf(invitation.MakerId),
            MadeAt = invitation.MadeAt.ToTimestamp(),
            ExpiresAt = invitation.ExpiresAt.ToTimestamp(),
        }));
        return response;
    }

    public async Task<RevokeInvitationResponse> RevokeInvitationAsync(string id, CancellationToken cancellationToken) =>
        await invitations.RevokeAsync(id, cancellationToken)
            ? new RevokeInvitationResponse()
            : throw RpcErrors.NotFound($"There is no pending invitation \"{id}\". `ouishare invitations` lists them.");

    private string NameOf(Guid? member) => member is { } id && members.Find(id) is { } account ? account.Name : "";
}
