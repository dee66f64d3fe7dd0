using System.Globalization;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What the time of an event must keep to. Whether its zone exists and its rule ever happens, the node knows.</summary>
internal static class EventTimeRules
{
    private const int Lines = 20;
    private const int LineLength = 4000;
    private const int Exceptions = 400;
    private const int TitleLength = 200;

    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
    private static readonly string[] DayForms = ["yyyy-MM-dd"];
    private const int RuleLines = 4;

    // Of each sort, those added and those left out.
    private const int Dates = 2_000;

    private static readonly string[] Properties = ["RRULE", "RDATE", "EXDATE"];

    /// <summary>Checks the time of an event.</summary>
    public static void Check(RecordCheck check, EventTime? time)
    {
        if (time is null)
        {
            check.Break("time", "MISSING", "Say when the event takes place.");
            return;
        }

        var start = Local(check, "time.start", time.Start, time.AllDay, isRequired: true);
        var end = Local(check, "time.end", time.End, time.AllDay, isRequired: false);
        if (start > end || (time.AllDay && start == end))
            check.Break("time.end", "BEFORE_START", time.AllDay
                ? "The end of an all-day event is the day after its last; choose a later day."
                : "The event ends before it begins; choose a later end.");
        check.Zone("time.zone", time.Zone, isRequired: !time.AllDay);
        CheckRecurrence(check, time);
        CheckExceptions(check, time);
    }

    private static void CheckRecurrence(RecordCheck check, EventTime time)
    {
        const string field = "time.recurrence";
        if (time.Recurrence.Count > Lines)
            check.Break(field, "TOO_MANY", $"The recurrence has {time.Recurrence.Count} lines; at most {Lines} are kept.");
        var counts = Properties.ToDictionary(name => name, _ => 0, StringComparer.Ordinal);
        foreach (var line in time.Recurrence.Take(Lines))
        {
            check.Text(field, line, LineLength);
            var name = line[..Math.Max(0, line.AsSpan().IndexOfAny(':', ';'))];
            var value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
            if (!counts.ContainsKey(name))
                check.Break(field, "PROPERTY", "A recurrence line must begin with RRULE, RDATE or EXDATE, in capitals; EXRULE is not followed.");
            else if (name == "RRULE")
                counts[name] += CheckRule(check, field, line, value);
            else
                counts[name] += CheckDates(check, field, value);
        }

        if (counts["RRULE"] > RuleLines)
            check.Break(field, "TOO_MANY", $"The event repeats by {counts["RRULE"]} rules; at most {RuleLines} are followed.");
        if (Math.Max(counts["RDATE"], counts["EXDATE"]) is var dates and > Dates)
            check.Break(field, "TOO_MANY", $"The recurrence names {dates} dates; at most {Dates} are kept.");
    }

    private static int CheckRule(RecordCheck check, string field, string line, string value)
    {
        // A rule has no parameters.
        if (RecurrenceRule.Read(value, out var why) is null || !line.StartsWith("RRULE:", StringComparison.Ordinal))
            check.Break(field, "RULE", $"The rule by which the event repeats cannot be followed: {why ?? "a colon must come after RRULE"}.");
        return 1;
    }

    private static int CheckDates(RecordCheck check, string field, string value)
    {
        var dates = value.Split(',');
        if (dates.FirstOrDefault(date => RecurrenceDate.Year(date) is not (>= Limits.EarliestYear and <= Limits.LatestYear)) is { } wrong)
            check.Break(field, "DATE", $"\"{PeerText.Clean(wrong, length: 30)}\" is no date of the years {Limits.EarliestYear} to {Limits.LatestYear}, written as 20261203 or 20261203T190000.");
        return dates.Length;
    }

    private static void CheckExceptions(RecordCheck check, EventTime time)
    {
        const string field = "time.exceptions";
        if (time.Exceptions.Count > Exceptions)
            check.Break(field, "TOO_MANY", $"{time.Exceptions.Count} occurrences differ from the rule; at most {Exceptions} are kept.");
        if (time.Exceptions.Count > 0 && time.Recurrence.Count == 0)
            check.Break(field, "WITHOUT_RULE", "Only an event that recurs has occurrences that differ; add the rule or remove them.");
        DateTime? previous = null;
        foreach (var exception in time.Exceptions.Take(Exceptions))
        {
            var original = Local(check, field, exception.OriginalStart, time.AllDay, isRequired: true);
            var start = Local(check, field, exception.Start, time.AllDay, isRequired: false);
            var end = Local(check, field, exception.End, time.AllDay, isRequired: false);
            if (original <= previous)
                check.Break(field, "ORDER", "Occurrences that differ must be ordered by original_start, each once.");
            if ((start ?? original) > end)
                check.Break(field, "BEFORE_START", "An occurrence ends before it begins; choose a later end.");
            if (exception.Cancelled && (start is not null || end is not null || exception.Title is not null))
                check.Break(field, "CANCELLED", "A cancelled occurrence has no other time or title; remove them.");
            check.Localized(field, exception.Title, TitleLength);
            previous = original ?? previous;
        }
    }

    private static DateTime? Local(RecordCheck check, string field, string text, bool allDay, bool isRequired)
    {
        if (text.Length == 0)
        {
            if (isRequired)
                check.Break(field, "MISSING", "Say when it begins.");
            return null;
        }

        if (DateTime.TryParseExact(text, allDay ? DayForms : TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            if (local.Year is < Limits.EarliestYear or > Limits.LatestYear)
                check.Break(field, "YEAR", $"The year {local.Year} lies outside {Limits.EarliestYear} to {Limits.LatestYear}; check it.");
            return local;
        }

        check.Break(field, "FORM", allDay
            ? "A day is written as 2026-12-03."
            : "A time is written as 2026-12-03T19:00, local to the event's zone.");
        return null;
    }
}
