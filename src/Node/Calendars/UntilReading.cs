using NodaTime;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Brings the UNTIL of a rule into the form that its event demands: a date for whole days, UTC for timed ones (RFC 5545, §3.3.10). Many
/// programs write the other.
/// </summary>
internal static class UntilReading
{
    private const string Name = "UNTIL=";

    /// <summary>The rule with such an UNTIL, and the day that a time was taken for; null when it was a day already, or cannot be read.</summary>
    /// <param name="rule">What stands after "RRULE:".</param>
    /// <param name="zone">The event's zone; for whole days the one in which its calendar counts days.</param>
    /// <param name="allDay">Whether the event takes whole days.</param>
    public static (string Rule, LocalDate? Day) Fit(string rule, DateTimeZone zone, bool allDay)
    {
        var parts = rule.Split(';');
        var at = Array.FindIndex(parts, part => part.Trim().StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        if (at < 0 || CalendarTime.Read(parts[at].Trim()[Name.Length..], zoneName: "", type: "") is not { } until || !IsInRange(until))
            return (rule, null);
        if (allDay == until.IsDate && (allDay || until.IsUtc))
            return (rule, null);

        // Midnight of the last day in Paris is the evening before in UTC; a whole day ends in its last second.
        var local = until.IsUtc ? until.Local.InUtc().WithZone(zone).LocalDateTime : until.Local;
        var end = until.IsDate ? local.Date.At(new LocalTime(23, 59, 59)) : local;
        var fitting = allDay ? local : zone.AtLeniently(end).WithZone(DateTimeZone.Utc).LocalDateTime;
        parts[at] = Name + CalendarTime.Write(fitting, allDay, isUtc: true);
        return (string.Join(';', parts), allDay ? local.Date : null);
    }

    // Beyond, zones would leave what NodaTime can count.
    private static bool IsInRange(CalendarTime until) => until.Local.Year is > 1 and < 9000;
}
