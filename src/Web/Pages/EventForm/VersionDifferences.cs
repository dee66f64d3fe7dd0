namespace OuiShare.Federation.Web.Pages.EventForm;

/// <summary>Compares what a person typed with what another published meanwhile, so that she can decide.</summary>
internal static class VersionDifferences
{
    /// <summary>The fields that differ, in the order of the form.</summary>
    public static IReadOnlyList<VersionDifference> Between(EventInput theirs, EventInput mine)
    {
        var fields = new List<VersionDifference>
        {
            new("form.format", theirs.Format, mine.Format),
            new("form.title", Titles(theirs), Titles(mine)),
            new("form.description", Descriptions(theirs), Descriptions(mine)),
            new("form.start", $"{theirs.StartDate} {theirs.StartTime}".Trim(), $"{mine.StartDate} {mine.StartTime}".Trim()),
            new("form.end", End(theirs), End(mine)),
            new("form.zone", theirs.Zone, mine.Zone),
            new("form.repeat", $"{theirs.Repeat} {theirs.Until} {theirs.CustomRule}".Trim(), $"{mine.Repeat} {mine.Until} {mine.CustomRule}".Trim()),
            new("form.venue", theirs.Venue, mine.Venue),
            new("form.address", theirs.Address, mine.Address),
            new("form.city", theirs.City, mine.City),
            new("form.online", theirs.OnlineUrl, mine.OnlineUrl),
            new("form.tags", theirs.Tags, mine.Tags),
            new("form.capacity", theirs.Capacity, mine.Capacity),
            new("form.link", theirs.Link, mine.Link),
            new("form.spoken", theirs.Spoken, mine.Spoken),
        };
        return [.. fields.Where(field => !string.Equals(field.Theirs, field.Mine, StringComparison.Ordinal))];
    }

    private static string Titles(EventInput input) =>
        string.Join("\n", input.Texts.Where(text => text.Title.Length > 0).OrderBy(text => text.Language, StringComparer.Ordinal).Select(text => $"{text.Language}: {text.Title}"));

    private static string Descriptions(EventInput input) =>
        string.Join("\n\n", input.Texts.Where(text => text.Description.Length > 0).OrderBy(text => text.Language, StringComparer.Ordinal).Select(text => $"{text.Language}: {text.Description}"));

    private static string End(EventInput input) =>
        $"{(input.EndDate == input.StartDate ? "" : input.EndDate)} {input.EndTime}".Trim();
}
