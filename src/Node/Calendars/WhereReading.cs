namespace OuiShare.Federation.Node.Calendars;

/// <summary>What a LOCATION says: whether people meet online, and the words that name a place.</summary>
/// <param name="Text">The LOCATION's lines; empty for none.</param>
/// <param name="Place">What of them names a place on earth; empty when nothing does.</param>
/// <param name="IsOnline">Whether it says that people meet online, perhaps besides the place.</param>
/// <param name="Written">What the record keeps of LOCATION, in one line: empty when a node made it of the record's own fields.</param>
internal sealed record WhereReading(string Text, string Place, bool IsOnline, string Written)
{
    // No address has more; what follows stays in the last.
    private const int MostParts = 50;

    private static readonly char[] Between = [',', '\n', '/', '|', '+', '&', '(', ')', ';', '·'];

    /// <summary>Reads the LOCATION of an event.</summary>
    /// <param name="lines">The event.</param>
    /// <param name="isOurs">Whether a node wrote the calendar.</param>
    public static WhereReading Read(CalendarComponent lines, bool isOurs)
    {
        var text = PlainText.Block(lines.Line("LOCATION")?.Text ?? "");
        var own = lines.Line(OwnProperties.Location)?.Text;
        if (own is not null)
            text = PlainText.Block(own);
        var isSaid = lines.Line(OwnProperties.Online)?.Value.Trim().Equals("TRUE", StringComparison.OrdinalIgnoreCase) ?? false;
        var written = isOurs && own is null ? "" : PlainText.Shortened(PlainText.Line(text.Replace("\n", ", ", StringComparison.Ordinal)), CalendarLimits.LocationLength);
        // A node says all there is in properties of its own.
        if (isOurs)
            return new WhereReading(text, Place: "", isSaid, written);
        var (place, isOnline) = Divide(text);
        return new WhereReading(text, place, isSaid || isOnline, written);
    }

    // "Online", "https://…", "La Paillasse, Paris + Zoom".
    private static (string Place, bool IsOnline) Divide(string text)
    {
        if (OnlineWords.Are(text) || WebUrl.Read(text) is not null)
            return ("", true);
        if (WebUrl.In(text) is { } url)
        {
            // "Zoom: https://…" names no place; "Chez Marie https://chez-marie.example" does, and where it is on the web.
            var rest = WithoutAddresses(text);
            if (rest.Length == 0 || OnlineWords.Are(rest))
                return ("", true);
            return (rest, MeetingLinks.Is(url));
        }

        var parts = text.Split(Between, MostParts, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var online = parts.Where(OnlineWords.Are).ToList();
        return online.Count == 0 ? (text, false) : (string.Join(", ", parts.Except(online)), true);
    }

    private static string WithoutAddresses(string text)
    {
        var lines = text.Split('\n').Select(line => string.Join(' ', line.Split(' ').Where(word => WebUrl.In(word) is null)).Trim(' ', ':', '-', ','));
        return string.Join('\n', lines.Where(line => line.Length > 0));
    }
}
