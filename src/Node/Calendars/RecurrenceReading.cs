using NodaTime;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Reads how an event repeats into the lines that a record keeps: rules as they are, dates in the event's own zone, ordered,
/// so that the same series always gives the same lines.
/// </summary>
/// <param name="times">Knows the calendar's zones.</param>
/// <param name="start">The event's local start.</param>
/// <param name="time">The record's time, to which the lines are added.</param>
/// <param name="zone">The event's zone.</param>
internal sealed class RecurrenceReading(EventTimeReading times, LocalDateTime start, EventTime time, DateTimeZone zone)
{
    /// <summary>Adds the lines to the time; gives the refusal when the series cannot be taken over, else null.</summary>
    public TimeOutcome.Refused? Read(CalendarComponent lines, Action<string, FormattableString> note)
    {
        foreach (var line in lines.All("RRULE").Take(CalendarLimits.RecurrenceLines))
        {
            var (value, day) = UntilReading.Fit(line.Value, time.AllDay ? times.ZoneOfDays(time.Zone) : zone, time.AllDay);
            if (day is { } last)
                note(ImportReasons.UntilAsDay, $"The series of whole days ends at a time (UNTIL); {LocalTimes.Write(last.AtMidnight(), allDay: true)} is taken as its last possible day.");
            switch (RecurrenceRules.Read(value, zone, time.AllDay))
            {
                case RecurrenceRules.Outcome.Read rule:
                    time.Recurrence.Add("RRULE:" + rule.Text);
                    break;
                case RecurrenceRules.Outcome.Refused refused:
                    return new TimeOutcome.Refused(refused.Reason, refused.Sentence);
            }
        }

        if (lines.Line("EXRULE") is not null)
            note(ImportReasons.DatesLeftOut,
                $"The series leaves out dates by a rule (EXRULE), which is not supported; those dates take place.");
        if (Dates(lines, "RDATE", note) is not { } added || Dates(lines, "EXDATE", note) is not { } leftOut)
            return new TimeOutcome.Refused(ImportReasons.TooManyDates,
                $"The series names more than {CalendarLimits.RecurrenceDates} dates.");

        Add("RDATE", added);
        AddPeriods(lines);
        // Without a rule or dates there is nothing to leave out.
        if (time.Recurrence.Count > 0)
            Add("EXDATE", leftOut);
        return time.Recurrence.Count <= CalendarLimits.RecurrenceLines
            ? null
            : new TimeOutcome.Refused(ImportReasons.TooManyDates, $"The series is described by more rules and dates than a record holds.");
    }

    // Null: too many.
    private SortedSet<LocalDateTime>? Dates(CalendarComponent lines, string name, Action<string, FormattableString> note)
    {
        var dates = new SortedSet<LocalDateTime>();
        var unreadable = 0;
        foreach (var line in lines.All(name))
        {
            var values = line.Value.Split(
                ',', CalendarLimits.RecurrenceDates + 1, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            foreach (var value in values)
            {
                // A PERIOD is "start/end"; see AddPeriods for its length.
                var read = CalendarTime.Read(value.Split('/', 2)[0], line.Parameter("TZID"), line.Parameter("VALUE"));
                if (read is not { Local.Year: >= CalendarLimits.EarliestYear and <= CalendarLimits.LatestYear } date)
                    unreadable++;
                else if (time.AllDay)
                    dates.Add(date.Local.Date.AtMidnight());
                else
                    dates.Add(date.IsDate ? date.Local.Date + start.TimeOfDay : times.ToLocal(date, zone));
            }

            if (dates.Count > CalendarLimits.RecurrenceDates)
                return null;
        }

        if (unreadable > 0)
            note(ImportReasons.DatesLeftOut, $"{unreadable} dates of the series ({name}) cannot be read and are left out.");
        return dates;
    }

    // A date that is added as a PERIOD lasts as long as that says: a record holds it as an occurrence with its own end.
    private void AddPeriods(CalendarComponent lines)
    {
        var length = LocalTimes.Read(time.End, time.AllDay) is { } end ? EventTimes.Length(start, end) : null;
        var periods = new SortedDictionary<LocalDateTime, LocalDateTime>();
        foreach (var line in time.AllDay ? [] : lines.All("RDATE"))
        {
            foreach (var value in line.Value.Split(',', CalendarLimits.RecurrenceDates))
            {
                if (times.Period(value, line.Parameter("TZID"), zone) is { } period && period.End > period.Start
                    && (length is null || period.Start + length != period.End))
                    periods.TryAdd(period.Start, period.End);
            }
        }

        foreach (var (from, to) in periods.Take(CalendarLimits.Exceptions))
            time.Exceptions.Add(new EventException { OriginalStart = LocalTimes.Write(from, time.AllDay), End = LocalTimes.Write(to, time.AllDay) });
    }

    private void Add(string name, SortedSet<LocalDateTime> dates) => time.Recurrence.Add(SeriesLines.Write(name, dates, time));
}
