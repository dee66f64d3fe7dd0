using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>Who made a link or an invitation, in words.</summary>
internal static class MakerWords
{
    /// <summary>The admin's name, "somebody who left", or the operator's tool.</summary>
    public static string Of(Guid? maker, MemberDirectory members, Wording say) =>
        maker is not { } id ? say["maker.operator"].Value : members.Find(id)?.Name ?? say["maker.gone"].Value;
}
