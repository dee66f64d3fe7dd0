using Google.Protobuf;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Hostile;

/// <summary>
/// Makes records that an honest program would never write: some keep to the rules and go to their edges, others break them, others are no
/// records at all. The same seed makes the same ones.
/// </summary>
internal sealed class HostileRecords(Random random)
{
    private static readonly string[] Zones =
    [
        "Europe/Paris", "UTC", "Pacific/Apia", "Antarctica/Troll", "Africa/Monrovia", "Asia/Kathmandu", "Etc/GMT+12", "Pacific/Kiritimati", "Europe/Lisbon", "America/St_Johns",
        "Africa/Casablanca", "Europe/Dublin", "Asia/Gaza", "Australia/Lord_Howe", "Nowhere/At_All", "", "LMT", "Mars",
    ];

    private static readonly string[] Starts =
    [
        "2026-12-03T19:00", "1900-01-01T00:00", "2200-12-31T23:59", "0001-01-01T00:00", "9999-12-31T23:59:59", "2011-12-30T12:00", "2027-03-28T02:30", "2026-10-25T02:30:30",
        "1899-12-31T23:59", "2201-01-01T00:00", "1911-03-11T00:00:01", "2024-02-29T00:00", "1950-06-01T24:00", "2026-02-30T10:00",
    ];

    private static readonly string[] Kinds = ["FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=HOURLY", "FREQ=SECONDLY", "FREQ="];

    private static readonly (string Key, int Lowest, int Highest)[] Lists =
    [
        ("BYMONTH", 1, 12), ("BYMONTHDAY", -31, 31), ("BYYEARDAY", -366, 366), ("BYWEEKNO", -53, 53), ("BYSETPOS", -366, 366), ("BYHOUR", 0, 23), ("BYMINUTE", 0, 59), ("BYSECOND", 0, 60),
    ];

    private const int ShortText = 200;

    private static readonly string[] Days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU", "1MO", "-1FR", "53SU", "-53SA", "0MO", "5"];

    /// <summary>What one body holds and of which kind it claims to be.</summary>
    public (RecordKind Kind, byte[] Body) Next()
    {
        var (kind, record) = random.Next(20) switch
        {
            < 8 => (RecordKind.Event, (IMessage)(TamedRecord.Of(Event()) ?? Event())),
            < 14 => (RecordKind.Event, Event()),
            < 16 => (RecordKind.Chapter, Chapter()),
            < 18 => (RecordKind.Member, Member()),
            18 => (RecordKind.Epoch, new EpochRecord { PreviousEpoch = (uint)random.Next(), ContinuesFrom = (ulong)random.NextInt64() }),
            _ => ((RecordKind)random.Next(5, 1_000), Event()),
        };
        var bytes = record.ToByteArray();
        return (kind, random.Next(4) == 0 ? Mutated(bytes) : bytes);
    }

    /// <summary>
    /// The worst of what the rules let pass: the texts that cost parsers most, under rules and lists at their limits. What a hostile chapter
    /// publishes that wants to be shown.
    /// </summary>
    public EventRecord Worst(int number)
    {
        var text = number < HostileTexts.Worst.Count
            ? HostileTexts.Worst[number]
            : HostileTexts.Repeat(HostileTexts.Patterns.ElementAt((number - HostileTexts.Worst.Count) % HostileTexts.Patterns.Count()), 20_000);
        string[] rules =
        [
            "FREQ=YEARLY;BYMONTH=2,2,2;BYMONTHDAY=30,30,30;COUNT=10000", "FREQ=DAILY;COUNT=10000;BYHOUR=0,6,12,18;BYMINUTE=0,10,20,30,40,50", "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
            "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6;COUNT=9999", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1,366,1", "FREQ=MONTHLY;INTERVAL=1000;BYMONTHDAY=31",
        ];
        return new EventRecord
        {
            Title = new LocalizedText { SourceLanguage = "en", Translations = { new Translation { Language = "en", Text = $"Worst {number}", Version = 1 } } },
            Description = new LocalizedText { SourceLanguage = "en", Translations = { new Translation { Language = "en", Text = text.Trim(), Version = 1 } } },
            Time = new EventTime
            {
                Start = number % 3 == 0 ? "1900-01-01T00:00" : "2026-12-03T02:30",
                End = number % 5 == 0 ? "2200-12-31T23:59" : "",
                Zone = Zones[number % (Zones.Length - 4)],
                Recurrence = { rules.Skip(number % rules.Length).Take(4).Select(rule => "RRULE:" + rule), "EXDATE:" + string.Join(',', Enumerable.Range(0, 240).Select(day => $"2027{1 + (day / 20):D2}{1 + (day % 20):D2}T023000")) },
                Exceptions = { Enumerable.Range(0, number % 4 == 0 ? 400 : 0).Select(day => new EventException { OriginalStart = $"{2028 + (day / 300)}-{1 + (day / 25 % 12):D2}-{1 + (day % 25):D2}T00:00", End = "2200-12-31T00:00" }) },
            },
            Tags = { Enumerable.Range(0, 20).Select(tag => $"t{tag}") },
            Status = EventStatus.Confirmed,
            Place = new Place { Name = "Le Comptoir", City = "Paris", Country = "FR", Coordinates = new Coordinates { Latitude = -90, Longitude = 180 } },
            Capacity = uint.MaxValue,
            Sequence = uint.MaxValue,
            Link = "https://a.example/" + new string('x', 900),
        };
    }

    /// <summary>An event.</summary>
    public EventRecord Event() => new()
    {
        Title = Localized(200),
        Description = Chance(0.9) ? Localized(20_000) : null,
        Time = Chance(0.98) ? Time() : null,
        Place = Chance(0.5) ? Place() : null,
        OnlineUrl = Chance(0.3) ? Url() : "",
        Format = (EventFormat)(Chance(0.9) ? random.Next(0, 11) : random.Next()),
        Capacity = Chance(0.8) ? 0 : uint.MaxValue,
        Link = Chance(0.3) ? Url() : "",
        Status = Chance(0.95) ? EventStatus.Confirmed : (EventStatus)random.Next(-3, 9),
        Uid = Chance(0.8) ? "uid" : Junk(300),
        Sequence = (uint)random.NextInt64(),
        Tags = { Many(20, () => Chance(0.8) ? $"t{random.Next(1_000)}" : Junk(60)).Distinct() },
        SpokenLanguages = { Many(10, Language).Distinct() },
    };

    private ChapterRecord Chapter() => new()
    {
        Name = Junk(100),
        Zone = Pick(Zones),
        Languages = { Many(10, Language).Distinct() },
        Address = Url(),
        Description = Localized(5_000),
        Place = Chance(0.5) ? Place() : null,
    };

    private MemberRecord Member() => new()
    {
        Name = Junk(100),
        Tagline = Localized(160),
        City = Junk(100),
        Skills = { Many(20, () => Junk(40)).Distinct() },
        Languages = { Many(10, Language).Distinct() },
    };

    private EventTime Time()
    {
        var allDay = Chance(0.2);
        var start = Local(allDay);
        var time = new EventTime { AllDay = allDay, Start = start, End = Chance(0.5) ? Local(allDay) : "", Zone = Pick(Zones) };
        if (Chance(0.6))
            time.Recurrence.Add(Many(Chance(0.9) ? 3 : 25, () => RecurrenceLine(allDay)));
        if (time.Recurrence.Count > 0 && Chance(0.3))
        {
            time.Exceptions.Add(Many(Chance(0.9) ? 20 : 500, () => Local(allDay)).Distinct().Order(StringComparer.Ordinal).Select(original => new EventException
            {
                OriginalStart = original,
                Cancelled = Chance(0.3),
                Start = Chance(0.3) ? Local(allDay) : "",
                End = Chance(0.3) ? Local(allDay) : "",
                Title = Chance(0.1) ? Localized(200) : null,
            }));
        }

        return time;
    }

    private string Local(bool allDay)
    {
        var text = Chance(0.5) ? Pick(Starts) : $"{random.Next(1895, 2206):D4}-{random.Next(1, 13):D2}-{random.Next(1, 29):D2}T{random.Next(24):D2}:{random.Next(60):D2}";
        return allDay ? text[..10] : Chance(0.02) ? Junk(20) : text;
    }

    private string RecurrenceLine(bool allDay) => random.Next(10) switch
    {
        < 6 => Rule(),
        6 => (Chance(0.5) ? "RDATE" : "EXDATE") + (allDay ? ";VALUE=DATE:" : ":") + string.Join(',', Enumerable.Range(0, random.Next(1, 440)).Select(_ => CompactDate(allDay))),
        7 => "EXRULE:FREQ=DAILY",
        8 => "RDATE;VALUE=PERIOD:20261203T190000/PT3H",
        _ => Junk(100),
    };

    private string CompactDate(bool allDay) => $"{random.Next(1899, 2202):D4}{random.Next(1, 13):D2}{random.Next(1, 29):D2}" + (allDay ? "" : $"T{random.Next(24):D2}0000" + (Chance(0.3) ? "Z" : ""));

    private string Rule()
    {
        var parts = new List<string> { Chance(0.9) ? Kinds[random.Next(4)] : Pick(Kinds) };
        if (Chance(0.3))
            parts.Add($"INTERVAL={(Chance(0.9) ? random.Next(1, 1_001) : random.Next())}");
        if (Chance(0.3))
            parts.Add($"COUNT={(Chance(0.9) ? random.Next(1, 10_001) : random.Next())}");
        if (Chance(0.2))
            parts.Add("UNTIL=" + CompactDate(Chance(0.3)));
        if (Chance(0.2))
            parts.Add("WKST=" + Days[random.Next(7)]);
        if (Chance(0.4))
            parts.Add("BYDAY=" + string.Join(',', Enumerable.Range(0, random.Next(1, 12)).Select(_ => Days[random.Next(Chance(0.9) ? 11 : Days.Length)])));
        foreach (var (key, lowest, highest) in Lists.Where(_ => Chance(0.15)))
            parts.Add($"{key}={string.Join(',', Enumerable.Range(0, Chance(0.8) ? random.Next(1, 6) : random.Next(1, 900)).Select(_ => random.Next(lowest, highest + 1)).Where(value => value != 0 || lowest == 0).DefaultIfEmpty(1))}");
        return "RRULE:" + string.Join(';', parts);
    }

    private LocalizedText Localized(int length)
    {
        var languages = Many(3, Language).Append("en").Distinct().ToList();
        var text = new LocalizedText { SourceLanguage = languages[0] };
        text.Translations.Add(languages.Select(language => new Translation { Language = language, Text = Junk(length), Version = Chance(0.98) ? 1u : 0 }));
        return text;
    }

    private string Junk(int length)
    {
        // Mostly short, so that many records are tried; the long ones cost the most and find the least.
        var text = HostileTexts.Next(random, Chance(0.9) ? random.Next(1, Math.Min(length, ShortText) + 1) : Chance(0.8) ? random.Next(1, length + 1) : length + 1);
        return length < 1_000 ? text.Replace('\n', ' ') : text;
    }

    private string Language() => Chance(0.95) ? Pick(["en", "fr", "es", "it", "de", "pt-BR", "und", "zh-Hant"]) : Junk(10);

    private string Url() => Chance(0.7) ? "https://a.example/" + Uri.EscapeDataString(Junk(50)) : Pick(["javascript:alert(1)", "http://[::1", "https://a@b.example", "https://\u202E.example", "data:,x", "https://xn--/%E2%80%AE", Junk(1_100)]);

    private Place Place() => new()
    {
        Name = Junk(200),
        Address = Junk(300),
        City = Junk(100),
        Country = Chance(0.8) ? Pick(["FR", "ZZ", "AQ", ""]) : Junk(3),
        Coordinates = Chance(0.5) ? new Coordinates { Latitude = Degrees(), Longitude = Degrees() } : null,
    };

    private double Degrees() => Chance(0.7) ? (random.NextDouble() * 180) - 90 : Pick([double.NaN, double.PositiveInfinity, double.MaxValue, double.Epsilon, -90, 90, 180, -0.0]);

    private byte[] Mutated(byte[] bytes)
    {
        if (bytes.Length == 0 || Chance(0.05))
            bytes = new byte[random.Next(0, 200)];
        var changed = bytes.ToList();
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            var at = random.Next(changed.Count + 1);
            if (Chance(0.2))
                changed.InsertRange(at, bytes.Skip(random.Next(bytes.Length + 1)).Take(random.Next(40)));
            else if (Chance(0.2))
                changed.RemoveRange(at, Math.Min(random.Next(40), changed.Count - at));
            else if (at < changed.Count)
                changed[at] ^= (byte)(1 << random.Next(8));
        }

        return [.. changed];
    }

    private List<T> Many<T>(int most, Func<T> make) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => make())];

    private T Pick<T>(T[] from) => from[random.Next(from.Length)];

    private bool Chance(double share) => random.NextDouble() < share;
}
