using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Finds where an event is joined online: programs put it into properties of their own, into LOCATION, or into the text.</summary>
internal static class MeetingLinks
{
    // Properties whose value is such an address.
    private static readonly string[] Properties =
    [
        OwnProperties.OnlineUrl, "CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGEXTERNALLINK",
        "X-ZOOM-MEETING-URL", "X-NEXTCLOUD-CONFERENCE", "X-JITSI-URL",
    ];

    // Sites that hold meetings and little else.
    private static readonly string[] Sites =
    [
        "zoom.us", "zoomgov.com", "teams.microsoft.com", "teams.live.com", "meet.google.com", "meet.jit.si", "8x8.vc", "webex.com", "whereby.com",
        "gotomeeting.com", "gotomeet.me", "bluejeans.com", "discord.gg", "framatalk.org", "gather.town", "senfcall.de", "livestorm.co", "crowdcast.io",
    ];

    // First labels of hosts where people run such a program themselves.
    private static readonly string[] Hosts =
        ["meet", "meeting", "meetings", "jitsi", "bbb", "bigbluebutton", "greenlight", "visio", "zoom", "teams", "webex", "webconf", "videoconf", "conf", "conference", "talk"];

    // Paths of BigBlueButton, Teams and Nextcloud Talk, whatever the host is called.
    private static readonly string[] Paths = ["/bigbluebutton/", "/meetup-join/", "/b/", "/call/", "/playback/presentation/"];

    /// <summary>Whether the address is one by its host or path.</summary>
    public static bool Is(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return false;
        var host = uri.Host.ToLowerInvariant();
        return Array.Exists(Sites, site => host == site || host.EndsWith("." + site, StringComparison.Ordinal))
            || Hosts.Contains(host.Split('.')[0])
            || Array.Exists(Paths, path => uri.AbsolutePath.Contains(path, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The address to join; null when there is none.</summary>
    /// <param name="lines">The event.</param>
    /// <param name="where">What its LOCATION says.</param>
    /// <param name="isOurs">Whether a node wrote the calendar: it says all there is in properties.</param>
    /// <param name="read">The event's record so far, with its link and description.</param>
    public static string? Find(CalendarComponent lines, WhereReading where, bool isOurs, EventRecord read)
    {
        var said = Properties.SelectMany(lines.All).Select(line => WebUrl.Read(line.Text)).FirstOrDefault(url => url is not null);
        if (said is not null || isOurs)
            return said;
        var located = WebUrl.AllIn(where.Text).ToList();
        if (located.Find(Is) is { } meeting)
            return meeting;
        if (where.IsOnline && located.Count > 0)
            return located[0];
        var texts = read.Description?.Translations.SelectMany(text => WebUrl.AllIn(text.Text)).ToList() ?? [];
        if (texts.Find(Is) is { } joined)
            return joined;
        if (Is(read.Link))
            return read.Link;
        // The event's own page tells how to join, as a rule; without one, what its text leads to.
        return !where.IsOnline ? null : read.Link.Length > 0 ? read.Link : texts.FirstOrDefault();
    }
}
