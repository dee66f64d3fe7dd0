using System.Text.Json;
using System.Text.Json.Serialization;

namespace OuiShare.Federation.Web.Demo;

/// <summary>One file of <c>Demo/sample</c>: a chapter with its members and events.</summary>
internal sealed record SampleChapter(ChapterSample Chapter, IReadOnlyList<MemberSample> Members, IReadOnlyList<SampleEvent> Events)
{
    /// <summary>Reads the sample that was built into the program.</summary>
    /// <param name="name">File name without ending, such as "paris".</param>
    public static SampleChapter Read(string name)
    {
        using var file = typeof(SampleChapter).Assembly.GetManifestResourceStream($"Demo.sample.{name}.json")
            ?? throw new InvalidOperationException($"There is no sample called {name}.");
        return JsonSerializer.Deserialize(file, SampleJson.Default.SampleChapter)
            ?? throw new InvalidOperationException($"The sample {name} is empty.");
    }
}

/// <summary>Who the chapter is.</summary>
internal sealed record ChapterSample(string Name, string City, string Country, string Zone, IReadOnlyList<string> Languages);

/// <summary>A member who shows herself to the network.</summary>
internal sealed record MemberSample(string Name);

/// <summary>Where people meet.</summary>
internal sealed record PlaceSample(string? Name, string? Address, string? City, string? Country, double? Latitude, double? Longitude);

/// <summary>An event, dated from the day the demo runs.</summary>
/// <remarks>What may be absent has a setter: generated readers would put null in place of an initialiser's value otherwise.</remarks>
internal sealed record SampleEvent
{
    /// <summary>Names it among the samples.</summary>
    public required string Uid { get; init; }

    /// <summary>Text by language; the first is the source.</summary>
    public required Dictionary<string, string> Title { get; init; }

    /// <summary>Markdown by language.</summary>
    public Dictionary<string, string> Description { get; set; } = [];

    /// <summary>Days from today to the first day; negative: it is over. A series starts on the first day from there that its rule names.</summary>
    public required int InDays { get; init; }

    /// <summary>Days it lasts; only when <see cref="AllDay"/>.</summary>
    public int Days { get; set; } = 1;

    /// <summary>Whole days instead of hours.</summary>
    public bool AllDay { get; set; }

    /// <summary>Local time, such as "19:00".</summary>
    public string? Start { get; set; }

    /// <summary>Local time on the same day, or on the next when it is not after the start.</summary>
    public string? End { get; set; }

    /// <summary>iCalendar lines.</summary>
    public IReadOnlyList<string> Recurrence { get; set; } = [];

    /// <summary>Which occurrences do not take place; the first is 1.</summary>
    public IReadOnlyList<int> SkipOccurrences { get; set; } = [];

    /// <summary>Null: only online.</summary>
    public PlaceSample? Place { get; set; }

    /// <summary>Where to join online.</summary>
    public string? OnlineUrl { get; set; }

    /// <summary>As in EventFormat, lower case, without its prefix.</summary>
    public required string Format { get; init; }

    /// <summary>Words for finding it.</summary>
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>Seats; 0: no limit.</summary>
    public uint Capacity { get; set; }

    /// <summary>Its own page.</summary>
    public string? Link { get; set; }

    /// <summary>Why it does not take place, by language; null: it does.</summary>
    public Dictionary<string, string>? Cancelled { get; set; }

    /// <summary>Languages spoken there.</summary>
    public IReadOnlyList<string> SpokenLanguages { get; set; } = [];
}

/// <summary>How samples are read, without reflection.</summary>
[JsonSerializable(typeof(SampleChapter))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class SampleJson : JsonSerializerContext;
