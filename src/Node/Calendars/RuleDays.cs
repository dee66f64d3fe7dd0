using NodaTime;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Tells of each day whether a rule chooses it, as RFC 5545, §3.3.10, has it: every list that the rule has must hold the day, and where it
/// has none for days, the start stands in. One look costs the same whatever the rule.
/// </summary>
internal sealed class RuleDays
{
    private readonly RecurrenceRule _rule;
    private readonly IsoDayOfWeek _weekStart;
    private readonly HashSet<int> _months;
    private readonly HashSet<int> _monthDays;
    private readonly HashSet<int> _yearDays;
    private readonly HashSet<int> _weeks;
    private readonly HashSet<(int Nth, IsoDayOfWeek Day)> _weekdays;

    public RuleDays(RecurrenceRule rule, LocalDate start)
    {
        _rule = rule;
        _weekStart = Iso(rule.WeekStart);
        _months = [.. rule.Months];
        _monthDays = [.. rule.MonthDays];
        _yearDays = [.. rule.YearDays];
        _weeks = [.. rule.Weeks];
        _weekdays = [.. rule.Weekdays.Select(weekday => (HasNth ? weekday.Nth : 0, Iso(weekday.Day)))];
        if (_monthDays.Count + _yearDays.Count + _weekdays.Count > 0)
            return;
        if (_weeks.Count > 0 || rule.Frequency == RecurrenceFrequency.Weekly)
            _weekdays.Add((0, start.DayOfWeek));
        else if (rule.Frequency is RecurrenceFrequency.Monthly or RecurrenceFrequency.Yearly)
            _monthDays.Add(start.Day);
        if (rule.Frequency == RecurrenceFrequency.Yearly && _months.Count + _weeks.Count == 0)
            _months.Add(start.Month);
    }

    /// <summary>The first day of the week that a day lies in.</summary>
    public LocalDate WeekOf(LocalDate day) => day.PlusDays(-(((int)day.DayOfWeek - (int)_weekStart + 7) % 7));

    /// <summary>Whether the rule chooses the day.</summary>
    public bool Has(LocalDate day) =>
        (_months.Count == 0 || _months.Contains(day.Month))
        && (_monthDays.Count == 0 || HasEither(_monthDays, day.Day, DaysInMonth(day)))
        && (_weekdays.Count == 0 || HasWeekday(day))
        && (_yearDays.Count == 0 || HasEither(_yearDays, day.DayOfYear, DaysInYear(day.Year)))
        && (_weeks.Count == 0 || HasWeek(day));

    // "The second Tuesday" means one of the month, or of the year when no month is named; in days and weeks it means nothing.
    private bool HasNth => _rule.Frequency is RecurrenceFrequency.Monthly or RecurrenceFrequency.Yearly;

    private bool HasWeekday(LocalDate day)
    {
        if (_weekdays.Contains((0, day.DayOfWeek)))
            return true;
        if (!HasNth)
            return false;
        var isOfMonth = _rule.Frequency == RecurrenceFrequency.Monthly || _rule.Months.Count > 0;
        var (number, last) = isOfMonth ? (day.Day, DaysInMonth(day)) : (day.DayOfYear, DaysInYear(day.Year));
        return _weekdays.Contains((((number - 1) / 7) + 1, day.DayOfWeek)) || _weekdays.Contains((-(((last - number) / 7) + 1), day.DayOfWeek));
    }

    // A year's first week is the first with four days in it, wherever weeks begin.
    private bool HasWeek(LocalDate day)
    {
        var week = WeekOf(day);
        var year = week.PlusDays(3).Year;
        var number = (Period.DaysBetween(FirstWeek(year), week) / 7) + 1;
        return HasEither(_weeks, number, Period.DaysBetween(FirstWeek(year), FirstWeek(year + 1)) / 7);
    }

    private LocalDate FirstWeek(int year) => WeekOf(new LocalDate(year, 1, 4));

    private static bool HasEither(HashSet<int> numbers, int number, int last) => numbers.Contains(number) || numbers.Contains(number - last - 1);

    private static int DaysInMonth(LocalDate day) => CalendarSystem.Iso.GetDaysInMonth(day.Year, day.Month);

    private static int DaysInYear(int year) => CalendarSystem.Iso.GetDaysInYear(year);

    private static IsoDayOfWeek Iso(DayOfWeek day) => day == DayOfWeek.Sunday ? IsoDayOfWeek.Sunday : (IsoDayOfWeek)day;
}
