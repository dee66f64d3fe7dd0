using System.Globalization;
using NodaTime;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>An event with what a calendar says of it beside its record.</summary>
/// <param name="Event">The record.</param>
/// <param name="Id">The record's id; with the origin it makes the UID when the record has none.</param>
/// <param name="Origin">The node that wrote it.</param>
/// <param name="PageUrl">The event's page at this node, https or http; empty when it has none.</param>
/// <param name="Written">When its last version was written; DTSTAMP and LAST-MODIFIED, so that an unchanged event is unchanged
/// bytes.</param>
internal sealed record CalendarEntry(EventRecord Event, string Id, string Origin, string PageUrl, DateTimeOffset Written);

/// <summary>The VEVENTs of one event, ready to stand in any calendar.</summary>
/// <param name="Utf8">The lines from BEGIN:VEVENT to the last END:VEVENT.</param>
/// <param name="Zone">The IANA zone whose VTIMEZONE must stand beside them; empty when they need none.</param>
internal sealed record CalendarBlock(ReadOnlyMemory<byte> Utf8, string Zone);

/// <summary>
/// Writes events as iCalendar (RFC 5545, 7986). The same event always gives the same bytes. Records of other nodes are
/// written with what can be read of them; nothing in them adds a line. Safe for use by many threads.
/// </summary>
internal sealed class CalendarWriter(Countries countries, ZoneTexts zones)
{
    /// <summary>The event's VEVENTs: itself, and one for each occurrence that differs from its series.</summary>
    /// <param name="entry">The event.</param>
    /// <param name="languages">BCP 47 tags, the most wanted first; a text in none of them is written in its source language.</param>
    public CalendarBlock Block(CalendarEntry entry, IReadOnlyList<string> languages)
    {
        var text = new CalendarText();
        var time = entry.Event.Time ?? new EventTime();
        var stamps = new Stamps(time);
        if (LocalTimes.Read(time.Start, time.AllDay) is { } start)
        {
            Begin(text, entry, stamps, start, EventTimes.End(time));
            Recurrence(text, time);
            End(text, entry, languages, entry.Event.Title, entry.Event.Status);
            foreach (var exception in time.Exceptions.Take(CalendarLimits.Exceptions))
                Exception(text, entry, languages, stamps, start, exception);
        }

        return new CalendarBlock(text.Written, stamps.Zone is "" or "UTC" || time.AllDay ? "" : stamps.Zone);
    }

    /// <summary>A whole calendar that holds one event, for saving or for a mail.</summary>
    public ReadOnlyMemory<byte> Single(CalendarEntry entry, IReadOnlyList<string> languages)
    {
        var text = new CalendarText();
        new CalendarFeed(zones).Write([Block(entry, languages)], new CalendarHeading(Name: "", SourceUrl: ""), part => text.Raw(part.Span));
        return text.Written;
    }

    private static void Begin(
        CalendarText text, CalendarEntry entry, Stamps stamps, LocalDateTime start, LocalDateTime? end, LocalDateTime? original = null)
    {
        var read = entry.Event;
        text.Line("BEGIN", "VEVENT");
        text.Text("UID", read.Uid.Length > 0 ? read.Uid : $"{entry.Id}@{entry.Origin}");
        var written = CalendarTime.Write(LocalDateTime.FromDateTime(entry.Written.UtcDateTime), isDate: false, isUtc: true);
        text.Line("DTSTAMP", written);
        text.Line("LAST-MODIFIED", written);
        text.Line("SEQUENCE", read.Sequence.ToString(CultureInfo.InvariantCulture));
        if (original is { } occurrence)
            stamps.Write(text, "RECURRENCE-ID", occurrence);
        stamps.Write(text, "DTSTART", start);
        if (end is { } until && until >= start)
            stamps.Write(text, "DTEND", until);
        if (stamps.IsAllDay)
            text.Text(OwnProperties.Zone, stamps.Zone);
    }

    private static void Recurrence(CalendarText text, EventTime time)
    {
        var zone = EventTimes.Zone(time, "UTC");
        var lines = time.Recurrence.Take(CalendarLimits.RecurrenceLines);
        foreach (var line in zone is null ? lines : lines.Select(line => RecurrenceRules.Normal(line, zone, time.AllDay)))
            // A peer's record may hold anything; these characters are all that rules and dates need.
            if (ContentLine.Read(number: 0, line) is { Name: "RRULE" or "RDATE" or "EXDATE" }
                && line.All(character => char.IsAsciiLetterOrDigit(character) || "=;,:+-/_".Contains(character, StringComparison.Ordinal)))
                text.Line(line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]);
    }

    private void Exception(
        CalendarText text, CalendarEntry entry, IReadOnlyList<string> languages, Stamps stamps, LocalDateTime seriesStart, EventException exception)
    {
        var time = entry.Event.Time;
        if (LocalTimes.Read(exception.OriginalStart, time.AllDay) is not { } original)
            return;
        var start = LocalTimes.Read(exception.Start, time.AllDay) ?? original;
        var end = LocalTimes.Read(exception.End, time.AllDay)
            ?? (EventTimes.End(time) is { } seriesEnd ? start + EventTimes.Length(seriesStart, seriesEnd) : null);
        Begin(text, entry, stamps, start, end, original);
        End(text, entry, languages, exception.Title ?? entry.Event.Title, exception.Cancelled ? EventStatus.Cancelled : entry.Event.Status);
    }

    private void End(CalendarText text, CalendarEntry entry, IReadOnlyList<string> languages, LocalizedText? title, EventStatus status)
    {
        var read = entry.Event;
        Localized(text, "SUMMARY", title, languages);
        Localized(text, "DESCRIPTION", read.Description, languages);
        Where(text, read, languages);
        var (link, page) = (WebUrl.Read(read.Link), WebUrl.Read(entry.PageUrl));
        if ((page ?? link) is { } url)
            text.Line("URL", url);
        if (page is not null && link is not null)
            text.Text(OwnProperties.Link, link);
        text.List("CATEGORIES", read.Tags);
        text.List(OwnProperties.Languages, read.SpokenLanguages);
        if (Enum.IsDefined(read.Format) && read.Format != EventFormat.Unspecified)
            text.Line(OwnProperties.Format, read.Format.ToString());
        if (read.Capacity > 0)
            text.Line(OwnProperties.Capacity, read.Capacity.ToString(CultureInfo.InvariantCulture));
        text.Line("STATUS", status switch
        {
            EventStatus.Cancelled => "CANCELLED",
            EventStatus.Tentative => "TENTATIVE",
            _ => "CONFIRMED",
        });
        if (status == EventStatus.Cancelled)
            Localized(text, OwnProperties.Cancellation, read.Cancellation, languages);
        text.Line("END", "VEVENT");
    }

    private void Where(CalendarText text, EventRecord read, IReadOnlyList<string> languages)
    {
        var online = WebUrl.Read(read.OnlineUrl);
        if (read.Place is { } place)
        {
            var country = place.Country.Length > 0 ? countries.NameOf(place.Country, languages.Count > 0 ? languages[0] : "en") : "";
            text.Text("LOCATION", string.Join(", ", new[] { place.Name, place.Address, place.City, country }.Where(part => part.Length > 0)));
            text.Text(OwnProperties.Venue, place.Name);
            text.Text(OwnProperties.Address, place.Address);
            text.Text(OwnProperties.City, place.City);
            text.Text(OwnProperties.Country, place.Country);
            if (place.Coordinates is { } point && double.IsFinite(point.Latitude) && double.IsFinite(point.Longitude))
                text.Line("GEO", $"{Degrees(point.Latitude)};{Degrees(point.Longitude)}");
        }
        else if (online is not null)
        {
            text.Text("LOCATION", online);
        }

        if (online is not null)
            text.Line("CONFERENCE;VALUE=URI", online);
    }

    private static void Localized(CalendarText text, string name, LocalizedText? localized, IReadOnlyList<string> languages)
    {
        if (LocalizedChoice.Of(localized, languages) is { } chosen)
            text.Text(name, chosen.Text, LanguageTag.Read(chosen.Language) ?? "");
    }

    // As many digits as the number has; a GEO has no exponent.
    private static string Degrees(double degrees)
    {
        var shortest = degrees.ToString("R", CultureInfo.InvariantCulture);
        return shortest.Contains('E', StringComparison.Ordinal) ? degrees.ToString("F10", CultureInfo.InvariantCulture) : shortest;
    }

    // How the dates of one event are written: as days, in UTC, in its zone, or, when nobody knows the zone, as local times.
    private sealed class Stamps(EventTime time)
    {
        public bool IsAllDay => time.AllDay;

        public string Zone { get; } = Zones.Exists(time.Zone) ? time.Zone : "";

        public void Write(CalendarText text, string name, LocalDateTime local)
        {
            var isUtc = !time.AllDay && Zone == "UTC";
            var parameter = time.AllDay ? ";VALUE=DATE" : isUtc || Zone.Length == 0 ? "" : ";TZID=" + Zone;
            text.Line(name + parameter, CalendarTime.Write(local, time.AllDay, isUtc));
        }
    }
}
