using System.Globalization;
using System.Text;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>Records by chance that keep every rule, in the form in which the reader writes them, and with all that a calendar can say.</summary>
internal static class RandomEvents
{
    private static readonly string[] Zones = ["Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC", "Australia/Lord_Howe", "Etc/GMT-1"];
    private static readonly string[] Words =
        ["Apéro", "d’été", "a, b", "c; d", "\\n", "\\", "\"x\"", "=C3=A9", "BEGIN:VEVENT", "🎉", "日本", "ß", "X", "long-word-that-is-very-long-indeed-so-that-lines-are-folded", "<b>", "100 %"];

    public static EventRecord Make(Random random)
    {
        var record = new EventRecord
        {
            Title = Localized(Line(random, 1, 3)),
            Time = Time(random),
            Format = (EventFormat)random.Next(1, 11),
            Capacity = random.Next(3) == 0 ? (uint)random.Next(1, 500) : 0,
            Status = (EventStatus)random.Next(1, 4),
            Uid = $"{random.Next()}@{Line(random, 1, 2)}",
            Sequence = (uint)random.Next(5),
        };
        if (random.Next(2) == 0)
            record.Description = Localized(string.Join('\n', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Line(random, 1, 20))));
        if (record.Status == EventStatus.Cancelled && random.Next(2) == 0)
            record.Cancellation = Localized(Line(random, 1, 8));
        AddWhere(random, record);
        record.Tags.Add(Enumerable.Range(0, random.Next(4)).Select(_ => Line(random, 1, 2).ToLowerInvariant()).Where(tag => tag.Length <= 40).Distinct());
        record.SpokenLanguages.Add(new[] { "fr", "pt-BR", "en" }.Take(random.Next(4)));
        return record;
    }

    private static void AddWhere(Random random, EventRecord record)
    {
        if (random.Next(3) > 0)
            record.Place = new Place
            {
                Name = Line(random, 0, 3),
                Address = Line(random, 0, 3),
                City = Line(random, 1, 1),
                Region = random.Next(3) == 0 ? "Maine" : "",
                Country = random.Next(2) == 0 ? "US" : "",
                Coordinates = random.Next(2) == 0 ? new Coordinates { Latitude = (random.NextDouble() * 180) - 90, Longitude = (random.NextDouble() * 360) - 180 } : null,
            };
        if (random.Next(3) == 0)
            record.Location = Line(random, 1, 6);
        record.IsOnline = random.Next(2) == 0;
        if (random.Next(2) == 0)
            record.Link = $"https://example.org/{random.Next()}?a=b,c;d&e";
        record.OnlineUrl = random.Next(4) switch { 0 => $"https://meet.example.org/{random.Next()}", 1 => record.Link, _ => "" };
    }

    private static EventTime Time(Random random)
    {
        var allDay = random.Next(4) == 0;
        var zone = allDay ? random.Next(2) == 0 ? "" : "Europe/Rome" : Zones[random.Next(Zones.Length)];
        var start = new DateTime(random.Next(1901, 2100), 1, 1, 0, 0, 0, DateTimeKind.Unspecified).AddDays(random.Next(365)).AddMinutes(allDay ? 0 : random.Next(24 * 60));
        var time = new EventTime { Start = Write(start, allDay), AllDay = allDay, Zone = zone };
        var length = allDay ? TimeSpan.FromDays(random.Next(1, 4)) : TimeSpan.FromMinutes(random.Next(1, 600));
        if (allDay || random.Next(3) > 0)
            time.End = Write(start + length, allDay);
        if (random.Next(3) == 0)
            AddSeries(random, time, start);
        return time;
    }

    private static void AddSeries(Random random, EventTime time, DateTime start)
    {
        time.Recurrence.Add("RRULE:" + new[] { "FREQ=WEEKLY", "FREQ=DAILY;COUNT=30", "FREQ=MONTHLY;BYDAY=1TH", "FREQ=YEARLY;INTERVAL=2" }[random.Next(4)]);
        var form = time.AllDay ? "yyyyMMdd" : "yyyyMMdd'T'HHmmss";
        var parameter = time.AllDay ? ";VALUE=DATE" : time.Zone == "UTC" ? "" : ";TZID=" + time.Zone;
        var end = time.Zone == "UTC" && !time.AllDay ? "Z" : "";
        foreach (var name in new[] { "RDATE", "EXDATE" })
            if (random.Next(2) == 0)
                time.Recurrence.Add($"{name}{parameter}:{start.AddDays(random.Next(7, 90)).ToString(form, CultureInfo.InvariantCulture)}{end}");
        var day = 0;
        foreach (var _ in Enumerable.Range(0, random.Next(4)))
        {
            var original = start.AddDays(day += random.Next(1, 20));
            var exception = new EventException { OriginalStart = Write(original, time.AllDay) };
            switch (random.Next(3))
            {
                case 0:
                    exception.Cancelled = true;
                    break;
                case 1:
                    exception.Title = Localized("Another title");
                    break;
                default:
                    exception.Start = Write(original.AddDays(1), time.AllDay);
                    break;
            }

            time.Exceptions.Add(exception);
        }
    }

    private static string Write(DateTime local, bool allDay) => local.ToString(allDay ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private static string Line(Random random, int least, int most) =>
        string.Join(' ', Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => Words[random.Next(Words.Length)])).Normalize(NormalizationForm.FormC);

    private static LocalizedText Localized(string text) =>
        new() { SourceLanguage = "en", Translations = { new Translation { Language = "en", Text = text, Version = 1 } } };
}
