using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Members;

/// <summary>One member of this chapter; the only writer of her. Its key is her id.</summary>
[Alias("member")]
public interface IMemberGrain : IGrainWithGuidKey
{
    /// <summary>
    /// Changes her profile; where she is shown to the network, the new one is published. A new mail address is wanted until she proves it.
    /// She herself, or an admin.
    /// </summary>
    [Alias("update-profile")]
    Task<MemberResult> UpdateProfile(MemberProfile profile, Actor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Shows her to the network by a signed record in the journal, or withdraws that record on every node. Only she herself. Idempotent.
    /// </summary>
    [Alias("show-to-network")]
    Task<MemberResult> ShowToNetwork(bool isShown, Actor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives her another role, and ends her sessions. Who is no admin any more leaves no link and no invitation behind. Admins; the last admin
    /// stays one.
    /// </summary>
    [Alias("change-role")]
    Task<MemberResult> ChangeRole(Role role, Actor actor, CancellationToken cancellationToken = default);

    /// <summary>Erases her: her data, answers, drafts and tokens here, her record everywhere. She herself, or an admin; the last admin stays.</summary>
    [Alias("leave")]
    Task<MemberResult> Leave(Actor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends everything by which somebody could act or read as her: all sessions, links for her and made by her, access tokens, and the address
    /// of her calendar. She herself, or an admin.
    /// </summary>
    [Alias("sign-out-everywhere")]
    Task<MemberResult> SignOutEverywhere(Actor actor, CancellationToken cancellationToken = default);

    /// <summary>Gives her calendar feed a new secret address; the old one stops working. Only she herself.</summary>
    [Alias("renew-calendar-address")]
    Task<MemberResult> RenewCalendarAddress(Actor actor, CancellationToken cancellationToken = default);
}

/// <summary>What a member says of herself.</summary>
[GenerateSerializer, Immutable, Alias("member-profile")]
public sealed record MemberProfile(
    [property: Id(0)] string Name,
    [property: Id(1)] string? Mail,
    [property: Id(2)] LocalizedText? Tagline,
    [property: Id(3)] string City,
    [property: Id(4)] IReadOnlyList<string> Skills,
    [property: Id(5)] IReadOnlyList<string> Languages);

/// <summary>What came of asking a member's grain for a change.</summary>
[GenerateSerializer, Immutable, Alias("member-result")]
public abstract record MemberResult
{
    private MemberResult()
    {
    }

    /// <summary>It is on disk.</summary>
    [GenerateSerializer, Immutable, Alias("member-done")]
    public sealed record Done : MemberResult;

    /// <summary>It breaks rules.</summary>
    [GenerateSerializer, Immutable, Alias("member-refused")]
    public sealed record Refused([property: Id(0)] IReadOnlyList<RuleViolation> Violations) : MemberResult;

    /// <summary>There is no such member.</summary>
    [GenerateSerializer, Immutable, Alias("member-unknown")]
    public sealed record Unknown : MemberResult;

    /// <summary>The actor may not do this.</summary>
    [GenerateSerializer, Immutable, Alias("member-forbidden")]
    public sealed record Forbidden : MemberResult;

    /// <summary>She is the last admin: somebody else must become one first.</summary>
    [GenerateSerializer, Immutable, Alias("member-last-admin")]
    public sealed record LastAdmin : MemberResult;
}
