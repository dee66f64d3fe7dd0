namespace OuiShare.Federation.Node.Calendars;

/// <summary>What a calendar says of itself.</summary>
/// <param name="Name">Its name for people; empty for none.</param>
/// <param name="SourceUrl">The address it is fetched from; empty for none.</param>
internal sealed record CalendarHeading(string Name, string SourceUrl);

/// <summary>Puts a calendar together from the VEVENTs of its events, which are kept ready: ten thousand are copied, not written.</summary>
internal sealed class CalendarFeed(ZoneTexts zones)
{
    // RFC 7986, §5.7, and the older word for it: programs should ask again after an hour.
    private const string RefreshInterval = "PT1H";

    /// <summary>Hands the calendar, piece by piece, to <paramref name="write"/>: heading, zones, events in the order given.</summary>
    public void Write(IReadOnlyCollection<CalendarBlock> events, CalendarHeading heading, Action<ReadOnlyMemory<byte>> write)
    {
        write(Heading(heading));
        // Each once, and from before the first event that needs it.
        foreach (var same in events.Where(block => block.Zone.Length > 0).GroupBy(block => block.Zone).OrderBy(same => same.Key, StringComparer.Ordinal))
            write(zones.Of(same.Key, same.Min(block => block.FirstYear)));
        foreach (var block in events)
            write(block.Utf8);
        write("END:VCALENDAR\r\n"u8.ToArray());
    }

    private static ReadOnlyMemory<byte> Heading(CalendarHeading heading)
    {
        var text = new CalendarText();
        text.Line("BEGIN", "VCALENDAR");
        text.Line("VERSION", "2.0");
        text.Line("PRODID", OwnProperties.Product + "Node//EN");
        text.Line("CALSCALE", "GREGORIAN");
        if (heading.Name.Length > 0)
        {
            text.Text("NAME", heading.Name);
            text.Text("X-WR-CALNAME", heading.Name);
        }

        if (WebUrl.Read(heading.SourceUrl) is { } source)
        {
            text.Line("REFRESH-INTERVAL;VALUE=DURATION", RefreshInterval);
            text.Line("X-PUBLISHED-TTL", RefreshInterval);
            text.Line("SOURCE;VALUE=URI", source);
        }

        return text.Written;
    }
}
