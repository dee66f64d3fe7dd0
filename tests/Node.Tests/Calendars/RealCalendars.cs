namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>The twenty real calendars of tests/calendars.</summary>
internal static class RealCalendars
{
    /// <summary>Their files, ordered by name.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root(), "tests", "calendars"), "*.ics").Order(StringComparer.Ordinal)];

    /// <summary>The file of one city, or "online".</summary>
    public static string Named(string name) => Files.Single(file => Path.GetFileNameWithoutExtension(file) == name);
}
