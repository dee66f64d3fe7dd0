namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Takes a calendar apart into its components, so that each event is read on its own and a broken one costs only itself.
/// Ical.Net would read the whole file and stop at the first error.
/// </summary>
internal static class CalendarSplit
{
    // Components that hold nothing we read are passed over without being kept.
    private const int DeepestKept = 3;

    /// <summary>
    /// The components of these names (such as "VEVENT"), at any depth, in the order of the file; for
    /// "VCALENDAR" alone the lines of each calendar itself. Reads the file from its beginning; needs memory for one component.
    /// </summary>
    public static IEnumerable<CalendarComponent> Components(CalendarBytes file, params string[] names)
    {
        var isCalendar = names is ["VCALENDAR"];
        var calendars = 0;
        // The component that is being kept and those open inside it. What else is open does not matter.
        var open = new List<CalendarComponent>();
        foreach (var line in file.Lines())
        {
            var (begins, ends) = Markers(line.Text);
            if (begins == "VCALENDAR")
                calendars++;
            if (begins is not null && names.Contains(begins))
            {
                // A second BEGIN before the END: the first was cut off.
                if (open.Count > 0)
                    yield return open[0];
                open = [new CalendarComponent(begins, line.Number) { CalendarNumber = calendars }];
            }
            else if (open.Count == 0)
            {
                // Nothing of interest is open.
            }
            else if (begins is not null)
            {
                if (isCalendar && open.Count == 1 && begins is "VEVENT" or "VTIMEZONE" or "VTODO" or "VJOURNAL" or "VFREEBUSY")
                {
                    // The lines of a calendar end where its first component begins.
                    open[0].IsComplete = true;
                    yield return open[0];
                    open = [];
                    continue;
                }

                Open(open, new CalendarComponent(begins, line.Number));
            }
            else if (ends is not null)
            {
                if (Close(open, ends) is { } closed)
                {
                    yield return closed;
                    open = [];
                }
            }
            else
            {
                Keep(open[^1], line);
            }
        }

        if (open.Count > 0)
            yield return open[0];
    }

    private static void Open(List<CalendarComponent> open, CalendarComponent inside)
    {
        // Depth and number are bounded: what is deeper goes to the innermost that is kept.
        if (open.Count >= DeepestKept || open[^1].Parts.Count >= CalendarLimits.PartsOfComponent)
            return;
        open[^1].Parts.Add(inside);
        open.Add(inside);
    }

    // Closes the innermost component of this name with all inside it; gives back the kept one when it was that.
    private static CalendarComponent? Close(List<CalendarComponent> open, string ends)
    {
        if (ends == open[0].Name)
        {
            open[0].IsComplete = true;
            return open[0];
        }

        // The calendar around it ends: this one was cut off.
        if (ends == "VCALENDAR")
            return open[0];
        var innermost = open.FindLastIndex(component => component.Name == ends);
        if (innermost > 0)
        {
            open[innermost].IsComplete = true;
            open.RemoveRange(innermost, open.Count - innermost);
        }

        return null;
    }

    private static void Keep(CalendarComponent component, CalendarBytes.Line line)
    {
        var content = line.IsCut || component.Lines.Count >= CalendarLimits.LinesOfComponent
            ? null
            : ContentLine.Read(line.Number, line.Text);
        if (content is null)
            component.LinesLeftOut++;
        else
            component.Lines.Add(content);
    }

    private static (string? Begins, string? Ends) Markers(string line)
    {
        if (line.StartsWith("BEGIN:", StringComparison.OrdinalIgnoreCase))
            return (line[6..].Trim().ToUpperInvariant(), null);
        if (line.StartsWith("END:", StringComparison.OrdinalIgnoreCase))
            return (null, line[4..].Trim().ToUpperInvariant());
        return (null, null);
    }
}
