using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>What an import did.</summary>
/// <param name="Name">The calendar's name for people; may be empty.</param>
/// <param name="Events">Events it holds that could be read.</param>
/// <param name="Created">New ones.</param>
/// <param name="Updated">Changed ones.</param>
/// <param name="Unchanged">Those that stayed as they were.</param>
/// <param name="Rejected">VEVENTs that could not be taken.</param>
/// <param name="Problems">What could not be taken, or was taken with a change, in the order of the file.</param>
public sealed record CalendarReport(string Name, int Events, int Created, int Updated, int Unchanged, int Rejected, IReadOnlyList<CalendarProblem> Problems)
{
    /// <summary>Events that this calendar brought before, that it holds no more, and that are not over.</summary>
    public int Gone { get; init; }
}

/// <summary>Something in a calendar that could not be taken as it was.</summary>
/// <param name="Line">Line of the file, from 1, at which the component begins; 0 when it stands nowhere in it.</param>
/// <param name="Uid">The event's UID; empty when it has none.</param>
/// <param name="Reason">A code from <see cref="ImportReasons"/> or of a record's rule, for programs and for translations.</param>
/// <param name="Sentence">What happened and what to do, in English.</param>
/// <param name="IsNote">The event was taken all the same, changed as the sentence says.</param>
public sealed record CalendarProblem(int Line, string Uid, string Reason, string Sentence, bool IsNote)
{
    /// <summary>What the sentence names, such as a line or a zone, in its order; for the sentence in another language.</summary>
    public IReadOnlyList<object?> Values { get; init; } = [];

    /// <summary>The rule of a record that the event breaks; null: it is another problem.</summary>
    public RuleViolation? Violation { get; init; }
}
