using Ical.Net;
using Ical.Net.DataTypes;
using NodaTime;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Reads RRULE values (RFC 5545, §3.3.10) with Ical.Net, and refuses those that would cost more than a gathering is worth.</summary>
internal static class RecurrenceRules
{
    /// <summary>What became of a rule.</summary>
    internal abstract record Outcome
    {
        /// <summary>A rule that can be followed.</summary>
        /// <param name="Text">The rule as records keep it: capitals, UNTIL in UTC for timed events and a date for whole days.</param>
        /// <param name="Pattern">The rule without its UNTIL, for Ical.Net to follow in local time.</param>
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
        if (value.Length > CalendarLimits.RecurrenceLineLength - "RRULE:".Length)
            return Unreadable("it is too long");

        // Ical.Net 5.2.4 ends a rule too early when UNTIL lies before the start's day in its last month or year, as with
        // FREQ=MONTHLY;BYDAY=2WE from the 14th on until the 12th. So it never sees UNTIL.
        var (parts, withoutUntil) = (new List<string>(), new List<string>());
        LocalDateTime? last = null;
        foreach (var part in value.ToUpperInvariant().Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Extensions of other programs do not change when the event takes place for everybody else.
            if (part.StartsWith("X-", StringComparison.Ordinal))
                continue;
            if (!part.StartsWith("UNTIL=", StringComparison.Ordinal))
            {
                parts.Add(part);
                withoutUntil.Add(part);
            }
            else if (Until(part["UNTIL=".Length..], zone, allDay) is { } until)
            {
                var utc = allDay ? until : zone.AtLeniently(until).WithZone(DateTimeZone.Utc).LocalDateTime;
                parts.Add("UNTIL=" + CalendarTime.Write(utc, allDay, isUtc: true));
                last = until;
            }
            else
            {
                return Unreadable("its UNTIL is no date");
            }
        }

        if (!parts.Exists(part => part.StartsWith("FREQ=", StringComparison.Ordinal)))
            return Unreadable("it names no frequency");
        try
        {
            var pattern = new RecurrenceRule(string.Join(';', withoutUntil));
            return Judge(pattern) is { } refused ? refused : new Outcome.Read(string.Join(';', parts), pattern, last);
        }
        // What Ical.Net throws for a rule it does not understand; each message names the part.
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return Unreadable(error.Message.Split(" (Parameter", 2)[0].TrimEnd('.'));
        }
    }

    private static Outcome.Refused? Judge(RecurrenceRule pattern)
    {
        var timesOfDay = (long)Math.Max(1, pattern.ByHour.Count) * Math.Max(1, pattern.ByMinute.Count) * Math.Max(1, pattern.BySecond.Count);
        if (pattern.Frequency is FrequencyType.Hourly or FrequencyType.Minutely or FrequencyType.Secondly
            || timesOfDay > CalendarLimits.TimesOfDay)
            return new Outcome.Refused(ImportReasons.RuleTooFrequent,
                $"The rule repeats more than {CalendarLimits.TimesOfDay} times a day or hourly; an event may repeat daily.");
        return null;
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
