using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests;

/// <summary>Records that break no rule, for tests to change.</summary>
internal static class Samples
{
    /// <summary>The fake clock's start: before the sample event.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    public static readonly Actor Connector = new(Guid.Parse("01900000-0000-7000-8000-000000000001"), Role.Connector);

    public static readonly Actor Member = new(Guid.Parse("01900000-0000-7000-8000-000000000002"), Role.Member);

    public static readonly Actor OtherMember = new(Guid.Parse("01900000-0000-7000-8000-000000000003"), Role.Member);

    public static readonly Actor Visitor = new(null, Role.Visitor);

    public static LocalizedText Text(string text) => new()
    {
        SourceLanguage = "fr",
        Translations = { new Translation { Language = "fr", Text = text, Version = 1 } },
    };

    public static EventRecord Event(string title = "Apéro OuiShare", uint capacity = 0) => new()
    {
        Title = Text(title),
        Description = Text("Un verre entre amis"),
        Time = new EventTime { Start = "2026-12-03T19:00", End = "2026-12-03T22:00", Zone = "Europe/Paris" },
        Place = new Place { Name = "Le Comptoir", City = "Paris", Country = "FR" },
        Format = EventFormat.Drink,
        Capacity = capacity,
        Status = EventStatus.Confirmed,
    };

    public static ChapterRecord Chapter(string name = "OuiShare Paris") => new()
    {
        Name = name,
        Place = new Place { City = "Paris", Country = "FR" },
        Languages = { "fr" },
        Zone = "Europe/Paris",
    };
}
