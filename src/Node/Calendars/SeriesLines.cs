using NodaTime;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>The recurrence lines of a record as the reader writes them: one form for rules, one for dates, so that they can be taken apart again.</summary>
internal static class SeriesLines
{
    /// <summary>Writes dates as lines that are not too long for a record.</summary>
    /// <param name="name">RDATE or EXDATE.</param>
    /// <param name="dates">Local dates, ordered.</param>
    /// <param name="time">The event's time, which says their form.</param>
    public static IEnumerable<string> Write(string name, IEnumerable<LocalDateTime> dates, EventTime time)
    {
        var isUtc = !time.AllDay && time.Zone == "UTC";
        var beginning = time.AllDay ? $"{name};VALUE=DATE:" : isUtc ? $"{name}:" : $"{name};TZID={time.Zone}:";
        var valueLength = CalendarTime.Write(new LocalDateTime(2000, 1, 1, 0, 0), time.AllDay, isUtc).Length + 1;
        foreach (var chunk in dates.Chunk((CalendarLimits.RecurrenceLineLength - beginning.Length) / valueLength))
            yield return beginning + string.Join(',', chunk.Select(date => CalendarTime.Write(date, time.AllDay, isUtc)));
    }

    /// <summary>The dates of the lines with this name.</summary>
    public static IEnumerable<LocalDateTime> Dates(string name, EventTime time) => time.Recurrence
        .Select(text => ContentLine.Read(number: 0, text)).OfType<ContentLine>().Where(line => line.Name == name)
        .SelectMany(line => line.Value.Split(',')).Select(value => CalendarTime.Read(value, zoneName: "", type: "")?.Local).OfType<LocalDateTime>();

    /// <summary>The values of its rules.</summary>
    public static List<string> Rules(EventTime time) =>
        [.. time.Recurrence.Where(line => line.StartsWith("RRULE:", StringComparison.Ordinal)).Select(line => line["RRULE:".Length..])];

    /// <summary>A part of a rule, such as COUNT; null when it is not there.</summary>
    public static string? Part(string rule, string name) =>
        rule.Split(';').FirstOrDefault(part => part.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>The rule with another end.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="end">"COUNT=…" or "UNTIL=…"; empty: it never ends.</param>
    public static string Ending(string rule, string end)
    {
        var parts = rule.Split(';').Where(part => !part.StartsWith("COUNT=", StringComparison.Ordinal) && !part.StartsWith("UNTIL=", StringComparison.Ordinal));
        return string.Join(';', end.Length == 0 ? parts : parts.Append(end));
    }
}
