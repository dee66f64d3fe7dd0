using NodaTime;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Carries out a change of an occurrence and all after it (RANGE=THISANDFUTURE). Records, and most calendar programs, know no such change: a series
/// that ends soon gets a changed occurrence for each, a long one ends there and goes on as a series of its own.
/// </summary>
internal static class SeriesParting
{
    /// <summary>Most occurrences that are changed one by one: a year of a weekly meeting.</summary>
    private const int OneByOne = 52;

    /// <summary>What became of a series.</summary>
    /// <param name="Changed">Occurrences that are changed, one by one.</param>
    /// <param name="Tail">The time of the series that goes on from the change; null when there is none.</param>
    /// <param name="IsCutShort">Not all that follow could be changed.</param>
    internal sealed record Parted(IReadOnlyList<EventException> Changed, EventTime? Tail, bool IsCutShort);

    /// <summary>Ends the series, or changes what follows.</summary>
    /// <param name="time">The series' time; it is ended where it goes on as another.</param>
    /// <param name="original">The local start of the first occurrence that changes.</param>
    /// <param name="start">Its new local start; null: it and those that follow do not take place.</param>
    /// <param name="end">Its new local end; null: none.</param>
    public static Parted Part(EventTime time, LocalDateTime original, LocalDateTime? start, LocalDateTime? end)
    {
        var zone = Zones.Find(time.Zone) ?? DateTimeZone.Utc;
        if (start is not { } moved)
        {
            EndBefore(time, original, zone);
            return new Parted([], Tail: null, IsCutShort: false);
        }

        var seriesStart = LocalTimes.Read(time.Start, time.AllDay)!.Value;
        var following = new Recurrence(seriesStart, time.AllDay, zone, time.Recurrence).StartsFrom(original).Take(OneByOne + 1).ToList();
        var rules = SeriesLines.Rules(time);
        if (following.Count > OneByOne && rules.Count == 1 && moved.Date == original.Date)
            return new Parted([], GoOn(time, zone, rules[0], original, moved, end), IsCutShort: false);

        var (by, length) = (Between(original, moved), end is { } until && until > moved ? Period.Between(moved, until, PeriodUnits.Days | PeriodUnits.AllTimeUnits) : null);
        var changed = following.Take(OneByOne).Select(date => new EventException
        {
            OriginalStart = LocalTimes.Write(date, time.AllDay),
            Start = LocalTimes.Write(date + by, time.AllDay),
            End = length is null ? "" : LocalTimes.Write(date + by + length, time.AllDay),
        });
        return new Parted([.. changed], Tail: null, IsCutShort: following.Count > OneByOne);
    }

    private static EventTime GoOn(EventTime time, DateTimeZone zone, string rule, LocalDateTime original, LocalDateTime moved, LocalDateTime? end)
    {
        var by = Between(original, moved);
        var tail = new EventTime
        {
            Zone = time.Zone,
            AllDay = time.AllDay,
            Start = LocalTimes.Write(moved, time.AllDay),
            End = end is { } until && until > moved ? LocalTimes.Write(until, time.AllDay) : "",
        };
        tail.Recurrence.Add("RRULE:" + SeriesLines.Ending(rule, EndOfTail(time, zone, rule, original, by)));
        foreach (var name in new[] { "RDATE", "EXDATE" })
            tail.Recurrence.Add(SeriesLines.Write(name, SeriesLines.Dates(name, time).Where(date => date >= original).Select(date => date + by), tail));
        EndBefore(time, original, zone);
        return tail;
    }

    // A count counts what came before, too; a moment moves with what it ends.
    private static string EndOfTail(EventTime time, DateTimeZone zone, string rule, LocalDateTime original, Period by)
    {
        if (int.TryParse(SeriesLines.Part(rule, "COUNT"), System.Globalization.CultureInfo.InvariantCulture, out var count))
        {
            var start = LocalTimes.Read(time.Start, time.AllDay)!.Value;
            var before = new Recurrence(start, time.AllDay, zone, ["RRULE:" + rule]).StartsFrom(start).TakeWhile(date => date < original).Count();
            return $"COUNT={Math.Max(1, count - before)}";
        }

        if (CalendarTime.Read(SeriesLines.Part(rule, "UNTIL") ?? "", zoneName: "", type: "") is not { } until)
            return "";
        return "UNTIL=" + CalendarTime.Write(until.IsDate ? until.Local : until.Local + by, time.AllDay, isUtc: true);
    }

    // The last moment before the change is the last of the series.
    private static void EndBefore(EventTime time, LocalDateTime original, DateTimeZone zone)
    {
        var last = time.AllDay
            ? original.PlusDays(-1)
            : zone.AtLeniently(original).ToInstant().Minus(Duration.FromSeconds(1)).InUtc().LocalDateTime;
        var end = "UNTIL=" + CalendarTime.Write(last, time.AllDay, isUtc: true);
        List<string> lines = [.. SeriesLines.Rules(time).Select(rule => "RRULE:" + SeriesLines.Ending(rule, end))];
        foreach (var name in new[] { "RDATE", "EXDATE" })
            lines.AddRange(SeriesLines.Write(name, SeriesLines.Dates(name, time).Where(date => date < original), time));
        time.Recurrence.Clear();
        time.Recurrence.Add(lines);
    }

    private static Period Between(LocalDateTime from, LocalDateTime to) => Period.Between(from, to, PeriodUnits.Days | PeriodUnits.AllTimeUnits);
}
