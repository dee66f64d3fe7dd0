using OuiShare.Federation.Node.Events;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>What an iCalendar file holds, in our records.</summary>
/// <param name="Name">The calendar's name for people; empty when it has none.</param>
/// <param name="Events">Its events in the order of the file, each UID once.</param>
/// <param name="Cancelled">What it says does not take place (METHOD:CANCEL), in the order of the file.</param>
/// <param name="Problems">What could not be taken over as it was, in the order of the file.</param>
internal sealed record ParsedCalendar(
    string Name, IReadOnlyList<ParsedEvent> Events, IReadOnlyList<ParsedCancellation> Cancelled, IReadOnlyList<CalendarProblem> Problems)
{
    /// <summary>
    /// Whether the file is a whole calendar, so that an event that is not in it left it: no message about some events, not cut off, not
    /// empty, which is more often a site's mistake than a chapter without plans.
    /// </summary>
    public required bool IsWhole { get; init; }
}

/// <summary>One event of a calendar, with its whole series when it repeats.</summary>
/// <param name="Uid">The UID that finds it again at the next import; derived from the content when the file gives none.</param>
/// <param name="Line">Line of the file, from 1, at which its BEGIN:VEVENT stands.</param>
/// <param name="Event">The record; the same bytes for the same input, on every machine.</param>
/// <param name="Version">Which version of the event it is.</param>
/// <param name="Calendar">What tells its calendar from others, see <see cref="CalendarHead.Identity"/>.</param>
internal sealed record ParsedEvent(string Uid, int Line, EventRecord Event, EventVersion Version, string Calendar);

/// <summary>An event, or some occurrences of one, that a calendar says does not take place.</summary>
/// <param name="Uid">The event's UID.</param>
/// <param name="Line">Line of the file, from 1, at which its BEGIN:VEVENT stands.</param>
/// <param name="Version">Which version of the event says so.</param>
/// <param name="Occurrence">The occurrence that is meant; null for the whole event.</param>
/// <param name="IsFromHereOn">Whether that occurrence and all after it are meant.</param>
/// <param name="Head">Its calendar.</param>
internal sealed record ParsedCancellation(string Uid, int Line, EventVersion Version, CalendarTime? Occurrence, bool IsFromHereOn, CalendarHead Head)
{
    /// <summary>
    /// Reads a VEVENT of a calendar with METHOD:CANCEL, which often says no more than which event it means. Null when it is not clear which, which
    /// <paramref name="problems"/> then tells: all of a series must not fall for one occurrence.
    /// </summary>
    public static ParsedCancellation? Read(CalendarComponent lines, CalendarHead head, ImportProblems problems)
    {
        var (uid, line) = (EventReading.Uid(lines), lines.Line("RECURRENCE-ID"));
        var occurrence = line is null ? null : CalendarTime.Read(line);
        if (lines.IsComplete && (line is null || occurrence is not null))
            return new ParsedCancellation(uid, lines.LineNumber, EventVersion.Of(lines), occurrence, EventReading.IsFromHereOn(line), head);
        problems.Refuse(lines.LineNumber, uid, ImportReasons.ExceptionLeftOut, $"Which occurrence of the series this changes cannot be read (RECURRENCE-ID).");
        return null;
    }

    /// <summary>The same for the event's grain, which knows the event's zone and not the calendar's.</summary>
    public CalendarCancellation Meaning()
    {
        if (Occurrence is not { } named)
            return new CalendarCancellation(Occurrence: null, IsUtc: false, IsFromHereOn: false);
        // A time without a zone is one on the event's own clock.
        var isLocal = named.IsDate || (!named.IsUtc && named.ZoneName.Length == 0);
        var local = isLocal ? named.Local : Head.Times.ToLocal(named, NodaTime.DateTimeZone.Utc);
        return new CalendarCancellation(CalendarTime.Write(local, named.IsDate), IsUtc: !isLocal, IsFromHereOn);
    }
}
