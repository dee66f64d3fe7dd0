using System.Globalization;

namespace OuiShare.Federation.Protocol;

/// <summary>
/// A rule by which an event repeats (RFC 5545, §3.3.10), read from what stands after "RRULE:". Values in lists are ordered, each once, so that
/// following a rule costs the same however often a text repeats them.
/// </summary>
public sealed record RecurrenceRule
{
    /// <summary>Values of one list that differ, at most: three months of days, which no gathering needs.</summary>
    public const int ListLength = 100;

    /// <summary>Times of day at which a rule may repeat: hours, minutes and seconds combined.</summary>
    public const int TimesOfDay = 24;

    /// <summary>Largest COUNT: every day for 27 years.</summary>
    public const int LargestCount = 10_000;

    /// <summary>Largest INTERVAL: every thousandth day, week, month or year.</summary>
    public const int LargestInterval = 1_000;

    private static readonly string[] Frequencies = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
    private static readonly string[] Days = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];

    private RecurrenceRule(RecurrenceFrequency frequency) => Frequency = frequency;

    /// <summary>What it counts in.</summary>
    public RecurrenceFrequency Frequency { get; }

    /// <summary>Every how many of them; 1 to <see cref="LargestInterval"/>.</summary>
    public int Interval { get; private init; } = 1;

    /// <summary>How often in all; null: not limited so.</summary>
    public int? Count { get; private init; }

    /// <summary>UNTIL as written: a day, or a time that may end in Z; empty: not limited so.</summary>
    public string Until { get; private init; } = "";

    /// <summary>1 to 12.</summary>
    public IReadOnlyList<int> Months { get; private init; } = [];

    /// <summary>1 to 53, or from the year's end -1 to -53.</summary>
    public IReadOnlyList<int> Weeks { get; private init; } = [];

    /// <summary>1 to 366, or from the year's end.</summary>
    public IReadOnlyList<int> YearDays { get; private init; } = [];

    /// <summary>1 to 31, or from the month's end.</summary>
    public IReadOnlyList<int> MonthDays { get; private init; } = [];

    /// <summary>Weekdays: 0 for every one, or which one of the month or year, from its end when negative.</summary>
    public IReadOnlyList<(int Nth, DayOfWeek Day)> Weekdays { get; private init; } = [];

    /// <summary>0 to 23.</summary>
    public IReadOnlyList<int> Hours { get; private init; } = [];

    /// <summary>0 to 59.</summary>
    public IReadOnlyList<int> Minutes { get; private init; } = [];

    /// <summary>0 to 59; a leap second is the one before.</summary>
    public IReadOnlyList<int> Seconds { get; private init; } = [];

    /// <summary>Which of each day's, week's, month's or year's; from the end when negative.</summary>
    public IReadOnlyList<int> Positions { get; private init; } = [];

    /// <summary>On which day weeks begin.</summary>
    public DayOfWeek WeekStart { get; private init; } = DayOfWeek.Monday;

    /// <summary>Reads a rule.</summary>
    /// <param name="value">KEY=VALUE;…, in capitals. Parts that begin with X- are passed over.</param>
    /// <param name="why">Why it is not one, as a clause in English: "it names no frequency"; null when it is.</param>
    /// <returns>Null when it cannot be followed.</returns>
    public static RecurrenceRule? Read(string value, out string? why)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in value.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            why = equals <= 0 || equals == part.Length - 1 ? "it is not written as KEY=VALUE;…"
                : !part.StartsWith("X-", StringComparison.Ordinal) && !parts.TryAdd(part[..equals], part[(equals + 1)..]) ? $"it says {part[..equals]} twice"
                : null;
            if (why is not null)
                return null;
        }

        var frequency = Array.IndexOf(Frequencies, parts.GetValueOrDefault("FREQ"));
        why = frequency < 0 ? "it must say FREQ=DAILY, WEEKLY, MONTHLY or YEARLY" : null;
        return why is null ? Read(parts, new RecurrenceRule((RecurrenceFrequency)frequency), out why) : null;
    }

    private static RecurrenceRule? Read(Dictionary<string, string> parts, RecurrenceRule rule, out string? why)
    {
        why = null;
        foreach (var (key, value) in parts)
        {
            var next = key switch
            {
                "FREQ" => rule,
                "INTERVAL" => Number(value, 1, LargestInterval) is { } interval ? rule with { Interval = interval } : null,
                "COUNT" => Number(value, 1, LargestCount) is { } count ? rule with { Count = count } : null,
                "UNTIL" => RecurrenceDate.IsOne(value) ? rule with { Until = value } : null,
                "WKST" => Array.IndexOf(Days, value) is >= 0 and var day ? rule with { WeekStart = (DayOfWeek)day } : null,
                "BYDAY" => Distinct<(int Nth, DayOfWeek Day)>(value, Weekday) is { } list ? rule with { Weekdays = list } : null,
                "BYMONTH" => List(value, 12, isSigned: false) is { } list ? rule with { Months = list } : null,
                "BYWEEKNO" => List(value, 53, isSigned: true) is { } list ? rule with { Weeks = list } : null,
                "BYYEARDAY" => List(value, 366, isSigned: true) is { } list ? rule with { YearDays = list } : null,
                "BYMONTHDAY" => List(value, 31, isSigned: true) is { } list ? rule with { MonthDays = list } : null,
                "BYSETPOS" => List(value, 366, isSigned: true) is { } list ? rule with { Positions = list } : null,
                "BYHOUR" => Distinct<int>(value, text => Number(text, 0, 23)) is { } list ? rule with { Hours = list } : null,
                "BYMINUTE" => Distinct<int>(value, text => Number(text, 0, 59)) is { } list ? rule with { Minutes = list } : null,
                "BYSECOND" => Distinct<int>(value, text => Number(text, 0, 60) is { } second ? Math.Min(second, 59) : null) is { } list ? rule with { Seconds = list } : null,
                _ => null,
            };
            if (next is null)
            {
                why = $"its {PeerText.Clean(key, length: 20)} is unknown, out of range, or has more than {ListLength} values";
                return null;
            }

            rule = next;
        }

        if ((long)Math.Max(1, rule.Hours.Count) * Math.Max(1, rule.Minutes.Count) * Math.Max(1, rule.Seconds.Count) > TimesOfDay)
            why = $"it repeats more than {TimesOfDay} times a day";
        return why is null ? rule : null;
    }

    private static (int Nth, DayOfWeek Day)? Weekday(string text)
    {
        if (text.Length < 2 || Array.IndexOf(Days, text[^2..]) is not (>= 0 and var day))
            return null;
        return text.Length == 2 ? (0, (DayOfWeek)day) : Signed(text[..^2], 53) is { } nth ? (nth, (DayOfWeek)day) : null;
    }

    private static IReadOnlyList<int>? List(string value, int largest, bool isSigned) =>
        Distinct<int>(value, text => isSigned ? Signed(text, largest) : Number(text, 1, largest));

    private static IReadOnlyList<T>? Distinct<T>(string value, Func<string, T?> read)
        where T : struct
    {
        var values = new SortedSet<T>();
        foreach (var text in value.Split(','))
        {
            if (read(text) is not { } one)
                return null;
            values.Add(one);
        }

        return values.Count <= ListLength ? [.. values] : null;
    }

    private static int? Signed(string text, int largest) =>
        Number(text.AsSpan().TrimStart("+-"), 1, largest) is { } number && text.AsSpan().LastIndexOfAny('+', '-') <= 0 ? text[0] == '-' ? -number : number : null;

    private static int? Number(ReadOnlySpan<char> text, int smallest, int largest) =>
        text.Length <= 9 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= smallest && number <= largest ? number : null;
}

/// <summary>What a rule counts in. Hours and less are not among them: one short rule would fill a year with thousands of occurrences.</summary>
public enum RecurrenceFrequency
{
    /// <summary>Days.</summary>
    Daily,

    /// <summary>Weeks.</summary>
    Weekly,

    /// <summary>Months.</summary>
    Monthly,

    /// <summary>Years.</summary>
    Yearly,
}

/// <summary>A date of iCalendar in the form that records hold (RFC 5545, §3.3.4 and §3.3.5): 20261203, 20261203T190000, or with Z.</summary>
public static class RecurrenceDate
{
    private static readonly string[] Forms = ["yyyyMMdd", "yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmmss'Z'"];

    /// <summary>Whether the text is one, of any year.</summary>
    public static bool IsOne(string text) => Year(text) is not null;

    /// <summary>Its year; null when it is none.</summary>
    public static int? Year(string text) =>
        DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) ? date.Year : null;
}
