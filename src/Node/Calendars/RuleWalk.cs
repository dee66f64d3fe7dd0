using NodaTime;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Follows one rule from its start, in local time. Its work is bounded for any rule: at most one look at each day from 1900 to 2200, and
/// <see cref="RecurrenceRule.LargestCount"/> occurrences counted, at <see cref="RecurrenceRule.TimesOfDay"/> times a day.
/// </summary>
/// <param name="rule">The rule.</param>
/// <param name="start">The series' first local start.</param>
/// <param name="until">Last local start, inclusive; null: none.</param>
/// <param name="exists">Whether a local time exists: one that the clocks jump over is neither given nor counted (RFC 5545, §3.3.10).</param>
internal sealed class RuleWalk(RecurrenceRule rule, LocalDateTime start, LocalDateTime? until, Func<LocalDateTime, bool> exists)
{
    private readonly RuleDays _days = new(rule, start.Date);
    private readonly LocalTime[] _times = TimesOf(rule, start.TimeOfDay);

    /// <summary>The starts that the rule gives, not before <paramref name="from"/>, in order.</summary>
    public IEnumerable<LocalDateTime> StartsFrom(LocalDateTime from)
    {
        var counted = 0;
        // Without a COUNT nothing needs to be counted, and what lies long ago is passed over.
        for (var step = rule.Count is null ? StepsUntil(from) : 0; DaysOf(step) is var (first, length); step++)
        {
            foreach (var next in Chosen(first, length))
            {
                if (next < start || !exists(next))
                    continue;
                if (next > until || next.Year > CalendarLimits.LatestYear || counted++ >= (rule.Count ?? int.MaxValue))
                    yield break;
                if (next >= from)
                    yield return next;
            }
        }
    }

    // What the rule chooses of one day, week, month or year.
    private IEnumerable<LocalDateTime> Chosen(LocalDate first, int length)
    {
        if (rule.Positions.Count == 0)
        {
            for (var day = 0; day < length; day++)
            {
                if (_days.Has(first.PlusDays(day)))
                {
                    foreach (var time in _times)
                        yield return first.PlusDays(day) + time;
                }
            }

            yield break;
        }

        var days = Enumerable.Range(0, length).Select(first.PlusDays).Where(_days.Has).ToList();
        var all = days.Count * _times.Length;
        foreach (var index in rule.Positions.Select(position => position > 0 ? position - 1 : all + position).Where(index => index >= 0 && index < all).Distinct().Order())
            yield return days[index / _times.Length] + _times[index % _times.Length];
    }

    // The days of one step of the rule; null after the last year.
    private (LocalDate First, int Days)? DaysOf(int step)
    {
        var (date, steps) = (start.Date, (long)step * rule.Interval);
        var (first, days) = rule.Frequency switch
        {
            RecurrenceFrequency.Daily => (PlusDays(date, steps), 1),
            RecurrenceFrequency.Weekly => (PlusDays(_days.WeekOf(date), steps * 7), 7),
            RecurrenceFrequency.Monthly => Month((date.Year * 12) + date.Month - 1 + steps),
            _ => Month((date.Year + steps) * 12),
        };
        if (first is not { } known)
            return null;
        return (known, rule.Frequency == RecurrenceFrequency.Yearly ? CalendarSystem.Iso.GetDaysInYear(known.Year) : days);
    }

    private static LocalDate? PlusDays(LocalDate date, long days) =>
        days <= 366L * (CalendarLimits.LatestYear - CalendarLimits.EarliestYear + 1) && date.PlusDays((int)days) is { Year: <= CalendarLimits.LatestYear } later ? later : null;

    private static (LocalDate? First, int Days) Month(long months)
    {
        if (months / 12 > CalendarLimits.LatestYear)
            return (null, 0);
        var (year, month) = ((int)(months / 12), (int)(months % 12) + 1);
        return (new LocalDate(year, month, 1), CalendarSystem.Iso.GetDaysInMonth(year, month));
    }

    // How many whole steps may be passed over so that nothing from `from` on is missed.
    private int StepsUntil(LocalDateTime from)
    {
        if (from <= start)
            return 0;
        var steps = rule.Frequency switch
        {
            RecurrenceFrequency.Daily => Period.DaysBetween(start.Date, from.Date),
            RecurrenceFrequency.Weekly => Period.DaysBetween(start.Date, from.Date) / 7,
            RecurrenceFrequency.Monthly => ((from.Year - start.Year) * 12) + from.Month - start.Month,
            _ => from.Year - start.Year,
        };
        return Math.Max(0, (steps / rule.Interval) - 1);
    }

    private static LocalTime[] TimesOf(RecurrenceRule rule, LocalTime start) =>
        [.. from hour in rule.Hours.DefaultIfEmpty(start.Hour)
            from minute in rule.Minutes.DefaultIfEmpty(start.Minute)
            from second in rule.Seconds.DefaultIfEmpty(start.Second)
            select new LocalTime(hour, minute, second)];
}
