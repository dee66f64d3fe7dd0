using System.Diagnostics;
using System.Globalization;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>Events of the shared corpus as records.</summary>
internal static class Corpus
{
    /// <summary>Makes the corpus and moves its times so that its "now" (2026-11-01) is this machine's.</summary>
    public static async Task<IReadOnlyList<EventRecord>> GenerateAsync(int count, string folder)
    {
        var generator = Path.Combine(Repository.Root, "..", "shared", "data", "corpus", "generate");
        if (!File.Exists(generator))
            throw new InvalidOperationException("The corpus generator is missing: this benchmark needs ../shared/data/corpus beside the checkout.");
        var file = Path.Combine(folder, "corpus.tsv");
        using var generating = Process.Start(new ProcessStartInfo(generator, [count.ToString(CultureInfo.InvariantCulture), file]))!;
        await generating.WaitForExitAsync();

        var shift = TimeProvider.System.GetUtcNow() - new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        var records = new List<EventRecord>(count);
        await foreach (var line in File.ReadLinesAsync(file))
        {
            if (Read(line.Split('\t'), shift) is { } record)
                records.Add(record);
        }

        return records;
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
