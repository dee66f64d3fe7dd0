using System.Globalization;
using OuiShare.Federation.Node.Events;

namespace OuiShare.Federation.Web.Text;

/// <summary>Says days and hours in the reader's language.</summary>
/// <remarks>
/// The order of a date's parts stands in the words (<c>date.*</c>), the names of days and months come from the culture. Hours are said with 24,
/// as in most of the network's cities, in English too.
/// </remarks>
internal sealed class DateWords(Wording say)
{
    /// <summary>"Thursday 3 December 2026".</summary>
    public string Long(DateTime day) => say["date.long", day];

    /// <summary>"3 December", with the year when it is not <paramref name="today"/>'s.</summary>
    public string Short(DateTime day, DateTime today) => day.Year == today.Year ? say["date.short", day] : say["date.short.year", day];

    /// <summary>"Thu 3 December", with the year when it is not <paramref name="today"/>'s.</summary>
    public string WeekdayShort(DateTime day, DateTime today) => $"{day.ToString("ddd", CultureInfo.CurrentCulture)} {Short(day, today)}";

    /// <summary>"until 5 December".</summary>
    public string Until(DateTime day, DateTime today) => say["date.until", Short(day, today)];

    /// <summary>"24 November 2026, 18:02".</summary>
    public string Moment(DateTime moment) => say["date.moment", moment];

    /// <summary>"19:00".</summary>
    public static string Hour(DateTime moment) => moment.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Name of the day of the week.</summary>
    public static string Weekday(DateTime day) => day.ToString("dddd", CultureInfo.CurrentCulture);

    /// <summary>Name of the month, in the form that stands beside a day's number; with the year when it is not <paramref name="today"/>'s.</summary>
    public string Month(DateTime day, DateTime today) => day.Year == today.Year ? say["date.month", day] : say["date.month.year", day];

    /// <summary>The hours of one time on its own clock, "19:00 – 22:00"; days of another month are named; null for whole days.</summary>
    public string? Hours(DateTime start, DateTime? end) => end switch
    {
        null => Hour(start),
        { } until when until.Date == start.Date || (until - start < TimeSpan.FromHours(12) && until.Date == start.Date.AddDays(1)) => $"{Hour(start)} – {Hour(until)}",
        { } until => $"{Hour(start)} – {Short(until, start)}, {Hour(until)}",
    };

    /// <summary>When, in one line for lists and descriptions: "Thursday 3 December 2026, 19:00 – 22:00".</summary>
    public string Line(EventDate date)
    {
        if (date.IsAllDay)
            return date.LocalEnd is { } last && last.Date != date.LocalStart.Date ? say["date.span", Long(date.LocalStart), Long(last)] : Long(date.LocalStart);
        return $"{Long(date.LocalStart)}, {Hours(date.LocalStart, date.LocalEnd)}";
    }

    /// <summary>What people call a zone when they say whose clock it is: its city, "New York". "UTC" for UTC.</summary>
    public static string CityOf(string zone) => zone[(zone.LastIndexOf('/') + 1)..].Replace('_', ' ');

    /// <summary>For the attribute <c>datetime</c>: a day, or a moment with its offset.</summary>
    public static string Machine(EventDate date) => Machine(date, date.LocalStart, date.Start);

    /// <summary>The end for the attribute <c>datetime</c>; null when no end is known.</summary>
    public static string? MachineEnd(EventDate date) => date is { LocalEnd: { } local, End: { } end } ? Machine(date, local, end) : null;

    // Before time was standardised, zones differed from UTC by seconds too, which neither the type nor the attribute can say.
    private static string Machine(EventDate date, DateTime local, DateTimeOffset moment)
    {
        if (date.IsAllDay)
            return local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var offset = local - moment.UtcDateTime;
        return offset.Ticks % TimeSpan.TicksPerMinute == 0 && offset.Duration() <= TimeSpan.FromHours(14)
            ? new DateTimeOffset(local, offset).ToString("yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture)
            : moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
