using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>What an iCalendar file holds, in our records.</summary>
/// <param name="Name">The calendar's name for people; empty when it has none.</param>
/// <param name="Events">Its events in the order of the file, each UID once.</param>
/// <param name="Problems">What could not be taken over as it was, in the order of the file.</param>
internal sealed record ParsedCalendar(string Name, IReadOnlyList<ParsedEvent> Events, IReadOnlyList<CalendarProblem> Problems);

/// <summary>One event of a calendar, with its whole series when it repeats.</summary>
/// <param name="Uid">The UID that finds it again at the next import; derived from the content when the file gives none.</param>
/// <param name="Line">Line of the file, from 1, at which its BEGIN:VEVENT stands.</param>
/// <param name="Event">The record; the same bytes for the same input, on every machine.</param>
internal sealed record ParsedEvent(string Uid, int Line, EventRecord Event);
