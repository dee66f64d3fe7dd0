using NodaTime;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Reads RRULE values (RFC 5545, §3.3.10) as programs write them, and refuses those that would cost more than a gathering is worth.</summary>
internal static class RecurrenceRules
{
    private const string Property = "RRULE:";

    /// <summary>What became of a rule.</summary>
    internal abstract record Outcome
    {
        /// <summary>A rule that can be followed.</summary>
        /// <param name="Text">The rule as records keep it: capitals, UNTIL in UTC for timed events and a date for whole days.</param>
        /// <param name="Pattern">The rule, to be followed in local time.</param>
        /// <param name="Until">Its UNTIL, local, inclusive; null when it has none.</param>
        internal sealed record Read(string Text, RecurrenceRule Pattern, LocalDateTime? Until) : Outcome;

        /// <summary>A rule that is not followed, with the reason and a sentence for people.</summary>
        internal sealed record Refused(string Reason, FormattableString Sentence) : Outcome;
    }

    /// <summary>Reads the rule of an event.</summary>
    /// <param name="value">What stands after "RRULE:".</param>
    /// <param name="zone">The event's zone; UTC for whole days.</param>
    /// <param name="allDay">Whether the event takes whole days.</param>
    public static Outcome Read(string value, DateTimeZone zone, bool allDay)
    {
        if (value.Length > CalendarLimits.RecurrenceLineLength - Property.Length)
            return Unreadable("it is too long");

        var parts = new List<string>();
        LocalDateTime? last = null;
        foreach (var part in value.ToUpperInvariant().Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Extensions of other programs do not change when the event takes place for everybody else.
            if (part.StartsWith("X-", StringComparison.Ordinal))
                continue;
            if (part.StartsWith("UNTIL=", StringComparison.Ordinal))
            {
                last = Until(part["UNTIL=".Length..], zone, allDay);
                if (last is not { } until)
                    return Unreadable("its UNTIL is no date");
                var utc = allDay ? until : zone.AtLeniently(until).WithZone(DateTimeZone.Utc).LocalDateTime;
                parts.Add("UNTIL=" + CalendarTime.Write(utc, allDay, isUtc: true));
            }
            else
            {
                parts.Add(part.StartsWith("BY", StringComparison.Ordinal) ? EachOnce(part) : part);
            }
        }

        if (!parts.Exists(part => part.StartsWith("FREQ=", StringComparison.Ordinal)))
            return Unreadable("it names no frequency");
        var text = string.Join(';', parts);
        if (RecurrenceRule.Read(text, out var why) is { } pattern)
            return new Outcome.Read(text, pattern, last);
        return parts.Exists(part => part is "FREQ=HOURLY" or "FREQ=MINUTELY" or "FREQ=SECONDLY") || why!.Contains("times a day", StringComparison.Ordinal)
            ? new Outcome.Refused(ImportReasons.RuleTooFrequent,
                $"The rule repeats more than {RecurrenceRule.TimesOfDay} times a day or hourly; an event may repeat daily.")
            : Unreadable(why!);
    }

    /// <summary>
    /// Writes the rules of an event as records keep them: a day as UNTIL of a timed event becomes the last moment of that day, in UTC, which is
    /// what every calendar program reads the same way. A rule that cannot be followed stays as it is, for the rules of records to refuse.
    /// </summary>
    public static void Normalise(EventTime time)
    {
        if (EventTimes.Zone(time, "UTC") is not { } zone)
            return;
        for (var i = 0; i < Math.Min(time.Recurrence.Count, CalendarLimits.RecurrenceLines); i++)
            time.Recurrence[i] = Normal(time.Recurrence[i], zone, time.AllDay);
    }

    /// <summary>One line of a recurrence, see <see cref="Normalise"/>.</summary>
    public static string Normal(string line, DateTimeZone zone, bool allDay) =>
        line.StartsWith(Property, StringComparison.Ordinal) && Read(line[Property.Length..], zone, allDay) is Outcome.Read rule ? Property + rule.Text : line;

    // "BYMONTH=2,2,3" says no more than "BYMONTH=2,3".
    private static string EachOnce(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal) + 1;
        return part[..equals] + string.Join(',', part[equals..].Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal));
    }

    private static LocalDateTime? Until(string value, DateTimeZone zone, bool allDay)
    {
        if (CalendarTime.Read(value, zoneName: "", type: "") is not { } until)
            return null;
        // Many programs write UNTIL in the other form than the start has (§3.3.10 forbids it). A day means all of that day.
        if (until.IsDate)
            return allDay ? until.Local : until.Local.Date.At(new LocalTime(23, 59, 59));
        var local = until.IsUtc ? until.Local.InUtc().WithZone(zone).LocalDateTime : until.Local;
        return allDay ? local.Date.AtMidnight() : local;
    }

    private static Outcome.Refused Unreadable(string why) =>
        new(ImportReasons.RuleUnreadable, $"The rule by which the event repeats cannot be read: {why}.");
}
