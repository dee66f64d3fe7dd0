
namespace OuiShare.Federation.Node.Calendars;

/// <summary>What a calendar's METHOD asks for (RFC 5546, §1.4).</summary>
internal enum CalendarMethod
{
    /// <summary>Its events as they are: PUBLISH, REQUEST, or nothing said.</summary>
    Publish,

    /// <summary>Its events do not take place.</summary>
    Cancel,

    /// <summary>An answer to an invitation, or another message between people: no events.</summary>
    Message,
}

/// <summary>One VCALENDAR of a file: what it says of itself, and how its events are read. Each has its own zones.</summary>
internal sealed class CalendarHead
{
    private CalendarHead(CalendarComponent lines, CalendarZones zones, CalendarDefaults defaults, PlaceReading places, ImportProblems problems)
    {
        Name = PlainText.Shortened(PlainText.Line((lines.Line("NAME") ?? lines.Line("X-WR-CALNAME"))?.Text ?? ""), CalendarLimits.TitleLength);
        var product = PlainText.Line(lines.Line("PRODID")?.Text ?? "");
        Identity = PlainText.Shortened($"{product} {PlainText.Line((lines.Line("X-WR-CALNAME") ?? lines.Line("NAME"))?.Text ?? "")}".Trim(), CalendarLimits.UrlLength);
        IsMessage = lines.Line("METHOD")?.Value.Trim().ToUpperInvariant() is not (null or "" or "PUBLISH");
        Method = lines.Line("METHOD")?.Value.Trim().ToUpperInvariant() switch
        {
            "CANCEL" => CalendarMethod.Cancel,
            "REPLY" or "COUNTER" or "DECLINECOUNTER" or "REFRESH" or "ADD" => CalendarMethod.Message,
            _ => CalendarMethod.Publish,
        };
        Times = new EventTimeReading(zones);
        var isOurs = product.StartsWith(OwnProperties.Product, StringComparison.Ordinal);
        Events = new EventReading(this, isOurs, places, new TextReading(defaults.Language, isOurs), problems);
    }

    /// <summary>The calendar's name for people; empty when it has none.</summary>
    public string Name { get; }

    /// <summary>What tells it from other calendars: the program that wrote it, and its name. Empty when it says neither.</summary>
    public string Identity { get; }

    /// <summary>What it asks for.</summary>
    public CalendarMethod Method { get; }

    /// <summary>Whether it is a message about some events, not a whole calendar.</summary>
    public bool IsMessage { get; }

    /// <summary>Reads its times.</summary>
    public EventTimeReading Times { get; }

    /// <summary>Reads its events.</summary>
    public EventReading Events { get; }

    /// <summary>The calendars of a file, in its order; the first is for what stands before any.</summary>
    public static IReadOnlyList<CalendarHead> ReadAll(
        IReadOnlyList<CalendarComponent> calendars, IReadOnlyList<CalendarComponent> definitions, CalendarDefaults defaults, PlaceReading places, ImportProblems problems)
    {
        CalendarHead Read(CalendarComponent lines)
        {
            // Its own zones first; a file that defines a zone only once, for all its calendars, means it all the same.
            var zones = definitions.Where(zone => zone.CalendarNumber == lines.CalendarNumber).Concat(definitions);
            return new CalendarHead(lines, new CalendarZones(zones, lines.Line("X-WR-TIMEZONE")?.Text ?? "", defaults.Zone), defaults, places, problems);
        }

        return [Read(new CalendarComponent("", LineNumber: 0)), .. calendars.Select(Read)];
    }
}
