using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>What a calendar leaves unsaid.</summary>
/// <param name="Zone">IANA zone of times without one, unless the calendar names one: the chapter's.</param>
/// <param name="Language">BCP 47 tag of texts without one; "und" when nobody knows.</param>
internal sealed record CalendarDefaults(string Zone = "UTC", string Language = LanguageTag.Unknown);

/// <summary>
/// Reads iCalendar files (RFC 5545, 7986) into our records. Each VEVENT is read on its own, so that a bad one is reported with
/// its line and UID and costs only itself. The same bytes always give the same records. Never throws for what a file holds; time and
/// memory are bounded by <see cref="CalendarLimits"/>. Safe for use by many threads.
/// </summary>
/// <remarks>
/// Ical.Net reads durations. Lines and dates are read here: Ical.Net reads a file whole
/// or not at all, drops dates it does not understand without a word, and throws for zones it does not know.
/// </remarks>
internal sealed class CalendarReader(Gazetteer gazetteer, Countries countries)
{
    /// <summary>Reads a whole file.</summary>
    public ParsedCalendar Read(ReadOnlyMemory<byte> file, CalendarDefaults defaults, CancellationToken cancel = default)
    {
        var problems = new ImportProblems();
        if (file.Length > CalendarLimits.FileBytes)
        {
            problems.Refuse(line: 1, uid: "", ImportReasons.FileTooLarge,
                $"The file has {file.Length >> 20} MiB; a calendar may have {CalendarLimits.FileBytes >> 20} MiB.");
            return new ParsedCalendar("", [], problems.ToList());
        }

        var calendar = CalendarSplit.Components(file, "VCALENDAR").FirstOrDefault() ?? new CalendarComponent("", LineNumber: 0);
        var zones = new CalendarZones(
            CalendarSplit.Components(file, "VTIMEZONE").Take(CalendarLimits.Zones).Where(zone => zone.IsComplete),
            calendar.Line("X-WR-TIMEZONE")?.Text ?? "", defaults.Zone);
        var times = new EventTimeReading(zones);
        var isOurs = calendar.Line("PRODID")?.Text.StartsWith(OwnProperties.Product, StringComparison.Ordinal) ?? false;
        var events = new EventReading(times, new PlaceReading(gazetteer, countries), new TextReading(defaults.Language, isOurs), problems);

        var read = new List<ReadEvent>();
        var count = 0;
        foreach (var component in CalendarSplit.Components(file, "VEVENT"))
        {
            cancel.ThrowIfCancellationRequested();
            if (++count > CalendarLimits.Events)
            {
                problems.Refuse(component.LineNumber, uid: "", ImportReasons.TooManyEvents,
                    $"The file holds more than {CalendarLimits.Events} events; those from here on are not read.");
                break;
            }

            if (events.Read(component) is { } readable)
                read.Add(readable);
        }

        if (count == 0 && calendar.Name.Length == 0)
            problems.Refuse(line: 1, uid: "", ImportReasons.NotACalendar,
                $"The file is no iCalendar file: it has neither BEGIN:VCALENDAR nor BEGIN:VEVENT.");
        var folded = new SeriesFolding(times, problems).Fold(read).Where(parsed => KeepsRules(parsed, problems)).ToList();
        return new ParsedCalendar(Name(calendar), folded, problems.ToList());
    }

    // Most was seen to while reading; what is left is mostly events whose texts together are too large for a record.
    private static bool KeepsRules(ParsedEvent parsed, ImportProblems problems)
    {
        if (EventRules.Check(parsed.Event) is not [var first, ..])
            return true;
        problems.Refuse(parsed.Line, parsed.Uid, first);
        return false;
    }

    private static string Name(CalendarComponent calendar) =>
        PlainText.Shortened(
            PlainText.Line((calendar.Line("NAME") ?? calendar.Line("X-WR-CALNAME"))?.Text ?? ""), CalendarLimits.TitleLength);
}
