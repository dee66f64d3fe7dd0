using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Decides whether an import changes an event that was imported before.</summary>
internal static class CalendarChange
{
    /// <summary>
    /// Whether two records say the same of an event. SEQUENCE is left aside: the node counts its own publications, and a
    /// calendar that raises its number without changing a word changes nothing for people.
    /// </summary>
    public static bool IsSame(EventRecord imported, EventRecord read)
    {
        if (imported.Sequence == read.Sequence)
            return imported.Equals(read);
        var withItsSequence = read.Clone();
        withItsSequence.Sequence = imported.Sequence;
        return imported.Equals(withItsSequence);
    }
}
