using NodaTime;
using NodaTime.Text;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// The form in which records hold local times: "2026-12-03T19:00", with seconds only when there are any, or "2026-12-03"
/// for a whole day.
/// </summary>
internal static class LocalTimes
{
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuu-MM-dd");
    private static readonly LocalDateTimePattern Minute = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm");
    private static readonly LocalDateTimePattern Second = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss");

    /// <summary>Reads a record's local time; null when it is not in the form, names no real day or lies outside the years that records keep to.</summary>
    public static LocalDateTime? Read(string text, bool allDay)
    {
        var parsed = text.Length switch
        {
            10 when allDay => Day.Parse(text) is { Success: true } day ? day.Value.AtMidnight() : (LocalDateTime?)null,
            16 when !allDay => Minute.Parse(text) is { Success: true } minute ? minute.Value : null,
            19 when !allDay => Second.Parse(text) is { Success: true } second ? second.Value : null,
            _ => null,
        };
        return parsed is { Year: >= CalendarLimits.EarliestYear and <= CalendarLimits.LatestYear } ? parsed : null;
    }

    /// <summary>Writes a local time as records hold it.</summary>
    public static string Write(LocalDateTime local, bool allDay) =>
        allDay ? Day.Format(local.Date) : local.Second == 0 ? Minute.Format(local) : Second.Format(local);
}
