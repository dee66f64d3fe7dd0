using System.Globalization;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Text;

/// <summary>
/// Says how a series repeats (RFC 5545, §3.3.10), as far as a short sentence can: "Every month, on the first Thursday". A rule with parts that
/// have no words is said to repeat, no more; its next dates are listed beside it.
/// </summary>
internal sealed class RuleWords(Wording say)
{
    private const string RulePrefix = "RRULE:";

    private static readonly string[] Weekdays = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    // Parts that change nothing that is said, or that are said.
    private static readonly HashSet<string> SaidParts = ["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"];

    /// <summary>The sentence; null when the event takes place once.</summary>
    public string? Of(EventTime time)
    {
        if (time.Recurrence.Count == 0)
            return null;
        var rules = time.Recurrence.Where(line => line.StartsWith(RulePrefix, StringComparison.OrdinalIgnoreCase)).ToList();
        if (rules is not [var rule])
            return say["rule.dates"].Value;

        var parts = new Dictionary<string, string>();
        foreach (var part in rule[RulePrefix.Length..].ToUpperInvariant().Split(';', StringSplitOptions.RemoveEmptyEntries))
            parts[part.Split('=', 2)[0]] = part.Split('=', 2)[^1];
        if (!parts.Keys.All(SaidParts.Contains) || Frequency(parts) is not { } frequency)
            return say["rule.dates"].Value;

        return frequency + End(parts);
    }

    private string? Frequency(Dictionary<string, string> parts)
    {
        var interval = parts.TryGetValue("INTERVAL", out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 1;
        var days = parts.GetValueOrDefault("BYDAY");
        var monthDays = parts.GetValueOrDefault("BYMONTHDAY");
        return parts.GetValueOrDefault("FREQ") switch
        {
            "DAILY" when days is null && monthDays is null => say.Count("rule.daily", interval).Value,
            "WEEKLY" when days is null && monthDays is null => say.Count("rule.weekly", interval).Value,
            "WEEKLY" when monthDays is null && DayNames(days!) is { } names => say.Count("rule.weekly.on", interval, names).Value,
            "MONTHLY" when days is null && monthDays is null => say.Count("rule.monthly", interval).Value,
            "MONTHLY" when days is null && int.TryParse(monthDays, CultureInfo.InvariantCulture, out var day) && day > 0 => say.Count("rule.monthly.day", interval, day).Value,
            "MONTHLY" when monthDays is null && Nth(days!) is { } nth => say.Count("rule.monthly.on", interval, nth).Value,
            "YEARLY" when days is null && monthDays is null => say.Count("rule.yearly", interval).Value,
            _ => null,
        };
    }

    // "MO,WE": Monday and Wednesday.
    private string? DayNames(string days)
    {
        var names = days.Split(',').Select(DayName).ToList();
        return names switch
        {
            _ when names.Contains(null) => null,
            [.. var first, var last] when first.Count > 0 => say["rule.and", string.Join(", ", first), last!].Value,
            _ => names[0],
        };
    }

    // "1TH" or "-1FR": the first Thursday, the last Friday; more than one day is not said.
    private string? Nth(string day)
    {
        if (day.Length is < 3 or > 4 || DayName(day[^2..]) is not { } name)
            return null;
        return day[..^2] switch
        {
            "1" or "+1" => say["rule.first", name].Value,
            "2" or "+2" => say["rule.second", name].Value,
            "3" or "+3" => say["rule.third", name].Value,
            "4" or "+4" => say["rule.fourth", name].Value,
            "-1" => say["rule.last", name].Value,
            _ => null,
        };
    }

    private string End(Dictionary<string, string> parts)
    {
        if (parts.TryGetValue("UNTIL", out var until) && until.Length >= 8
            && DateTime.TryParseExact(until[..8], "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last))
        {
            return say["rule.until", say["date.short.year", last].Value];
        }

        return parts.TryGetValue("COUNT", out var count) && int.TryParse(count, CultureInfo.InvariantCulture, out var times) ? say.Count("rule.times", times) : "";
    }

    private static string? DayName(string day) =>
        Array.IndexOf(Weekdays, day) is >= 0 and var number ? CultureInfo.CurrentCulture.DateTimeFormat.DayNames[number] : null;
}
