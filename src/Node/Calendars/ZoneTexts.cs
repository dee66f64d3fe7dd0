using System.Collections.Concurrent;
using NodaTime;
using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Writes the VTIMEZONE of a zone (RFC 5545, §3.6.5) from NodaTime's rules: years that follow one rule as that rule, the others date by
/// date. Remembers what it wrote. Safe for use by many threads.
/// </summary>
/// <remarks>Ical.Net writes one too, but makes a rule of every change, also of those that never came again.</remarks>
internal sealed class ZoneTexts
{
    // The most calendars need no more; for older events a definition begins ten, twenty… years earlier.
    private const int FirstYear = 2000;
    private const int Decade = 10;

    // Where programs with 32-bit clocks end; rules that hold then hold on.
    private const int LastYear = 2037;

    // Fewer years than this make no rule.
    private const int FewestYears = 3;

    private readonly ConcurrentDictionary<(string Zone, int Since), ReadOnlyMemory<byte>> _texts = new();

    /// <summary>The VTIMEZONE in UTF-8; empty for UTC and for what is no zone.</summary>
    /// <param name="zone">IANA zone.</param>
    /// <param name="firstYear">The year of the earliest time that is written in it; the definition begins before.</param>
    public ReadOnlyMemory<byte> Of(string zone, int firstYear = FirstYear)
    {
        var since = Math.Clamp((firstYear - 1) / Decade * Decade, CalendarLimits.EarliestYear - Decade, FirstYear);
        return _texts.GetOrAdd((zone, since), key => Write(key.Zone, key.Since));
    }

    private static ReadOnlyMemory<byte> Write(string id, int since)
    {
        if (id == "UTC" || Zones.Find(id) is not { } zone)
            return ReadOnlyMemory<byte>.Empty;

        var text = new CalendarText();
        text.Line("BEGIN", "VTIMEZONE");
        text.Line("TZID", id);
        var intervals = zone.GetZoneIntervals(Instant.FromUtc(since, 1, 1, 0, 0), Instant.FromUtc(LastYear + 1, 1, 1, 0, 0)).ToList();
        var first = intervals[0];
        var before = new Kind(first.WallOffset, first.WallOffset, first.Name, first.Savings != Offset.Zero);
        Observance(text, before, [new LocalDateTime(Math.Min(since, 1970), 1, 1, 0, 0)], rule: "");
        var changes = intervals.Zip(intervals.Skip(1), (from, after) => (
            Kind: new Kind(from.WallOffset, after.WallOffset, after.Name, after.Savings != Offset.Zero),
            Onset: after.Start.WithOffset(from.WallOffset).LocalDateTime));
        foreach (var same in changes.GroupBy(change => change.Kind, change => change.Onset))
            Observances(text, same.Key, [.. same]);
        text.Line("END", "VTIMEZONE");
        return text.Written;
    }

    private static void Observances(CalendarText text, Kind kind, List<LocalDateTime> onsets)
    {
        var dates = new List<LocalDateTime>();
        for (var at = 0; at < onsets.Count;)
        {
            var (years, week) = Run(onsets, at);
            if (years >= FewestYears)
                Observance(text, kind, [onsets[at]], Rule(onsets[at], week, last: onsets[at + years - 1]));
            else
                dates.AddRange(onsets.GetRange(at, years));
            at += years;
        }

        if (dates.Count > 0)
            Observance(text, kind, dates, rule: "");
    }

    // How many onsets from `at` on come each year on the same weekday of the same week of the same month; the week is 1 to 4,
    // or -1 for the last.
    private static (int Years, int Week) Run(List<LocalDateTime> onsets, int at)
    {
        var first = onsets[at];
        var weeks = Weeks(first);
        var years = 1;
        while (at + years < onsets.Count)
        {
            var next = onsets[at + years];
            var common = weeks.Intersect(Weeks(next)).ToList();
            if (next.Year != first.Year + years || next.Month != first.Month || next.DayOfWeek != first.DayOfWeek
                || next.TimeOfDay != first.TimeOfDay || common.Count == 0)
                break;
            weeks = common;
            years++;
        }

        return (years, weeks[0]);
    }

    private static List<int> Weeks(LocalDateTime onset)
    {
        var isLast = onset.Day + 7 > onset.Calendar.GetDaysInMonth(onset.Year, onset.Month);
        var week = (onset.Day + 6) / 7;
        return isLast ? week == 5 ? [-1] : [-1, week] : [week];
    }

    private static string Rule(LocalDateTime first, int week, LocalDateTime last)
    {
        var day = first.DayOfWeek.ToString()[..2].ToUpperInvariant();
        // The end of the last year, for the rule gives one change a year: programs differ in how they compare UNTIL with local times,
        // and Ical.Net 5.2.4 loses a last year whose change comes earlier in its month than the first year's did.
        var until = last.Year >= LastYear ? "" : $";UNTIL={last.Year}1231T000000Z";
        return $"FREQ=YEARLY;BYMONTH={first.Month};BYDAY={week}{day}{until}";
    }

    private static void Observance(CalendarText text, Kind kind, List<LocalDateTime> onsets, string rule)
    {
        var name = kind.IsDaylight ? "DAYLIGHT" : "STANDARD";
        text.Line("BEGIN", name);
        text.Line("DTSTART", CalendarTime.Write(onsets[0], isDate: false));
        text.Line("TZOFFSETFROM", Write(kind.From));
        text.Line("TZOFFSETTO", Write(kind.To));
        text.Text("TZNAME", kind.Name);
        if (rule.Length > 0)
            text.Line("RRULE", rule);
        if (onsets.Count > 1)
            text.Line("RDATE", string.Join(',', onsets.Skip(1).Select(onset => CalendarTime.Write(onset, isDate: false))));
        text.Line("END", name);
    }

    private static string Write(Offset offset)
    {
        var seconds = Math.Abs(offset.Seconds);
        var text = $"{(offset.Seconds < 0 ? '-' : '+')}{seconds / 3600:D2}{seconds / 60 % 60:D2}";
        return seconds % 60 == 0 ? text : $"{text}{seconds % 60:D2}";
    }

    private readonly record struct Kind(Offset From, Offset To, string Name, bool IsDaylight);
}
