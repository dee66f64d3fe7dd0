using System.Globalization;
using NodaTime;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>An event with what a calendar says of it beside its record.</summary>
/// <param name="Event">The record.</param>
/// <param name="Id">The record's id; with the origin it makes the UID, see <see cref="NetworkUid"/>.</param>
/// <param name="Origin">The node that wrote it: the first 20 digits of its key.</param>
/// <param name="PageUrl">The event's page at this node, https or http; empty when it has none.</param>
/// <param name="Written">When its last version was written; DTSTAMP and LAST-MODIFIED, so that an unchanged event is unchanged
/// bytes.</param>
internal sealed record CalendarEntry(EventRecord Event, string Id, string Origin, string PageUrl, DateTimeOffset Written);

/// <summary>The VEVENTs of one event, ready to stand in any calendar.</summary>
/// <param name="Utf8">The lines from BEGIN:VEVENT to the last END:VEVENT.</param>
/// <param name="Zone">The IANA zone whose VTIMEZONE must stand beside them; empty when they need none.</param>
/// <param name="FirstYear">Year of the earliest time in that zone.</param>
internal sealed record CalendarBlock(ReadOnlyMemory<byte> Utf8, string Zone, int FirstYear);

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
        var stamps = new CalendarStamps(time);
        if (LocalTimes.Read(time.Start, time.AllDay) is { } start)
        {
            Begin(text, entry, stamps, start, EventTimes.End(time));
            foreach (var (name, value) in RecurrenceWriting.Lines(time, stamps))
                text.Line(name, value);
            End(text, entry, languages, entry.Event.Title, entry.Event.Status);
            foreach (var exception in time.Exceptions.Take(CalendarLimits.Exceptions).TakeWhile(_ => text.Written.Length < CalendarLimits.EventBytes))
                Exception(text, entry, languages, stamps, start, exception, isBrief: text.Written.Length > CalendarLimits.FullEventBytes);
        }

        return new CalendarBlock(text.Written, stamps.Zone is "" or "UTC" || time.AllDay ? "" : stamps.Zone, stamps.FirstYear);
    }

    /// <summary>A whole calendar that holds one event, for saving or for a mail.</summary>
    public ReadOnlyMemory<byte> Single(CalendarEntry entry, IReadOnlyList<string> languages)
    {
        var text = new CalendarText();
        new CalendarFeed(zones).Write([Block(entry, languages)], new CalendarHeading(Name: "", SourceUrl: ""), part => text.Raw(part.Span));
        return text.Written;
    }

    private static void Begin(
        CalendarText text, CalendarEntry entry, CalendarStamps stamps, LocalDateTime start, LocalDateTime? end, LocalDateTime? original = null)
    {
        var read = entry.Event;
        text.Line("BEGIN", "VEVENT");
        // Its own calendar's UID may be another event's in another chapter, and programs take both for one.
        var uid = NetworkUid.Write(entry.Id, entry.Origin);
        text.Text("UID", uid);
        if (read.Uid != uid)
            text.Text(OwnProperties.Uid, read.Uid);
        var written = CalendarTime.Write(LocalDateTime.FromDateTime(entry.Written.UtcDateTime), isDate: false, isUtc: true);
        text.Line("DTSTAMP", written);
        text.Line("LAST-MODIFIED", written);
        text.Line("SEQUENCE", read.Sequence.ToString(CultureInfo.InvariantCulture));
        if (original is { } occurrence)
            stamps.Write(text, "RECURRENCE-ID", occurrence);
        stamps.Write(text, "DTSTART", start);
        // An end that is the start says no more than none, and is not allowed (RFC 5545, §3.8.2.2).
        if (end is { } until && until > start)
            stamps.Write(text, "DTEND", until);
        if (stamps.IsAllDay)
            text.Text(OwnProperties.Zone, stamps.Zone);
    }

    private void Exception(
        CalendarText text, CalendarEntry entry, IReadOnlyList<string> languages, CalendarStamps stamps, LocalDateTime seriesStart, EventException exception, bool isBrief)
    {
        var time = entry.Event.Time;
        if (LocalTimes.Read(exception.OriginalStart, time.AllDay) is not { } original)
            return;
        var start = LocalTimes.Read(exception.Start, time.AllDay) ?? original;
        var end = LocalTimes.Read(exception.End, time.AllDay)
            ?? (EventTimes.End(time) is { } seriesEnd ? start + EventTimes.Length(seriesStart, seriesEnd) : null);
        Begin(text, entry, stamps, start, end, original);
        if (exception.Cancelled)
            text.Line(OwnProperties.Occurrence, "CANCELLED");
        End(text, entry, languages, exception.Title ?? entry.Event.Title, exception.Cancelled ? EventStatus.Cancelled : entry.Event.Status, isBrief);
    }

    // Brief: without what its series says as well.
    private void End(CalendarText text, CalendarEntry entry, IReadOnlyList<string> languages, LocalizedText? title, EventStatus status, bool isBrief = false)
    {
        Localized(text, "SUMMARY", title, languages);
        if (!isBrief)
            Details(text, entry, languages);
        text.Line("STATUS", status switch
        {
            EventStatus.Cancelled => "CANCELLED",
            EventStatus.Tentative => "TENTATIVE",
            _ => "CONFIRMED",
        });
        if (status == EventStatus.Cancelled && !isBrief)
            Localized(text, OwnProperties.Cancellation, entry.Event.Cancellation, languages);
        text.Line("END", "VEVENT");
    }

    private void Details(CalendarText text, CalendarEntry entry, IReadOnlyList<string> languages)
    {
        var read = entry.Event;
        Localized(text, "DESCRIPTION", read.Description, languages);
        Where(text, read, languages);
        var (link, page) = (WebUrl.Read(read.Link), WebUrl.Read(entry.PageUrl));
        if ((page ?? link) is { } url)
            text.Line("URL", url);
        if (link is not null)
            text.Text(OwnProperties.Link, link);
        text.List("CATEGORIES", read.Tags);
        text.List(OwnProperties.Languages, read.SpokenLanguages);
        if (Enum.IsDefined(read.Format) && read.Format != EventFormat.Unspecified)
            text.Line(OwnProperties.Format, read.Format.ToString());
        if (read.Capacity > 0)
            text.Line(OwnProperties.Capacity, read.Capacity.ToString(CultureInfo.InvariantCulture));
    }

    private void Where(CalendarText text, EventRecord read, IReadOnlyList<string> languages)
    {
        var online = WebUrl.Read(read.OnlineUrl);
        text.Text("LOCATION", Location(read, languages, online));
        text.Text(OwnProperties.Location, read.Location);
        if (read.Place is { } place)
        {
            text.Text(OwnProperties.Venue, place.Name);
            text.Text(OwnProperties.Address, place.Address);
            text.Text(OwnProperties.City, place.City);
            text.Text(OwnProperties.Region, place.Region);
            text.Text(OwnProperties.Country, place.Country);
            if (place.Coordinates is { } point && double.IsFinite(point.Latitude) && double.IsFinite(point.Longitude))
                text.Line("GEO", $"{Degrees(point.Latitude)};{Degrees(point.Longitude)}");
        }

        if (read.IsOnline)
            text.Line(OwnProperties.Online, "TRUE");
        if (online is null)
            return;
        text.Line(OwnProperties.OnlineUrl, online);
        // The event's own page, which stands in when nobody gave an address to join, is no conference.
        if (online != WebUrl.Read(read.Link))
            text.Line("CONFERENCE;VALUE=URI", online);
    }

    // As the event's own calendar wrote it, which people there know; else what the record says.
    private string Location(EventRecord read, IReadOnlyList<string> languages, string? online)
    {
        if (read.Location.Length > 0)
            return read.Location;
        if (read.Place is not { } place)
            return online ?? (read.IsOnline ? "Online" : "");
        var country = place.Country.Length > 0 ? countries.NameOf(place.Country, languages.Count > 0 ? languages[0] : "en") : "";
        return string.Join(", ", new[] { place.Name, place.Address, place.City, place.Region, country }.Where(part => part.Length > 0));
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
}
