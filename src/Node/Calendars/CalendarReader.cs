using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>What a calendar does not say itself.</summary>
/// <param name="Zone">IANA zone for times that name none: the chapter's.</param>
/// <param name="Language">BCP 47 tag of texts that name no language: the chapter's main one.</param>
/// <param name="Charset">What whoever sent the file says it is written in; empty when nobody says.</param>
internal sealed record CalendarDefaults(string Zone = "UTC", string Language = LanguageTag.Unknown, string Charset = "");

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
            return new ParsedCalendar("", [], [], problems.ToList()) { IsWhole = false };
        }

        var bytes = new CalendarBytes(file, defaults.Charset);
        var calendars = CalendarSplit.Components(bytes, "VCALENDAR").Take(CalendarLimits.Calendars).ToList();
        var others = new OtherComponents(bytes);
        var heads = CalendarHead.ReadAll(calendars, others.Zones, defaults, new PlaceReading(gazetteer, countries), problems);
        var (read, cancelled, count) = ReadEvents(bytes, heads, problems, cancel);

        if (count == 0 && calendars.Count == 0 && others.Count == 0)
            problems.Refuse(line: 1, uid: "", ImportReasons.NotACalendar,
                $"The file is no iCalendar file: it has neither BEGIN:VCALENDAR nor BEGIN:VEVENT.");
        else
            others.Tell(problems, hasEvents: count > 0);
        var folded = new SeriesFolding(problems).Fold(read).Where(parsed => KeepsRules(parsed, problems)).ToList();
        return new ParsedCalendar(heads.Skip(1).Select(head => head.Name).FirstOrDefault(name => name.Length > 0) ?? "", folded, cancelled, problems.ToList())
        {
            IsWhole = count > 0 && count <= CalendarLimits.Events && !heads.Any(head => head.IsMessage) && calendars.All(calendar => calendar.IsComplete),
        };
    }

    private static (List<ReadEvent> Read, List<ParsedCancellation> Cancelled, int Count) ReadEvents(
        CalendarBytes bytes, IReadOnlyList<CalendarHead> heads, ImportProblems problems, CancellationToken cancel)
    {
        var read = new List<ReadEvent>();
        var cancelled = new List<ParsedCancellation>();
        var count = 0;
        foreach (var component in CalendarSplit.Components(bytes, "VEVENT"))
        {
            cancel.ThrowIfCancellationRequested();
            if (++count > CalendarLimits.Events)
            {
                problems.Refuse(component.LineNumber, uid: "", ImportReasons.TooManyEvents,
                    $"The file holds more than {CalendarLimits.Events} events; those from here on are not read.");
                break;
            }

            var head = heads[Math.Min(component.CalendarNumber, heads.Count - 1)];
            if (head.Method == CalendarMethod.Message)
                problems.Refuse(component.LineNumber, EventReading.Uid(component), ImportReasons.MessageLeftOut,
                    $"This is an answer to an invitation, not an event (METHOD). Import the calendar itself.");
            else if (head.Method == CalendarMethod.Cancel && ParsedCancellation.Read(component, head, problems) is { } cancellation)
                cancelled.Add(cancellation);
            else if (head.Method == CalendarMethod.Cancel)
                continue;
            else if (head.Events.Read(component) is { } readable)
                read.Add(readable);
        }

        return (read, cancelled, count);
    }

    // Most was seen to while reading; what is left is mostly events whose texts together are too large for a record.
    private static bool KeepsRules(ParsedEvent parsed, ImportProblems problems)
    {
        if (EventRules.Check(parsed.Event) is not [var first, ..])
            return true;
        problems.Refuse(parsed.Line, parsed.Uid, first);
        return false;
    }
}
