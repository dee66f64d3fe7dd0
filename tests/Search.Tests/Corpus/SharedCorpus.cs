using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OuiShare.Federation.Search.Tests.Corpus;

/// <summary>
/// The corpus of events and questions in <c>shared/data/corpus</c>, which lies beside or above the repository where it is present
/// and is not shipped with it: its word lists may be used for tests only.
/// </summary>
internal static class SharedCorpus
{
    /// <summary>The corpus's "now": a tenth of its events are upcoming then.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Its folder.</summary>
    public static string Folder { get; } = Ancestors(AppContext.BaseDirectory)
        .Select(ancestor => Path.Combine(ancestor, "shared", "data", "corpus"))
        .FirstOrDefault(Directory.Exists) ?? throw new InvalidOperationException("There is no folder shared/data/corpus beside or above the repository.");

    /// <summary>Writes so many events to a file; the same ones each time.</summary>
    public static async Task GenerateAsync(int count, string path)
    {
        using var generator = Process.Start("bash", [Path.Combine(Folder, "generate"), $"{count}", path]);
        await generator.WaitForExitAsync();
        Assert.Equal(0, generator.ExitCode);
    }

    /// <summary>The questions as people type them.</summary>
    public static IReadOnlyList<CorpusQuery> ReadQueries()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        return [.. File.ReadLines(Path.Combine(Folder, "queries.jsonl")).Select(line => JsonSerializer.Deserialize<CorpusQuery>(line, options)!)];
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var ancestor = new DirectoryInfo(folder); ancestor is not null; ancestor = ancestor.Parent)
            yield return ancestor.FullName;
    }
}

/// <summary>An event of the corpus: a document, and the two labels that are hidden from the index.</summary>
internal sealed record CorpusEvent(SearchDocument Document, int Topic, int City, string[] Tags, string Language, SearchPoint Point, long End)
{
    public static CorpusEvent Parse(string line)
    {
        var columns = line.Split('\t');
        var point = new SearchPoint(double.Parse(columns[10], CultureInfo.InvariantCulture), double.Parse(columns[11], CultureInfo.InvariantCulture));
        var span = new SearchTimeSpan(Time(columns[12]), Time(columns[13]));
        var tags = columns[4].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var document = new SearchDocument
        {
            // As long as the node's keys: an origin in hexadecimal digits and an id.
            Key = $"{columns[5].PadLeft(64, '0')}/{columns[0].PadLeft(32, '0')}",
            Texts = [new(columns[1], columns[2], columns[3])],
            Tags = tags,
            PlaceWords = $"{columns[9]}, {columns[7]}, {columns[8]}",
            Group = columns[5].PadLeft(64, '0'),
            GroupName = columns[6],
            Point = point,
            Occurrences = [span],
            IsOnline = columns[14] == "1",
            Stored = System.Text.Encoding.UTF8.GetBytes(line),
            FeedText = $"BEGIN:VEVENT\r\nUID:{columns[0]}\r\nSUMMARY:{columns[2]}\r\nDESCRIPTION:{columns[3]}\r\nEND:VEVENT\r\n",
        };
        return new(document, int.Parse(columns[16], CultureInfo.InvariantCulture), int.Parse(columns[17], CultureInfo.InvariantCulture),
            tags, columns[1], point, span.End.ToUnixTimeSeconds());
    }

    private static DateTimeOffset Time(string seconds) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));
}

/// <summary>A question of the corpus; <see cref="Topic"/> and <see cref="City"/> are the labels that a good answer has.</summary>
internal sealed record CorpusQuery(
    string Id, string Q, string Class, string Sort, bool Upcoming, double? Lat, double? Lon, double? Radius, string? Lang, string? Tag, int? Topic, int? City)
{
    public SearchQuery ToQuery() => new()
    {
        Text = Q,
        Now = SharedCorpus.Now,
        When = Upcoming ? SearchWhen.Upcoming : SearchWhen.Any,
        Near = Lat is { } latitude ? new(new(latitude, Lon!.Value), Radius!.Value) : null,
        Language = Lang,
        Tag = Tag,
        Order = Sort == "date" ? SearchOrder.Time : SearchOrder.Best,
        Limit = 10,
    };
}
