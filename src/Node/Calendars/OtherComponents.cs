namespace OuiShare.Federation.Node.Calendars;

/// <summary>What a file holds beside events: the zones it defines, and tasks and notes, which a chapter does not publish.</summary>
internal sealed class OtherComponents
{
    private readonly int _firstLine;

    /// <summary>Reads the file.</summary>
    public OtherComponents(CalendarBytes bytes)
    {
        var zones = new List<CalendarComponent>();
        foreach (var component in CalendarSplit.Components(bytes, "VTIMEZONE", "VTODO", "VJOURNAL"))
        {
            if (component.Name != "VTIMEZONE")
            {
                Count++;
                _firstLine = _firstLine == 0 ? component.LineNumber : _firstLine;
            }
            else if (component.IsComplete && zones.Count < CalendarLimits.Zones)
            {
                zones.Add(component);
            }
        }

        Zones = zones;
    }

    /// <summary>Its VTIMEZONEs that are whole.</summary>
    public IReadOnlyList<CalendarComponent> Zones { get; }

    /// <summary>How many tasks and notes there are.</summary>
    public int Count { get; }

    /// <summary>Tells of tasks and notes that are left out, if there are any.</summary>
    public void Tell(ImportProblems problems, bool hasEvents)
    {
        if (Count == 0)
            return;
        if (hasEvents)
            problems.Note(_firstLine, uid: "", ImportReasons.TasksLeftOut, $"{Count} tasks and notes (VTODO, VJOURNAL) are left out: a chapter publishes events.");
        else
            problems.Refuse(_firstLine, uid: "", ImportReasons.NoEvents, $"The file holds {Count} tasks and notes (VTODO, VJOURNAL) and no events. Export the events of your calendar.");
    }
}
