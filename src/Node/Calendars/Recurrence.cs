using NodaTime;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// When a series takes place by its rules and dates, in local time.
/// </summary>
internal sealed class Recurrence
{
    private readonly LocalDateTime _start;
    private readonly bool _allDay;
    private readonly DateTimeZone _zone;
    private readonly List<RecurrenceRules.Outcome.Read> _rules = [];
    private readonly SortedSet<LocalDateTime> _added = [];
    private readonly HashSet<LocalDateTime> _leftOut = [];

    /// <summary>Reads a record's recurrence lines. A line that cannot be read or followed counts as absent.</summary>
    public Recurrence(LocalDateTime start, bool allDay, DateTimeZone zone, IEnumerable<string> lines)
    {
        _start = start;
        _allDay = allDay;
        _zone = zone;
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
    /// The local starts not before <paramref name="from"/>, in order, without those left out. Bounded, see <see cref="RuleWalk"/>.
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

    private IEnumerable<LocalDateTime> ByRule(RecurrenceRules.Outcome.Read rule, LocalDateTime from) =>
        new RuleWalk(rule.Pattern, _start, rule.Until, Exists).StartsFrom(from);

    private bool Exists(LocalDateTime local) => _allDay || _zone.MapLocal(local).Count > 0;

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
