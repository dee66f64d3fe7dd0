using System.Globalization;
using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>
/// How the form asks for recurrence, to and from RRULE (RFC 5545 section 3.3.10): four common rhythms counted from the start, or any rule as
/// text.
/// </summary>
internal static class Repeats
{
    public const string Once = "once";
    public const string Weekly = "weekly";
    public const string Fortnightly = "fortnightly";
    public const string MonthlyByWeekday = "monthly-weekday";
    public const string MonthlyByDay = "monthly-day";
    public const string Custom = "custom";

    /// <summary>The choices in their order.</summary>
    public static IReadOnlyList<string> All { get; } = [Once, Weekly, Fortnightly, MonthlyByWeekday, MonthlyByDay, Custom];

    private const string Property = "RRULE:";

    private static readonly string[] Weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    /// <summary>The property line of a rhythm; null: none.</summary>
    /// <param name="repeat">One of <see cref="All"/>.</param>
    /// <param name="start">First day.</param>
    /// <param name="until">Last day on which it may begin, in the zone; null: without end.</param>
    /// <param name="zone">IANA zone; empty for all-day events, whose UNTIL is a day.</param>
    /// <param name="custom">The rule as typed, for <see cref="Custom"/>.</param>
    public static string? Rule(string repeat, DateOnly start, DateOnly? until, string zone, string custom)
    {
        if (repeat == Custom)
        {
            var typed = custom.Trim();
            return typed.Length == 0 ? null : typed.StartsWith(Property, StringComparison.OrdinalIgnoreCase) ? Property + typed[Property.Length..] : Property + typed;
        }

        return Rhythm(repeat, start) is not { } rhythm ? null : until is { } last ? $"{rhythm};UNTIL={Until(last, zone)}" : rhythm;
    }

    /// <summary>Reads a rule back: its rhythm and last day, or the whole as text.</summary>
    public static (string Repeat, DateOnly? Until, string Custom) Read(string rule, DateOnly start, string zone)
    {
        foreach (var repeat in All)
        {
            if (Rhythm(repeat, start) is not { } rhythm)
                continue;
            if (rule == rhythm)
                return (repeat, Until: null, Custom: "");
            if (rule.StartsWith(rhythm + ";UNTIL=", StringComparison.Ordinal)
                && DateOnly.TryParseExact(rule.AsSpan(rhythm.Length + 7, Math.Min(8, rule.Length - rhythm.Length - 7)), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                // UNTIL is in UTC, where the same moment may be another day.
                foreach (var last in (DateOnly[])[day, day.AddDays(-1), day.AddDays(1)])
                {
                    if (rule == $"{rhythm};UNTIL={Until(last, zone)}")
                        return (repeat, last, Custom: "");
                }
            }
        }

        return (Custom, Until: null, rule.StartsWith(Property, StringComparison.Ordinal) ? rule[Property.Length..] : rule);
    }

    private static string? Rhythm(string repeat, DateOnly start)
    {
        var weekday = Weekdays[(int)start.DayOfWeek];
        return repeat switch
        {
            Weekly => "RRULE:FREQ=WEEKLY",
            Fortnightly => "RRULE:FREQ=WEEKLY;INTERVAL=2",
            // A fifth weekday is not in every month; what is meant is the last one.
            MonthlyByWeekday => $"RRULE:FREQ=MONTHLY;BYDAY={(start.Day > 28 ? -1 : ((start.Day - 1) / 7) + 1)}{weekday}",
            MonthlyByDay => $"RRULE:FREQ=MONTHLY;BYMONTHDAY={start.Day}",
            _ => null,
        };
    }

    // The end of that day: in UTC when the start has a zone, else the day itself.
    private static string Until(DateOnly last, string zone)
    {
        if (zone.Length == 0)
            return last.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var local = last.ToDateTime(new TimeOnly(23, 59, 59), DateTimeKind.Utc);
        var utc = local - (Zones.OffsetAt(zone, local) ?? TimeSpan.Zero);
        return (local - (Zones.OffsetAt(zone, utc) ?? TimeSpan.Zero)).ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
    }
}
