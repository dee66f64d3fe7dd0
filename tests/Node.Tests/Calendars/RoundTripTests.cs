using System.Globalization;
using System.Text;
using NodaTime;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Calendar = Ical.Net.Calendar;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>What is written says what was read, to ourselves and to a program of another house (Ical.Net, which shares no code with our writer).</summary>
public sealed class RoundTripTests
{
    private const int Seed = 20261129;

    private static readonly DateTimeOffset Written = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly CalendarWriter _writer = new(new Countries(), new ZoneTexts());

    [Fact]
    public void A_record_that_is_written_and_read_again_says_all_that_a_calendar_can_say()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 2_000; round++)
        {
            var record = RandomEvents.Make(random);
            Assert.Empty(EventRules.Check(record));

            var calendar = Reading.Bytes(Feed([record]));

            Assert.True(calendar.Problems.Count == 0, $"seed {Seed}, round {round}: {string.Join(' ', calendar.Problems.Select(problem => problem.Sentence))}\n{record}");
            Assert.True(record.Equals(Assert.Single(calendar.Events).Event), $"seed {Seed}, round {round}:\n{record}\n{calendar.Events[0].Event}");
        }
    }

    [Fact]
    public void Another_program_reads_the_same_times_from_all_that_we_write()
    {
        var random = new Random(Seed);
        var records = RealCalendars.Files.SelectMany(file => Reading.Bytes(File.ReadAllBytes(file)).Events)
            .Concat(Directory.GetFiles(Path.Combine(Reading.Fixtures(), "faults"), "*.ics").SelectMany(file => Reading.Bytes(File.ReadAllBytes(file)).Events))
            .Concat(new[] { "series.ics", "zones.ics" }.SelectMany(name => Reading.Fixture(name).Events))
            .Select(parsed => parsed.Event)
            .Concat(Enumerable.Range(0, 200).Select(_ => RandomEvents.Make(random)))
            .ToList();

        foreach (var (record, at) in records.Select((record, at) => (record, at)))
        {
            var text = Encoding.UTF8.GetString(Feed([record]));
            var calendar = Calendar.Load(text)!;
            var read = calendar.Events.Single(each => each.RecurrenceIdentifier is null);

            Assert.True(LocalStart(record) == read.Start!.Value, $"{at}: {record}\n{text}");
            Assert.Equal(record.Time.AllDay, !read.Start.HasTime);
            if (record.Time.End.Length > 0 && record.Time.End != record.Time.Start)
                Assert.Equal(LocalTimes.Read(record.Time.End, record.Time.AllDay)!.Value.ToDateTimeUnspecified(), read.End!.Value);
            Assert.Equal(LocalizedChoice.Of(record.Title, ["en"])!.Text, read.Summary);
            Assert.Equal(record.Time.Exceptions.Count + 1, calendar.Events.Count);
        }
    }

    [Fact]
    public void A_network_s_feed_gives_each_event_a_uid_of_its_own_and_keeps_the_calendar_s()
    {
        var record = Reading.Record("UID:2026-1");
        var blocks = new[] { "aaaa", "bbbb" }.Select(origin => _writer.Block(Entry(record) with { Origin = string.Concat(Enumerable.Repeat(origin, 5)) }, ["en"]));

        var text = Encoding.UTF8.GetString(Feed([.. blocks]));
        var again = Reading.Text(text);

        Assert.Equal(2, Calendar.Load(text)!.Events.Select(read => read.Uid).Distinct().Count());
        Assert.Equal(2, again.Events.Count);
        Assert.All(again.Events, parsed => Assert.Equal("2026-1", parsed.Event.Uid));
        Assert.All(again.Events, parsed => Assert.NotNull(NetworkUid.Read(parsed.Uid)));
    }

    [Theory]
    [InlineData("2026-12-03T19:00", "Europe/Paris", "RRULE:FREQ=WEEKLY;UNTIL=20261231", "RRULE:FREQ=WEEKLY;UNTIL=20261231T225959Z")]
    [InlineData("2026-12-03T19:00", "Europe/Paris", "RRULE:UNTIL=20261231T190000;FREQ=WEEKLY", "RRULE:UNTIL=20261231T180000Z;FREQ=WEEKLY")]
    [InlineData("2026-12-03T19:00", "UTC", "RRULE:FREQ=WEEKLY;UNTIL=20261231", "RRULE:FREQ=WEEKLY;UNTIL=20261231T235959Z")]
    [InlineData("2026-12-03", "", "RRULE:FREQ=WEEKLY;UNTIL=20261231T225959Z", "RRULE:FREQ=WEEKLY;UNTIL=20261231")]
    [InlineData("2026-12-03T19:00", "Europe/Paris", "EXDATE;VALUE=DATE:20261210", "EXDATE;TZID=Europe/Paris:20261210T190000")]
    [InlineData("2026-12-03T19:00", "Europe/Paris", "EXDATE:20261210T180000Z", "EXDATE;TZID=Europe/Paris:20261210T190000")]
    [InlineData("2026-12-03", "", "RDATE:20261210T000000", "RDATE;VALUE=DATE:20261210")]
    public void What_a_program_published_in_another_form_is_written_as_calendars_demand(string start, string zone, string line, string written)
    {
        var record = new EventRecord
        {
            Title = Text("Case"),
            Time = new EventTime { Start = start, Zone = zone, AllDay = start.Length == 10, Recurrence = { "RRULE:FREQ=DAILY", line } },
            Status = EventStatus.Confirmed,
        };

        Assert.Contains($"\r\n{written}\r\n", Encoding.UTF8.GetString(Feed([record])), StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_is_the_start_is_not_written()
    {
        var record = new EventRecord
        {
            Title = Text("Case"),
            Time = new EventTime
            {
                Start = "2026-12-03T19:00", End = "2026-12-03T19:00", Zone = "Europe/Paris", Recurrence = { "RRULE:FREQ=DAILY" },
                Exceptions = { new EventException { OriginalStart = "2026-12-04T19:00", Start = "2026-12-04T20:00", End = "2026-12-04T20:00" } },
            },
            Status = EventStatus.Confirmed,
        };

        Assert.DoesNotContain("DTEND", Encoding.UTF8.GetString(Feed([record])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1998-07-03T19:00", "2026-07-03T19:00")]
    [InlineData("1971-07-03T19:00", "1998-01-15T19:00")]
    [InlineData("1948-07-03T19:00", "2090-07-03T19:00")]
    [InlineData("1900-01-01T00:00", "2026-01-01T00:00")]
    public void A_zone_in_a_feed_covers_the_years_of_its_events(string first, string second)
    {
        var records = new[] { first, second }.Select((start, at) => new EventRecord
        {
            Title = Text("Case"), Time = new EventTime { Start = start, Zone = "Europe/London" }, Uid = $"{at}", Status = EventStatus.Confirmed,
        }).ToList();

        var text = Encoding.UTF8.GetString(Feed(records));
        var observances = Calendar.Load(text)!.TimeZones.Single().TimeZoneInfos;

        foreach (var start in new[] { first, second })
        {
            var local = LocalTimes.Read(start, allDay: false)!.Value;
            var onset = observances.SelectMany(observance => observance.GetOccurrences(null).Take(250).Select(occurrence => (Onset: occurrence.Period.StartTime.Value, To: observance.OffsetTo!.Offset)))
                .Where(change => change.Onset <= local.ToDateTimeUnspecified()).OrderBy(change => change.Onset).Last();
            Assert.Equal(DateTimeZoneProviders.Tzdb["Europe/London"].AtLeniently(local).Offset.ToTimeSpan(), onset.To);
        }
    }

    [Theory]
    [InlineData("LOCATION:Portland\\, ME\\, U.S.A.")]
    [InlineData("LOCATION:La Paillasse\\, 226 rue Saint-Denis\\, 75002 Paris\\, France")]
    [InlineData("LOCATION:Prague\\, Czech Republic")]
    [InlineData("LOCATION:Online")]
    [InlineData("LOCATION:Microsoft Teams Meeting")]
    public void A_location_is_written_as_its_calendar_wrote_it(string location)
    {
        var record = Reading.Record(location, "URL:https://conference.example/");

        var text = Encoding.UTF8.GetString(_writer.Single(Entry(record) with { PageUrl = "https://node.example/events/1" }, ["en"]).Span);

        Assert.Contains($"\r\n{location}\r\n", text, StringComparison.Ordinal);
        // The event's own page stands in as the address to join, and is no conference.
        Assert.DoesNotContain("\r\nCONFERENCE", text, StringComparison.Ordinal);
        Assert.Equal(record, Reading.Text(text).Events.Single().Event);
    }

    private static DateTime LocalStart(EventRecord record) => LocalTimes.Read(record.Time.Start, record.Time.AllDay)!.Value.ToDateTimeUnspecified();

    private static LocalizedText Text(string text) => new() { SourceLanguage = "en", Translations = { new Translation { Language = "en", Text = text, Version = 1 } } };

    private static CalendarEntry Entry(EventRecord record) => new(record, Id: new string('0', 32), Origin: new string('1', 20), PageUrl: "", Written);

    private byte[] Feed(IEnumerable<EventRecord> records) => Feed(
        [.. records.Select((record, at) => _writer.Block(Entry(record) with { Id = at.ToString("x32", CultureInfo.InvariantCulture) }, ["en"]))]);

    private static byte[] Feed(IReadOnlyCollection<CalendarBlock> blocks)
    {
        var feed = new MemoryStream();
        new CalendarFeed(new ZoneTexts()).Write(blocks, new CalendarHeading("", ""), part => feed.Write(part.Span));
        return feed.ToArray();
    }
}
