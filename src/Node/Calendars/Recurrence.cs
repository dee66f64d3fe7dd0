using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Evaluation;
using NodaTime;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// When a series takes place by its rules and dates, in local time. Ical.Net follows the rules; it is given local times
/// without a zone, so that the zone's rules stay NodaTime's alone.
/// </summary>
internal sealed class Recurrence
{
    private readonly LocalDateTime _start;
    private readonly bool _allDay;
    private readonly List<RecurrenceRules.Outcome.Read> _rules = [];
    private readonly SortedSet<LocalDateTime> _added = [];
    private readonly HashSet<LocalDateTime> _leftOut = [];

    /// <summary>Reads a record's recurrence lines. A line that cannot be read or followed counts as absent.</summary>
    public Recurrence(LocalDateTime start, bool allDay, DateTimeZone zone, IEnumerable<string> lines)
    {
        _start = start;
        _allDay = allDay;
        foreach (var text in lines.Take(CalendarLimits.RecurrenceLines))
        {
            if (text.Length > CalendarLimits.RecurrenceLineLength || ContentLine.Read(number: 0, text) is not { } line)
                continue;
            if (line.Name == "RRULE" && _rules.Count < CalendarLimits.Rules
                && RecurrenceRules.Read(line.Value, zone, allDay) is RecurrenceRules.Outcome.Read rule)
                _rules.Add(rule);
            else if (line.Name is "RDATE")
                _added.UnionWith(Dates(line, zone));
            else if (line.Name is "EXDATE")
                _leftOut.UnionWith(Dates(line, zone));
        }
    }

    /// <summary>
    /// The local starts not before <paramref name="from"/>, in order, without those left out. Bounded: after
    /// <see cref="CalendarLimits.RecurrenceSteps"/> steps a rule counts as ended.
    /// </summary>
    public IEnumerable<LocalDateTime> StartsFrom(LocalDateTime from)
    {
        var previous = LocalDateTime.MinIsoValue;
        // The first moment belongs to the series even when the rule does not give it (§3.8.5.3).
        var sources = _rules.Select(rule => ByRule(rule, from)).Append(_added.Append(_start).Where(date => date >= from).Order());
        foreach (var next in Merge(sources))
        {
            if (next == previous || _leftOut.Contains(next))
                continue;
            previous = next;
            yield return next;
        }
    }

    private IEnumerable<LocalDateTime> ByRule(RecurrenceRules.Outcome.Read rule, LocalDateTime from)
    {
        var first = NearerStart(rule.Pattern, from);
        var series = new CalendarEvent { Start = ToIcal(first), RecurrenceRule = rule.Pattern };
        var options = new EvaluationOptions { MaxUnmatchedIncrementsLimit = CalendarLimits.StepsWithoutOccurrence };
        using var occurrences = series.GetOccurrences(null, options).GetEnumerator();
        for (var step = 0; step < CalendarLimits.RecurrenceSteps && TryMoveNext(occurrences); step++)
        {
            var next = LocalDateTime.FromDateTime(occurrences.Current.Period.StartTime.Value);
            if (next.Year > CalendarLimits.LatestYear || next > rule.Until)
                yield break;
            if (next >= from)
                yield return next;
        }
    }

    private static bool TryMoveNext(IEnumerator<Occurrence> occurrences)
    {
        try
        {
            return occurrences.MoveNext();
        }
        // A rule that never matches, such as 30 February, or that runs beyond the calendar's end.
        catch (Exception error) when (error is EvaluationException or ArgumentException)
        {
            return false;
        }
    }

    // A series that began long ago would be followed for years to no use. A rule without COUNT gives the same from any
    // start that lies a whole number of its intervals later; that start is kept before `from`, so it is never given itself.
    private LocalDateTime NearerStart(RecurrenceRule rule, LocalDateTime from)
    {
        if (rule.Count is not null || from.Year > CalendarLimits.LatestYear)
            return _start;
        var interval = Math.Max(1, rule.Interval);
        var days = NodaTime.Period.DaysBetween(_start.Date, from.Date) - 1;
        var step = rule.Frequency switch
        {
            FrequencyType.Daily => interval,
            FrequencyType.Weekly => interval * 7L,
            _ => 0,
        };
        if (step > 0)
            return _start.PlusDays((int)(Math.Max(0, days / step - 1) * step));
        // Whole years, so that a month keeps its length; 29 February has no such luck.
        var years = (from.Year - _start.Year - 1) / interval - 1;
        return rule.Frequency == FrequencyType.Monthly && years > 0 && _start is not { Month: 2, Day: 29 }
            ? _start.PlusYears(years * interval)
            : _start;
    }

    private IEnumerable<LocalDateTime> Dates(ContentLine line, DateTimeZone zone)
    {
        foreach (var value in line.Value.Split(',').Take(CalendarLimits.RecurrenceDates))
        {
            // A PERIOD is "start/end"; its length gives way to the series'.
            if (CalendarTime.Read(value.Split('/')[0], line.Parameter("TZID"), line.Parameter("VALUE")) is not { } date)
                continue;
            if (date.IsDate && !_allDay)
                yield return date.Local.Date + _start.TimeOfDay;
            else if (date.IsUtc)
                yield return date.Local.InUtc().WithZone(zone).LocalDateTime;
            else
                yield return _allDay ? date.Local.Date.AtMidnight() : date.Local;
        }
    }

    private CalDateTime ToIcal(LocalDateTime local) => _allDay
        ? new CalDateTime(local.Year, local.Month, local.Day)
        : new CalDateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, local.Second);

    private static IEnumerable<LocalDateTime> Merge(IEnumerable<IEnumerable<LocalDateTime>> sources)
    {
        var waiting = new PriorityQueue<IEnumerator<LocalDateTime>, LocalDateTime>();
        foreach (var source in sources)
        {
            var enumerator = source.GetEnumerator();
            if (enumerator.MoveNext())
                waiting.Enqueue(enumerator, enumerator.Current);
        }

        while (waiting.TryDequeue(out var source, out var next))
        {
            yield return next;
            if (source.MoveNext())
                waiting.Enqueue(source, source.Current);
        }
    }
}
