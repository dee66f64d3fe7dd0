using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Operator;

/// <summary>Sets the node up and hands out links, for the operator.</summary>
internal sealed class OperatorSetUp(
    IGrainFactory grains, ChapterDirectory chapters, MemberLinks links, MemberDirectory members, NodeLocation location, Gazetteer gazetteer)
{
    public async Task<CreateSetUpLinkResponse> CreateLinkAsync(CancellationToken cancellationToken)
    {
        if (chapters.IsSetUp)
            throw AlreadySetUp();
        return new CreateSetUpLinkResponse { Url = location.Link($"/set-up/{(await links.SetUpAsync(cancellationToken)).Secret}") };
    }

    public async Task<SetUpResponse> RunAsync(SetUpRequest request, CancellationToken cancellationToken)
    {
        if (FindPlace(request.Place) is not [var place, ..])
            throw RpcErrors.Invalid("place", $"No city \"{request.Place}\" is known. Write it like \"Paris\" or \"Paris, FR\".");

        var chapter = new ChapterRecord
        {
            Name = request.ChapterName.Trim(),
            Place = new V1.Place
            {
                City = place.Name,
                Country = place.Country,
                Coordinates = new Coordinates { Latitude = place.Latitude, Longitude = place.Longitude },
            },
            Zone = Zones.Of(place),
            Address = request.Address.TrimEnd('/'),
        };
        chapter.Languages.AddRange(request.Languages);
        return await grains.GetGrain<IChapterGrain>(0).SetUp(linkSecret: null, chapter, request.AdminName.Trim(), cancellationToken) switch
        {
            SetUpResult.Done done => new SetUpResponse
            {
                SignInUrl = location.Link($"/sign-in/{(await links.SignInAsync(Actor.Operator, done.AdminId, cancellationToken)).Secret}"),
            },
            SetUpResult.Refused refused => throw RpcErrors.Invalid(refused.Violations),
            _ => throw AlreadySetUp(),
        };
    }

    public async Task<CreateMemberLinkResponse> CreateMemberLinkAsync(CreateMemberLinkRequest request, CancellationToken cancellationToken)
    {
        if (!chapters.IsSetUp)
            throw RpcErrors.Make(StatusCode.FailedPrecondition, ErrorReason.NotSetUp, "Set the node up first: `ouishare setup` or the set-up link.");
        if (request.Member.Length > 0)
        {
            var account = FindMember(request.Member);
            var answer = Answer(await links.SignInAsync(Actor.Operator, account.Id, cancellationToken), "/sign-in/");
            answer.MemberName = account.Name;
            return answer;
        }

        var role = Role.Member;
        if (request.Role.Length > 0 && !Policies.TryParseRole(request.Role, out role))
            throw RpcErrors.Invalid("role", "The roles are member, connector and admin.");
        return Answer(await links.InviteAsync(Actor.Operator, role, mail: null, cancellationToken), "/invitations/");
    }

    // An address that nobody proved may be another's: the answer names the member, and the operator looks whether it is she.
    private Account FindMember(string named)
    {
        IReadOnlyList<Account> found = Guid.TryParse(named, out var id) ? (members.Find(id) is { } known ? [known] : []) : members.FindByAnyMail(named);
        return found switch
        {
            [var account] => account,
            [] => throw RpcErrors.NotFound($"There is no member \"{named}\". Name one by mail address or id."),
            _ => throw RpcErrors.Invalid("member", $"{found.Count} members gave this address, and none of them proved it. Name one by id: {string.Join(", ", found.Select(account => $"{account.Id} ({account.Name})"))}."),
        };
    }

    private CreateMemberLinkResponse Answer(MemberLink link, string path) =>
        new() { Url = location.Link(path + link.Secret), ExpiresAt = link.ExpiresAt.ToTimestamp() };

    private IReadOnlyList<PlaceMatch> FindPlace(string place) =>
        place.Contains(',', StringComparison.Ordinal) ? gazetteer.Suggest(place) : gazetteer.Find(place.Trim());

    private static RpcException AlreadySetUp() =>
        RpcErrors.Make(StatusCode.FailedPrecondition, ErrorReason.AlreadySetUp, "The node is set up already. `ouishare member-link` makes a link to sign in.");
}
