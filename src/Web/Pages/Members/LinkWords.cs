using OuiShare.Federation.Node.Members;

namespace OuiShare.Federation.Web.Pages.Members;

/// <summary>What an open link does, in words.</summary>
internal static class LinkWords
{
    /// <summary>"Invitation: Connector, sent to …", or "Sign-in link for …".</summary>
    public static string Of(ListedLink link, MemberDirectory members, Wording say) => link switch
    {
        { MemberId: { } id } => say["members.link.sign-in", members.Find(id)?.Name ?? say["maker.gone"].Value],
        { Mail: { } mail } => say["members.link.mailed", say["role." + Policies.NameOf(link.Role)].Value, mail],
        _ => say["members.link.invitation", say["role." + Policies.NameOf(link.Role)].Value],
    };
}
