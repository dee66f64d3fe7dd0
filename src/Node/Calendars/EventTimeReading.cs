using NodaTime;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>What became of the times of a VEVENT.</summary>
internal abstract record TimeOutcome
{
    /// <summary>Times in the form of a record.</summary>
    internal sealed record Read(EventTime Time) : TimeOutcome;

    /// <summary>The event cannot be taken over, with the reason and a sentence for people.</summary>
    internal sealed record Refused(string Reason, FormattableString Sentence) : TimeOutcome;
}

/// <summary>Reads when an event takes place: DTSTART, DTEND, DURATION, and with <see cref="RecurrenceReading"/> how it repeats.</summary>
internal sealed class EventTimeReading(CalendarZones zones)
{
    /// <summary>Reads the times of one VEVENT; <paramref name="note"/> is told what was changed, as reason and sentence.</summary>
    public TimeOutcome Read(CalendarComponent lines, Action<string, FormattableString> note)
    {
        if (lines.Line("DTSTART") is not { } startLine)
            return new TimeOutcome.Refused(ImportReasons.StartMissing, $"The event does not say when it begins (DTSTART).");
        if (CalendarTime.Read(startLine) is not { } start)
            return new TimeOutcome.Refused(ImportReasons.StartUnreadable,
                $"\"{PlainText.Shortened(PlainText.Line(startLine.Value), most: 40)}\" is no date or time (DTSTART).");
        if (start.Local.Year is < CalendarLimits.EarliestYear or > CalendarLimits.LatestYear)
            return new TimeOutcome.Refused(ImportReasons.DateOutOfRange,
                $"The event lies in the year {start.Local.Year}; the years {CalendarLimits.EarliestYear} to {CalendarLimits.LatestYear} are possible.");

        var isSeries = lines.Line("RRULE") is not null || lines.Line("RDATE") is not null;
        var zoneName = start.IsDate ? Zones.Canonical(lines.Line(OwnProperties.Zone)?.Text ?? "") ?? "" : ZoneOf(start, isSeries, note);
        var zone = Zones.Find(zoneName) ?? DateTimeZone.Utc;
        var local = ToLocal(start, zone);
        var time = new EventTime { Zone = zoneName, AllDay = start.IsDate, Start = LocalTimes.Write(local, start.IsDate) };
        if (End(lines, start, local, zone, note) is { } end)
            time.End = LocalTimes.Write(end, start.IsDate);
        return new RecurrenceReading(this, local, time, zone).Read(lines, note) is { } refused ? refused : new TimeOutcome.Read(time);
    }

    /// <summary>The local time in <paramref name="zone"/> of a time that names its own zone, is in UTC, or is local already.</summary>
    public LocalDateTime ToLocal(CalendarTime time, DateTimeZone zone)
    {
        if (time.IsDate)
            return time.Local;
        if (time.IsUtc)
            return time.Local.InUtc().WithZone(zone).LocalDateTime;
        if (time.ZoneName.Length == 0 || zones.Find(time.ZoneName) is not { } name || name == zone.Id || Zones.Find(name) is not { } own)
            return time.Local;
        return own.AtLeniently(time.Local).WithZone(zone).LocalDateTime;
    }

    /// <summary>The zone in which a series of whole days counts them: its own, the calendar's, or where the chapter is.</summary>
    public DateTimeZone ZoneOfDays(string own) => Zones.Find(own.Length > 0 ? own : zones.Floating) ?? DateTimeZone.Utc;

    /// <summary>A PERIOD, "start/end" or "start/duration" (§3.3.9), in local time; null when the value is none.</summary>
    public (LocalDateTime Start, LocalDateTime End)? Period(string value, string zoneName, DateTimeZone zone)
    {
        if (value.Split('/') is not [var from, var to] || CalendarTime.Read(from, zoneName, type: "") is not { IsDate: false } start
            || start.Local.Year is < CalendarLimits.EarliestYear or > CalendarLimits.LatestYear)
            return null;
        var local = ToLocal(start, zone);
        var end = Length(to) is { } length ? After(local, length, zone)
            : CalendarTime.Read(to, zoneName, type: "") is { IsDate: false } stated && stated.Local.Year <= CalendarLimits.LatestYear ? ToLocal(stated, zone)
            : (LocalDateTime?)null;
        return end is { Year: <= CalendarLimits.LatestYear } known ? (local, known) : null;
    }

    private string ZoneOf(CalendarTime start, bool isSeries, Action<string, FormattableString> note)
    {
        // A series in UTC stays there: in another zone its rule would follow that zone's summer time.
        if (start.IsUtc)
            return isSeries ? "UTC" : zones.Calendar ?? "UTC";
        if (start.ZoneName.Length == 0)
            return zones.Floating;
        if (zones.Find(start.ZoneName) is { } zone)
            return zone;
        note(ImportReasons.ZoneUnknown,
            $"The time zone \"{PlainText.Shortened(PlainText.Line(start.ZoneName), most: 60)}\" is unknown; the event's times are taken as those of {zones.Floating}.");
        return zones.Floating;
    }

    private LocalDateTime? End(
        CalendarComponent lines, CalendarTime start, LocalDateTime local, DateTimeZone zone, Action<string, FormattableString> note)
    {
        // Without an end, a date lasts that day (RFC 5545, §3.6.1).
        LocalDateTime? unsaid = start.IsDate ? local.PlusDays(1) : null;
        if (Stated(lines, start, local, zone) is not { } end)
        {
            if (lines.Line("DTEND") is not null || lines.Line("DURATION") is not null)
                note(ImportReasons.EndLeftOut, $"When the event ends cannot be read; the end is left out.");
            return unsaid;
        }

        // Programs that count the last day in, and timed events without a length, say the start again.
        if (end == local)
            return unsaid;
        if (end > local && end.Year <= CalendarLimits.LatestYear)
            return end;
        note(ImportReasons.EndLeftOut, $"The event ends before it begins or in the far future; the end is left out.");
        return unsaid;
    }

    private LocalDateTime? Stated(CalendarComponent lines, CalendarTime start, LocalDateTime local, DateTimeZone zone)
    {
        if (lines.Line("DTEND") is { } endLine)
        {
            if (CalendarTime.Read(endLine) is not { } end)
                return null;
            // A day and a time of day together: the start decides. A timed event that "ends on a date" ends as that day begins.
            return start.IsDate ? end.Local.Date.AtMidnight() : ToLocal(end, zone);
        }

        if (lines.Line("DURATION") is not { } durationLine || Length(durationLine.Value) is not { } length)
            return null;
        return start.IsDate ? Days(local, length).PlusDays((int)((Seconds(length) + 86_399) / 86_400)) : After(local, length, zone);
    }

    // Days are the calendar's, hours the clock's (§3.3.6).
    private static LocalDateTime After(LocalDateTime start, Ical.Net.DataTypes.Duration length, DateTimeZone zone) =>
        zone.AtLeniently(Days(start, length)).PlusSeconds(Seconds(length)).LocalDateTime;

    private static LocalDateTime Days(LocalDateTime start, Ical.Net.DataTypes.Duration length) =>
        start.PlusDays((length.Weeks ?? 0) * 7 + (length.Days ?? 0));

    private static long Seconds(Ical.Net.DataTypes.Duration length) =>
        (length.Hours ?? 0) * 3600L + (length.Minutes ?? 0) * 60L + (length.Seconds ?? 0);

    private static Ical.Net.DataTypes.Duration? Length(string value)
    {
        if (value.Length > 40)
            return null;
        try
        {
            // More than some centuries would leave what NodaTime can count, and is no gathering.
            return Ical.Net.DataTypes.Duration.Parse(value.Trim().TrimStart('+').ToUpperInvariant()) is { } length
                && Parts(length).All(part => part is >= 0 and < 10_000_000)
                && (length.Weeks ?? 0) < 5_000 && (length.Days ?? 0) < 40_000 ? length : null;
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<int> Parts(Ical.Net.DataTypes.Duration length) =>
        [length.Weeks ?? 0, length.Days ?? 0, length.Hours ?? 0, length.Minutes ?? 0, length.Seconds ?? 0];
}
