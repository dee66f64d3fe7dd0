using System.Globalization;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Demo;

/// <summary>Makes the record that a chapter would publish out of a sample.</summary>
internal static class SampleRecords
{
    /// <summary>Days in which occurrences are looked for: more than a year of a monthly series.</summary>
    private const int SearchedDays = 480;

    /// <summary>The record, dated from <paramref name="today"/>.</summary>
    public static EventRecord ToRecord(SampleEvent sample, ChapterSample chapter, DateOnly today)
    {
        var record = new EventRecord
        {
            Title = ToText(sample.Title),
            Time = ToTime(sample, chapter.Zone, today),
            OnlineUrl = sample.OnlineUrl ?? "",
            Format = ToFormat(sample.Format),
            Capacity = sample.Capacity,
            Link = sample.Link ?? "",
        };
        if (sample.Description.Count > 0)
            record.Description = ToText(sample.Description);
        if (sample.Place is { } place)
            record.Place = ToPlace(place);
        record.Tags.Add(sample.Tags);
        record.SpokenLanguages.Add(sample.SpokenLanguages);
        return record;
    }

    /// <summary>Text by language; the first language is the source.</summary>
    public static LocalizedText ToText(IReadOnlyDictionary<string, string> byLanguage)
    {
        var text = new LocalizedText { SourceLanguage = byLanguage.First().Key };
        text.Translations.Add(byLanguage.Select(pair => new Translation { Language = pair.Key, Text = pair.Value, Version = 1 }));
        return text;
    }

    private static EventTime ToTime(SampleEvent sample, string zone, DateOnly today)
    {
        var days = OccurrencesFrom(today.AddDays(sample.InDays), sample.Recurrence);
        var first = days.First();
        if (sample.AllDay)
            return new EventTime { Start = Day(first), End = Day(first.AddDays(sample.Days)), AllDay = true, Zone = zone };

        var start = first.ToDateTime(Time(sample.Start!));
        var end = first.ToDateTime(Time(sample.End!));
        if (end <= start)
            end = end.AddDays(1);
        var time = new EventTime { Start = Minute(start), End = Minute(end), Zone = zone };
        time.Recurrence.Add(sample.Recurrence);
        time.Recurrence.Add(sample.SkipOccurrences.Select(number =>
            $"EXDATE;TZID={zone}:{days.ElementAt(number - 1).ToDateTime(Time(sample.Start!)).ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)}"));
        return time;
    }

    /// <summary>
    /// The days of the series from <paramref name="from"/> on, without end; only that day when there is no rule. Knows the two rules that samples use:
    /// "WEEKLY;BYDAY=TU" and "MONTHLY;BYDAY=1TH" (or -1TH: the last).
    /// </summary>
    private static IEnumerable<DateOnly> OccurrencesFrom(DateOnly from, IReadOnlyList<string> recurrence)
    {
        if (recurrence.Count == 0)
            return [from];

        var rule = recurrence[0]["RRULE:".Length..].Split(';').Select(part => part.Split('=')).ToDictionary(part => part[0], part => part[1]);
        var byDay = rule["BYDAY"];
        var weekday = Array.IndexOf(["SU", "MO", "TU", "WE", "TH", "FR", "SA"], byDay[^2..]);
        int? nth = rule["FREQ"] == "MONTHLY" ? int.Parse(byDay[..^2], CultureInfo.InvariantCulture) : null;
        return Enumerable.Range(0, SearchedDays).Select(from.AddDays).Where(day => (int)day.DayOfWeek == weekday && IsNth(day, nth));
    }

    private static bool IsNth(DateOnly day, int? nth) => nth switch
    {
        null => true,
        > 0 => ((day.Day - 1) / 7) + 1 == nth,
        _ => -(((DateTime.DaysInMonth(day.Year, day.Month) - day.Day) / 7) + 1) == nth,
    };

    private static Place ToPlace(PlaceSample sample)
    {
        var place = new Place { Name = sample.Name ?? "", Address = sample.Address ?? "", City = sample.City ?? "", Country = sample.Country ?? "" };
        if (sample is { Latitude: { } latitude, Longitude: { } longitude })
            place.Coordinates = new Coordinates { Latitude = latitude, Longitude = longitude };
        return place;
    }

    private static EventFormat ToFormat(string format) =>
        Enum.Parse<EventFormat>(format.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static TimeOnly Time(string time) => TimeOnly.ParseExact(time, "HH:mm", CultureInfo.InvariantCulture);

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Minute(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
