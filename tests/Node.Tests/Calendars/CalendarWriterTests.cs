using System.Text;
using Ical.Net.DataTypes;
using NodaTime;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;
using Calendar = Ical.Net.Calendar;

namespace OuiShare.Federation.Node.Tests.Calendars;

public sealed class CalendarWriterTests
{
    private static readonly DateTimeOffset Written = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly CalendarWriter _writer = new(new Countries(), new ZoneTexts());

    [Fact]
    public void What_is_written_is_read_again_the_same()
    {
        foreach (var record in Samples())
        {
            var calendar = Reading.Bytes(_writer.Single(Entry(record), ["fr"]).ToArray());

            Assert.Empty(calendar.Problems);
            Assert.Equal(record, Assert.Single(calendar.Events).Event);
        }
    }

    [Fact]
    public void Every_real_event_is_read_again_the_same()
    {
        foreach (var file in RealCalendars.Files)
        {
            var events = Reading.Bytes(File.ReadAllBytes(file)).Events;
            var feed = Feed([.. events.Select(parsed => _writer.Block(Entry(parsed.Event), ["en"]))]);

            var again = Reading.Bytes(feed);

            Assert.Empty(again.Problems);
            Assert.Equal(events.Select(parsed => parsed.Event), again.Events.Select(parsed => parsed.Event));
        }
    }

    // Ical.Net shares no code with our writer.
    [Fact]
    public void Another_program_understands_what_is_written()
    {
        var record = Samples()[1];

        var calendar = Calendar.Load(Text(record, "fr"));

        Assert.NotNull(calendar);
        var series = calendar.Events.Single(read => read.RecurrenceIdentifier is null);
        Assert.Equal("Apéro; \"spécial\", \\ et très très long pour que la ligne soit pliée au milieu d’un caractère 🎉🎉🎉🎉🎉🎉", series.Summary);
        Assert.Equal(new CalDateTime(2026, 1, 1, 19, 0, 0, "Europe/Paris"), series.Start);
        Assert.Equal("FREQ=MONTHLY;UNTIL=20261231T225959Z;BYDAY=1TH", series.RecurrenceRule!.ToString());
        Assert.Equal(["apéro", "a, b"], series.Categories);
        Assert.Equal(3, calendar.Events.Count);
        Assert.Equal("Europe/Paris", Assert.Single(calendar.TimeZones).TzId);
    }

    [Fact]
    public void Lines_end_with_crlf_and_have_at_most_75_bytes()
    {
        foreach (var record in Samples())
        {
            var text = Text(record, "fr");

            Assert.EndsWith("END:VCALENDAR\r\n", text);
            Assert.DoesNotContain("\n", text.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.All(text.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
            Assert.DoesNotContain('\ufffd', text);
        }
    }

    /// <summary>Each changed occurrence repeats the series' description: 400 of them made 17 MiB of a record of 64 KiB, in every feed.</summary>
    [Fact]
    public void A_series_with_many_changed_occurrences_and_much_text_stays_small_and_whole()
    {
        var record = Node.Tests.Samples.Event();
        record.Description = new LocalizedText { SourceLanguage = "en", Translations = { new Translation { Language = "en", Text = new string('x', CalendarLimits.DescriptionLength), Version = 1 } } };
        record.Time = new EventTime { Start = "2027-01-01T19:00", End = "2027-01-01T21:00", Zone = "Europe/Paris", Recurrence = { "RRULE:FREQ=DAILY" } };
        foreach (var day in Enumerable.Range(0, CalendarLimits.Exceptions).Select(day => new LocalDate(2027, 1, 1).PlusDays(day)))
            record.Time.Exceptions.Add(new EventException { OriginalStart = $"{day:uuuu-MM-dd}T19:00", Start = $"{day:uuuu-MM-dd}T20:00" });

        var calendar = Encoding.UTF8.GetString(_writer.Single(Entry(record), ["en"]).Span);

        Assert.InRange(calendar.Length, 1, 1 << 20);
        Assert.Equal(CalendarLimits.Exceptions, Reading.Bytes(Encoding.UTF8.GetBytes(calendar)).Events.Single().Event.Time.Exceptions.Count);
    }

    [Fact]
    public void Nothing_in_a_record_adds_a_line_of_its_own()
    {
        const string attack = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:evil\u0085\u2028ATTENDEE:mailto:a@b\r";
        var record = new EventRecord
        {
            Title = Text("en\r\nX-EVIL:1", attack),
            Description = Text("en", attack),
            Time = new EventTime
            {
                Start = "2026-12-03T19:00",
                Zone = "Europe/Paris\r\nX-EVIL:1",
                Recurrence = { "RRULE:FREQ=DAILY\r\nX-EVIL:1", "X-EVIL:1", "RDATE;TZID=\"\r\nX-EVIL:1\":20260101" },
            },
            Place = new Place { Name = attack, Address = attack, City = attack, Country = attack },
            Link = "https://example.org/\r\nX-EVIL:1",
            OnlineUrl = "https://example.org/ X-EVIL:1",
            Uid = attack,
            Tags = { attack },
            SpokenLanguages = { attack },
            Status = EventStatus.Cancelled,
            Cancellation = Text("en", attack),
        };

        var text = Text(record, "en");

        var names = text.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split([':', ';'])[0]).ToList();
        Assert.DoesNotContain("X-EVIL", names);
        Assert.DoesNotContain("ATTENDEE", names);
        Assert.Single(names, "UID");
        Assert.Equal(2, names.Count(name => name == "BEGIN"));
    }

    [Theory]
    [InlineData("it,es", "Aperitivo")]
    [InlineData("es-AR,fr-CA", "Apéro")]
    [InlineData("de", "Drink")]
    [InlineData("", "Drink")]
    public void A_text_is_written_in_the_first_wanted_language_there_is(string wanted, string title)
    {
        var record = new EventRecord
        {
            Title = new LocalizedText
            {
                SourceLanguage = "en",
                Translations =
                {
                    new Translation { Language = "fr", Text = "Apéro", Version = 1 },
                    new Translation { Language = "en", Text = "Drink", Version = 1 },
                    new Translation { Language = "it", Text = "Aperitivo", Version = 1 },
                },
            },
            Time = new EventTime { Start = "2026-12-03", AllDay = true },
        };

        var block = _writer.Block(Entry(record), wanted.Split(',', StringSplitOptions.RemoveEmptyEntries));

        Assert.Contains($":{title}\r\n", Encoding.UTF8.GetString(block.Utf8.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_of_the_event_is_its_url_and_its_own_link_is_kept()
    {
        var record = Samples()[0];

        var again = Reading.Bytes(_writer.Single(Entry(record) with { PageUrl = "https://node.example/events/1" }, ["fr"]).ToArray()).Events[0].Event;

        Assert.Equal(record, again);
        Assert.Contains("URL:https://node.example/events/1\r\n", Encoding.UTF8.GetString(_writer.Single(Entry(record) with { PageUrl = "https://node.example/events/1" }, ["fr"]).Span), StringComparison.Ordinal);
    }

    [Fact]
    public void A_feed_names_itself_and_defines_each_zone_once()
    {
        var blocks = Enumerable.Range(0, 50).Select(i => _writer.Block(Entry(new EventRecord
        {
            Title = Text("en", $"Event {i}"),
            Time = new EventTime { Start = "2026-12-03T19:00", Zone = i % 2 == 0 ? "Europe/Paris" : "America/New_York" },
            Uid = $"{i}@test",
        }), ["en"])).ToList();

        var text = Encoding.UTF8.GetString(Feed(blocks));

        Assert.Contains("\r\nNAME:OuiShare Paris\r\nX-WR-CALNAME:OuiShare Paris\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nSOURCE;VALUE=URI:https://paris.example/calendar.ics\r\n", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("BEGIN:VTIMEZONE").Length - 1);
        Assert.Equal(50, Reading.Text(text).Events.Count);
    }

    // Our own VTIMEZONE is compared with NodaTime day by day, with Ical.Net following its rules.
    [Theory]
    [InlineData("Europe/Paris")]
    [InlineData("Europe/London")]
    [InlineData("Europe/Dublin")]
    [InlineData("America/New_York")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Europe/Moscow")]
    [InlineData("Europe/Istanbul")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Asia/Tehran")]
    [InlineData("America/Asuncion")]
    public void The_zone_in_the_calendar_is_the_zone(string id)
    {
        var calendar = "BEGIN:VCALENDAR\r\n" + Encoding.UTF8.GetString(new ZoneTexts().Of(id).Span) + "END:VCALENDAR\r\n";
        var onsets = new List<(Instant Onset, Offset To)>();
        foreach (var observance in Calendar.Load(calendar)!.TimeZones[0]!.TimeZoneInfos)
        {
            var (from, to) = (Offset.FromTimeSpan(observance.OffsetFrom!.Offset), Offset.FromTimeSpan(observance.OffsetTo!.Offset));
            onsets.AddRange(observance.GetOccurrences(null).Take(80)
                .Select(occurrence => (LocalDateTime.FromDateTime(occurrence.Period.StartTime.Value).WithOffset(from).ToInstant(), to)));
        }

        onsets.Sort((one, other) => one.Onset.CompareTo(other.Onset));
        var zone = DateTimeZoneProviders.Tzdb[id];
        for (var noon = Instant.FromUtc(2000, 1, 1, 12, 0); noon < Instant.FromUtc(2037, 12, 1, 0, 0); noon += NodaTime.Duration.FromDays(1))
            Assert.Equal((noon, zone.GetUtcOffset(noon)), (noon, onsets.Last(change => change.Onset <= noon).To));
    }

    private static List<EventRecord> Samples() =>
    [
        new EventRecord
        {
            Title = Text("fr", "Apéro"),
            Description = Text("fr", "# Bienvenue\n\n- *un*\n- **deux**, trois; quatre \\ cinq\n\n<b>HTML</b> comme texte"),
            Time = new EventTime { Start = "2026-12-03T19:00", End = "2026-12-03T22:30:15", Zone = "Europe/Paris" },
            Place = new Place { Name = "Chez; Marie, la \"vraie\"", Address = "1, rue\\X", City = "Paris", Country = "FR", Coordinates = new Coordinates { Latitude = 48.853411234567891, Longitude = -0.00001 } },
            Link = "https://example.org/a?b=c,d;e",
            OnlineUrl = "https://meet.example.org/x",
            Tags = { "apéro", "a, b" },
            SpokenLanguages = { "fr", "pt-BR" },
            Format = EventFormat.DoTank,
            Capacity = 30,
            Status = EventStatus.Tentative,
            Uid = "un@exemple",
            Sequence = 4,
        },
        new EventRecord
        {
            Title = Text("fr", "Apéro; \"spécial\", \\ et très très long pour que la ligne soit pliée au milieu d’un caractère 🎉🎉🎉🎉🎉🎉"),
            Time = new EventTime
            {
                Start = "2026-01-01T19:00",
                End = "2026-01-02T02:00",
                Zone = "Europe/Paris",
                Recurrence = { "RRULE:FREQ=MONTHLY;BYDAY=1TH;UNTIL=20261231T225959Z", "RDATE;TZID=Europe/Paris:20260610T190000", "EXDATE;TZID=Europe/Paris:20260402T190000" },
                Exceptions =
                {
                    new EventException { OriginalStart = "2026-02-05T19:00", Start = "2026-02-06T20:00", End = "2026-02-06T23:00", Title = Text("fr", "Vendredi") },
                    new EventException { OriginalStart = "2026-03-05T19:00", Cancelled = true },
                },
            },
            Tags = { "apéro", "a, b" },
            Format = EventFormat.Drink,
            Status = EventStatus.Confirmed,
            Uid = "série@exemple",
        },
        new EventRecord
        {
            Title = Text("und", "Whole days"),
            Time = new EventTime { Start = "2026-12-03", End = "2026-12-06", AllDay = true, Zone = "Europe/Rome", Recurrence = { "RRULE:FREQ=YEARLY;COUNT=3", "EXDATE;VALUE=DATE:20271203" } },
            Format = EventFormat.Festival,
            Status = EventStatus.Cancelled,
            Cancellation = Text("it", "Piove, governo ladro!\nScusate"),
            Place = new Place { Coordinates = new Coordinates { Latitude = 41.9, Longitude = 12.5 } },
            Uid = "days@example",
        },
        new EventRecord
        {
            Title = Text("en", "On the internet"),
            Time = new EventTime { Start = "2026-12-03T19:00", Zone = "UTC", Recurrence = { "RRULE:FREQ=WEEKLY", "EXDATE:20261210T190000Z" } },
            OnlineUrl = "https://meet.example.org/x",
            Format = EventFormat.Call,
            Status = EventStatus.Confirmed,
            Uid = "online@example",
        },
    ];

    private static LocalizedText Text(string language, string text) => new()
    {
        SourceLanguage = language,
        Translations = { new Translation { Language = language, Text = text, Version = 1 } },
    };

    private static CalendarEntry Entry(EventRecord record) => new(record, Id: "id", Origin: "origin", PageUrl: "", Written);

    private string Text(EventRecord record, string language) => Encoding.UTF8.GetString(_writer.Single(Entry(record), [language]).Span);

    private static byte[] Feed(IReadOnlyCollection<CalendarBlock> blocks)
    {
        var feed = new MemoryStream();
        new CalendarFeed(new ZoneTexts()).Write(blocks, new CalendarHeading("OuiShare Paris", "https://paris.example/calendar.ics"), part => feed.Write(part.Span));
        return feed.ToArray();
    }
}
