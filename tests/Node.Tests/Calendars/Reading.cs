using System.Text;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>Reads calendars for tests: fixtures of this folder, and events written on the spot.</summary>
internal static class Reading
{
    private static readonly CalendarReader Reader = new(new Gazetteer(new Countries()), new Countries());

    public static ParsedCalendar Fixture(string name) => Bytes(File.ReadAllBytes(Path.Combine(Fixtures(), name)));

    public static ParsedCalendar Bytes(byte[] file) => Reader.Read(file, new CalendarDefaults(Zone: "Europe/Paris"));

    public static ParsedCalendar Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    /// <summary>A calendar with one event of these lines, besides UID, a start and a title, which the lines may replace.</summary>
    public static ParsedCalendar Event(params string[] lines)
    {
        var given = lines.ToList();
        if (!given.Exists(line => line.StartsWith("UID", StringComparison.Ordinal)))
            given.Add("UID:one@test");
        if (!given.Exists(line => line.StartsWith("DTSTART", StringComparison.Ordinal)))
            given.Add("DTSTART;TZID=Europe/Paris:20261203T190000");
        if (!given.Exists(line => line.StartsWith("SUMMARY", StringComparison.Ordinal)))
            given.Add("SUMMARY:OuiShare Drink");
        return Text($"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{string.Join("\r\n", given)}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    }

    /// <summary>The record of one event of these lines, which must be read without a problem.</summary>
    public static EventRecord Record(params string[] lines)
    {
        var calendar = Event(lines);
        Assert.Empty(calendar.Problems);
        return Assert.Single(calendar.Events).Event;
    }

    /// <summary>The folder of fixtures in the checkout.</summary>
    public static string Fixtures()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var fixtures = Path.Combine(folder.FullName, "tests", "Node.Tests", "Calendars", "fixtures");
            if (Directory.Exists(fixtures))
                return fixtures;
        }

        throw new InvalidOperationException("The tests do not run within the repository.");
    }
}
