using NodaTime;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Writes how an event repeats. A record may come from a program that knows no more of iCalendar than the protocol's rules; what is
/// written here is valid: UNTIL and dates have the form of the start (RFC 5545, §3.3.10, §3.8.5).
/// </summary>
internal static class RecurrenceWriting
{
    /// <summary>The lines: what stands before the colon, and after it.</summary>
    public static IEnumerable<(string Name, string Value)> Lines(EventTime time, CalendarStamps stamps)
    {
        var zone = EventTimes.Zone(time, "UTC") ?? DateTimeZone.Utc;
        foreach (var text in time.Recurrence.Take(CalendarLimits.RecurrenceLines))
        {
            // A peer's record may hold anything; these characters are all that rules and dates need.
            if (!text.All(character => char.IsAsciiLetterOrDigit(character) || "=;,:+-/_".Contains(character, StringComparison.Ordinal))
                || ContentLine.Read(number: 0, text) is not { } line)
                continue;
            if (line.Name == "RRULE")
                yield return ("RRULE", UntilReading.Fit(line.Value, zone, time.AllDay).Rule);
            else if (line.Name is "RDATE" or "EXDATE" && Dates(line, time, zone).ToList() is { Count: > 0 } dates)
                yield return stamps.List(line.Name, dates);
        }
    }

    private static IEnumerable<LocalDateTime> Dates(ContentLine line, EventTime time, DateTimeZone zone)
    {
        var timeOfDay = LocalTimes.Read(time.Start, time.AllDay)?.TimeOfDay ?? LocalTime.Midnight;
        foreach (var value in line.Value.Split(',').Take(CalendarLimits.RecurrenceDates))
        {
            // What is no date within the years that zones can count is left out.
            if (CalendarTime.Read(value.Split('/')[0], line.Parameter("TZID"), line.Parameter("VALUE")) is not { Local.Year: > 1 and < 9000 } date)
                continue;
            if (time.AllDay)
                yield return date.Local.Date.AtMidnight();
            else if (date.IsDate)
                yield return date.Local.Date + timeOfDay;
            else
                yield return date.IsUtc ? date.Local.InUtc().WithZone(zone).LocalDateTime : date.Local;
        }
    }
}
