namespace OuiShare.Federation.Web.Text;

/// <summary>The addresses of events and chapters on this node; all begin with a slash.</summary>
internal static class EventLinks
{
    /// <summary>An event's page. What stands in for the chapter's key may come from an address that somebody typed.</summary>
    public static string Page(string originShort, Guid id) => $"/events/{Uri.EscapeDataString(originShort)}/{id:N}";

    /// <summary>An event as a calendar file.</summary>
    public static string Calendar(string originShort, Guid id) => Page(originShort, id) + ".ics";

    /// <summary>A chapter's page.</summary>
    public static string Chapter(string originShort) => $"/chapters/{originShort}";

    /// <summary>A chapter's calendar feed.</summary>
    public static string ChapterCalendar(string originShort) => Chapter(originShort) + ".ics";

    /// <summary>All events with a tag.</summary>
    public static string Tag(string tag) => "/search?tag=" + Uri.EscapeDataString(tag);
}
