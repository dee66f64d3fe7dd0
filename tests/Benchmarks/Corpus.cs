using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>Events of the shared corpus as records.</summary>
internal static class Corpus
{
    /// <summary>The corpus's "now", which is moved to this machine's.</summary>
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The folder with the generator and the queries: shared/data/corpus beside the checkout or above it.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static string Folder { get; } = Find();

    /// <summary>Makes the corpus.</summary>
    public static async Task<IReadOnlyList<EventRecord>> GenerateAsync(int count, string folder)
    {
        var file = Path.Combine(folder, "corpus.tsv");
        using var generating = Process.Start(new ProcessStartInfo(Path.Combine(Folder, "generate"), [count.ToString(CultureInfo.InvariantCulture), file]))!;
        await generating.WaitForExitAsync();

        var shift = TimeProvider.System.GetUtcNow() - Now;
        var records = new List<EventRecord>(count);
        await foreach (var line in File.ReadLinesAsync(file))
        {
            if (Read(line.Split('\t'), shift) is { } record)
                records.Add(record);
        }

        return records;
    }

    /// <summary>A thousand questions as people type them.</summary>
    public static async Task<IReadOnlyList<EventQuery>> ReadQueriesAsync()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Folder, "queries.jsonl"));
        return [.. lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line)).Select(Read)];
    }

    private static EventQuery Read(JsonElement query) => new()
    {
        Text = query.GetProperty("q").GetString() ?? "",
        When = query.TryGetProperty("upcoming", out var upcoming) && upcoming.GetBoolean() ? SearchWhen.Upcoming : SearchWhen.Any,
        Near = query.TryGetProperty("lat", out var latitude) ? new SearchPoint(latitude.GetDouble(), query.GetProperty("lon").GetDouble()) : null,
        RadiusKm = query.TryGetProperty("radius", out var radius) ? radius.GetDouble() : 50,
        Language = query.TryGetProperty("lang", out var language) ? language.GetString() : null,
        Tag = query.TryGetProperty("tag", out var tag) ? tag.GetString() : null,
        Limit = 10,
    };

    private static string Find()
    {
        for (var above = Path.GetDirectoryName(Repository.Root); above is not null; above = Path.GetDirectoryName(above))
        {
            if (Path.Combine(above, "shared", "data", "corpus") is var folder && File.Exists(Path.Combine(folder, "generate")))
                return folder;
        }

        throw new InvalidOperationException("The corpus is missing: this benchmark needs shared/data/corpus in a folder above the checkout.");
    }

    // id, language, title, description, tags, chapter number, chapter name, city, country, venue, latitude, longitude, start, end, online, free, …
    private static EventRecord? Read(string[] columns, TimeSpan shift)
    {
        if (columns.Length < 16 || !long.TryParse(columns[12], out var start) || !long.TryParse(columns[13], out var end))
            return null;

        var record = new EventRecord
        {
            Title = Text(columns[1], columns[2]),
            Description = Text(columns[1], columns[3]),
            Time = new EventTime { Start = Local(start, shift), End = Local(end, shift), Zone = "UTC" },
            Place = new Place { Name = columns[9], City = columns[7], Country = columns[8].ToUpperInvariant() },
            Format = EventFormat.Talk,
            Status = EventStatus.Confirmed,
        };
        if (double.TryParse(columns[10], CultureInfo.InvariantCulture, out var latitude) && double.TryParse(columns[11], CultureInfo.InvariantCulture, out var longitude))
            record.Place.Coordinates = new Coordinates { Latitude = latitude, Longitude = longitude };
        record.Tags.AddRange(columns[4].Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(tag => tag.ToLowerInvariant()).Distinct().Take(20));
        return record;
    }

    private static LocalizedText Text(string language, string text)
    {
        var localized = new LocalizedText { SourceLanguage = language };
        localized.Translations.Add(new Translation { Language = language, Text = text, Version = 1 });
        return localized;
    }

    private static string Local(long unixSeconds, TimeSpan shift) =>
        (DateTimeOffset.FromUnixTimeSeconds(unixSeconds) + shift).ToString("yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture);
}
