namespace OuiShare.Federation.Node.Members;

/// <summary>How long members' sessions and links last, and how many there may be.</summary>
public static class MemberLimits
{
    /// <summary>A session ends when its browser was not seen for this long: two months between two gatherings are usual.</summary>
    public static readonly TimeSpan SessionIdle = TimeSpan.FromDays(60);

    /// <summary>A session ends this long after it began, however often it is used: a copied cookie does not work for ever.</summary>
    public static readonly TimeSpan SessionLongest = TimeSpan.FromDays(180);

    /// <summary>How exactly it is kept when a session was last seen: finer would be a diary of the member, and a write for each page.</summary>
    public static readonly TimeSpan SessionSeenStep = TimeSpan.FromHours(1);

    /// <summary>Sessions of one member; the one that was seen longest ago ends when there are more.</summary>
    public const int SessionsOfMember = 50;

    /// <summary>How long a member can read that somebody made a sign-in link for her.</summary>
    public static readonly TimeSpan LinkMemory = TimeSpan.FromDays(30);

    /// <summary>Links or invitations that one list shows; the newest first.</summary>
    public const int LinksListed = 200;
}
