using System.Globalization;
using NodaTime;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>A DATE or DATE-TIME as a calendar writes it (RFC 5545, §3.3.4 and §3.3.5).</summary>
/// <param name="Local">The date and the time of day; midnight for a DATE.</param>
/// <param name="IsDate">Whether it is a whole day.</param>
/// <param name="IsUtc">Whether it ends in Z.</param>
/// <param name="ZoneName">The TZID parameter, as written; empty when there is none.</param>
internal readonly record struct CalendarTime(LocalDateTime Local, bool IsDate, bool IsUtc, string ZoneName)
{
    /// <summary>Reads the value of a line; null when it is no date. Seconds may be missing, and dashes and colons stand between.</summary>
    public static CalendarTime? Read(ContentLine line) => Read(line.Value, line.Parameter("TZID"), line.Parameter("VALUE"));

    /// <summary>Reads one value with the parameters of its line.</summary>
    public static CalendarTime? Read(string value, string zoneName, string type)
    {
        var text = value.Trim().ToUpperInvariant();
        if (text.Length > 30)
            return null;
        text = text.Replace("-", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal).Replace(' ', 'T');
        var isUtc = text.EndsWith('Z');
        if (isUtc)
            text = text[..^1];

        if (text.Length < 8 || Date(text[..8]) is not { } date)
            return null;
        if (text.Length == 8 || type.Equals("DATE", StringComparison.OrdinalIgnoreCase))
            return new CalendarTime(date.AtMidnight(), IsDate: true, IsUtc: false, ZoneName: "");
        return text[8] == 'T' && TimeOfDay(text[9..]) is { } seconds
            ? new CalendarTime(date.AtMidnight().PlusSeconds(seconds), IsDate: false, isUtc, isUtc ? "" : zoneName.Trim())
            : null;
    }

    /// <summary>The value as a line of a calendar carries it: "20261203", "20261203T190000", or with Z.</summary>
    public static string Write(LocalDateTime local, bool isDate, bool isUtc = false)
    {
        var day = string.Create(CultureInfo.InvariantCulture, $"{local.Year:D4}{local.Month:D2}{local.Day:D2}");
        return isDate ? day
            : string.Create(CultureInfo.InvariantCulture, $"{day}T{local.Hour:D2}{local.Minute:D2}{local.Second:D2}{(isUtc ? "Z" : "")}");
    }

    private static LocalDate? Date(string digits)
    {
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        var (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
        return year is >= 1 and <= 9998 && month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month)
            ? new LocalDate(year, month, day)
            : null;
    }

    // Seconds after midnight. "24:00" is the end of the day; a leap second counts as the second before it (§3.3.12).
    private static int? TimeOfDay(string digits)
    {
        if (digits.Length is not (4 or 6) || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        if (digits.Length == 4)
            number *= 100;
        var (hour, minute, second) = (number / 10_000, number / 100 % 100, Math.Min(number % 100, 60));
        if (hour > 24 || minute > 59 || (hour == 24 && number % 10_000 > 0))
            return null;
        return hour * 3600 + minute * 60 + Math.Min(second, 59);
    }
}
