using System.Globalization;
using OuiShare.Federation.V1;
using OuiShare.Federation.Web.Pages.Shared;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Makes the time of an event from days and hours as typed.</summary>
internal static class EventTimeInput
{
    /// <summary>The time; what cannot be read is refused.</summary>
    public static EventTime ToTime(EventInput input, EventTime? before, Refusals refusals, Wording say)
    {
        var time = new EventTime
        {
            AllDay = input.IsAllDay,
            Zone = input.Zone,
            Start = input.IsAllDay ? input.StartDate : Start(input, refusals, say),
            End = input.IsAllDay ? LastDayToEnd(input.EndDate) : End(input),
        };
        AddRecurrence(time, input, before, refusals, say);
        return time;
    }

    private static string Start(EventInput input, Refusals refusals, Wording say)
    {
        if (input.StartDate.Length == 0)
            return "";
        if (input.StartTime.Length == 0)
            refusals.Add("start-time", say["refused.START_TIME_MISSING"]);
        return $"{input.StartDate}T{input.StartTime}";
    }

    // A drink from 19:00 to 1:00 ends the next day; nobody types that day.
    private static string End(EventInput input)
    {
        if (input.EndTime.Length == 0)
            return input.EndDate.Length == 0 ? "" : input.EndDate + "T23:59";
        if (input.EndDate.Length > 0)
            return $"{input.EndDate}T{input.EndTime}";
        var isNextDay = string.CompareOrdinal(input.EndTime, input.StartTime) < 0;
        return isNextDay && EventInput.Day(input.StartDate) is { } day
            ? $"{day.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}T{input.EndTime}"
            : $"{input.StartDate}T{input.EndTime}";
    }

    private static string LastDayToEnd(string lastDay) =>
        EventInput.Day(lastDay) is { } day && day < DateOnly.MaxValue ? day.AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : lastDay;

    private static void AddRecurrence(EventTime time, EventInput input, EventTime? before, Refusals refusals, Wording say)
    {
        var until = EventInput.Day(input.Until);
        if (input.Until.Length > 0 && until is null)
            refusals.Add("until", say["refused.FORM"]);
        if (EventInput.Day(input.StartDate) is not { } start)
            return;
        if (until < start)
            refusals.Add("until", say["refused.UNTIL_BEFORE_START"]);
        if (Repeats.Rule(input.Repeat, start, until, input.IsAllDay ? "" : input.Zone, input.CustomRule) is not { } rule)
            return;

        time.Recurrence.Add(rule);
        // Days that were moved or left out belong to the old hours: they stay only while start and rule do.
        if (before is not null && before.Start == time.Start && before.AllDay == time.AllDay && before.Recurrence.Contains(rule))
        {
            time.Recurrence.Add(before.Recurrence.Where(line => line != rule));
            time.Exceptions.Add(before.Exceptions);
        }
    }
}
