namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>The twenty real calendars that lie beside the checkout, in shared/data/calendars.</summary>
internal static class SharedCalendars
{
    /// <summary>Their files, ordered by name.</summary>
    public static IReadOnlyList<string> Files { get; } = Find();

    /// <summary>The file of one city, or "online".</summary>
    public static string Named(string name) => Files.Single(file => Path.GetFileNameWithoutExtension(file) == name);

    private static string[] Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var calendars = Path.Combine(folder.FullName, "shared", "data", "calendars");
            if (Directory.Exists(calendars))
                return [.. Directory.GetFiles(calendars, "*.ics").Order(StringComparer.Ordinal)];
        }

        throw new InvalidOperationException("No shared/data/calendars beside a folder above the tests; see tests/README.md.");
    }
}
