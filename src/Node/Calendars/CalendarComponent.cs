namespace OuiShare.Federation.Node.Calendars;

/// <summary>A part of a calendar between BEGIN and END, such as one VEVENT with its alarms.</summary>
/// <param name="Name">Its name in capitals: "VEVENT".</param>
/// <param name="LineNumber">Line of the file, from 1, at which it begins.</param>
internal sealed record CalendarComponent(string Name, int LineNumber)
{
    /// <summary>Which VCALENDAR of the file it stands in, from 1; 0 before the first.</summary>
    public int CalendarNumber { get; init; }

    /// <summary>Its own lines, without those of the components inside it, in their order.</summary>
    public List<ContentLine> Lines { get; } = [];

    /// <summary>The components inside it, in their order.</summary>
    public List<CalendarComponent> Parts { get; } = [];

    /// <summary>Whether its END was found. Without it, what came after may belong to it, so that it cannot be trusted.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Lines that were left out because they were too long, too many or no lines of a calendar.</summary>
    public int LinesLeftOut { get; set; }

    /// <summary>The first line with this name; null when there is none.</summary>
    public ContentLine? Line(string name)
    {
        foreach (var line in Lines)
            if (line.Name == name)
                return line;
        return null;
    }

    /// <summary>All lines with this name, in their order.</summary>
    public IEnumerable<ContentLine> All(string name) => Lines.Where(line => line.Name == name);
}
