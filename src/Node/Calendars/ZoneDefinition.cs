using NodaTime;
using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// The offsets that a calendar's own VTIMEZONE gives for a year (RFC 5545, §3.6.5), to recognise which IANA zone it is a copy of.
/// </summary>
internal sealed class ZoneDefinition
{
    // A zone that names no year of its own is compared in this one; any recent year would do.
    private const int ComparedYear = 2025;

    // Some programs list every change since 1900 instead of a rule; more is no zone on earth.
    private const int MostObservances = 400;

    // Rules are followed from here on: a gathering's zone is compared in our time.
    private const int FollowedSince = 1970;

    private readonly List<(Instant Onset, Offset Before, Offset After)> _changes;
    private readonly int _year;

    private ZoneDefinition(List<(Instant, Offset, Offset)> changes, int year)
    {
        _changes = changes;
        _year = year;
    }

    /// <summary>The offset that it has the whole year round; null when it has summer time.</summary>
    public Offset? Fixed { get; private set; }

    /// <summary>Reads a VTIMEZONE; null when it gives no offset.</summary>
    public static ZoneDefinition? Read(CalendarComponent definition)
    {
        var observances = definition.Parts.Take(MostObservances).Select(ReadObservance).OfType<Observance>().ToList();
        if (observances.Count == 0)
            return null;

        // What is given once counts for ever (§3.6.5). Only a summer time without a rule, in the last year that is given, says that its
        // writer gave the changes of the event's own year, and no more.
        var last = observances.Max(observance => observance.Start.Year);
        var isOfItsYear = observances.TrueForAll(observance => observance.Lines.Count == 0)
            && observances.Exists(observance => observance.IsDaylight && observance.Start.Year >= last - 1);
        var year = isOfItsYear ? Math.Max(last, FollowedSince) : Math.Max(ComparedYear, last);
        var changes = new List<(Instant, Offset, Offset)>();
        foreach (var (start, from, to, lines, _) in observances)
        {
            changes.Add((start.WithOffset(from).ToInstant(), from, to));
            if (lines.Count == 0)
                continue;
            var since = start.Year < FollowedSince && start is not { Month: 2, Day: 29 } ? start.PlusYears(FollowedSince - start.Year) : start;
            var recurrence = new Recurrence(since, allDay: false, DateTimeZone.Utc, lines);
            foreach (var onset in recurrence.StartsFrom(new LocalDateTime(year - 1, 1, 1, 0, 0)).TakeWhile(onset => onset.Year <= year).Take(10))
                changes.Add((onset.WithOffset(from).ToInstant(), from, to));
        }

        var read = new ZoneDefinition([.. changes.OrderBy(change => change.Item1)], year);
        read.Fixed = read.Offsets().Distinct().Take(2).ToList() is [var only] ? only : null;
        return read;
    }

    /// <summary>Whether the IANA zone has the same offsets on the 1st, 11th and 21st of each month of the year.</summary>
    public bool AgreesWith(string zone) =>
        Zones.Find(zone) is { } known && Days().Select(known.GetUtcOffset).SequenceEqual(Offsets());

    private IEnumerable<Offset> Offsets() => Days().Select(OffsetAt);

    private IEnumerable<Instant> Days() =>
        Enumerable.Range(0, 36).Select(day => Instant.FromUtc(_year, (day / 3) + 1, (day % 3 * 10) + 1, 12, 0));

    private Offset OffsetAt(Instant instant)
    {
        var last = _changes.FindLastIndex(change => change.Onset <= instant);
        return last < 0 ? _changes[0].Before : _changes[last].After;
    }

    private static Observance? ReadObservance(CalendarComponent part)
    {
        if (part.Name is not ("STANDARD" or "DAYLIGHT")
            || part.Line("DTSTART") is not { } start || CalendarTime.Read(start) is not { } time
            || OffsetOf(part.Line("TZOFFSETTO")) is not { } to)
            return null;
        // Recurrences are read as the local time before the change, for which any zone without changes serves.
        var lines = part.Lines
            .Where(line => line.Name is "RDATE" || IsYearly(line))
            .Take(CalendarLimits.RecurrenceLines)
            .Select(line => $"{line.Name}:{line.Value}")
            .ToList();
        return new Observance(time.Local, OffsetOf(part.Line("TZOFFSETFROM")) ?? to, to, lines, part.Name == "DAYLIGHT");
    }

    private static bool IsYearly(ContentLine line) =>
        line.Name == "RRULE" && line.Value.Contains("FREQ=YEARLY", StringComparison.OrdinalIgnoreCase)
        && !line.Value.Contains("COUNT=", StringComparison.OrdinalIgnoreCase);

    // "+0100", "-023000"
    private static Offset? OffsetOf(ContentLine? line)
    {
        var text = line?.Value.Trim().Replace(":", "", StringComparison.Ordinal) ?? "";
        if (text.Length is not (5 or 7) || text[0] is not ('+' or '-') || !text[1..].All(char.IsAsciiDigit))
            return null;
        var seconds = int.Parse(text[1..3]) * 3600 + int.Parse(text[3..5]) * 60 + (text.Length == 7 ? int.Parse(text[5..7]) : 0);
        return seconds <= 18 * 3600 ? Offset.FromSeconds(text[0] == '-' ? -seconds : seconds) : null;
    }

    private sealed record Observance(LocalDateTime Start, Offset From, Offset To, List<string> Lines, bool IsDaylight);
}
