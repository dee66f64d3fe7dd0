using System.Text;
using Google.Protobuf;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Tests.Calendars;

// Row 46 of the threats, and the promise that the reader never throws for what a file holds.
[Trait("threat", "46")]
public sealed class HostileCalendarTests
{
    private static readonly byte[] Marks = ";:,=\"\\\r\n -+T0129ZBE"u8.ToArray();

    [Fact]
    public void Files_with_damaged_bytes_are_read_without_a_crash()
    {
        const int seed = 20261103;
        var random = new Random(seed);
        var fixtures = new[] { "series.ics", "zones.ics", "one-bad-among-good.ics", "utf8-crlf.ics", "utf16-le.ics" }
            .Select(name => File.ReadAllBytes(Path.Combine(Reading.Fixtures(), name))).ToArray();
        for (var round = 0; round < 400; round++)
        {
            var bytes = fixtures[round % fixtures.Length].ToArray();
            for (var damage = random.Next(1, 30); damage > 0; damage--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : Marks[random.Next(Marks.Length)];
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length)];

            var error = Record.Exception(() => Check(Reading.Bytes(bytes)));

            Assert.True(error is null, $"seed {seed}, round {round}: {error}");
        }
    }

    /// <summary>Dates at the edge of the years that records name lie beyond it on the clock of a zone that is ahead, or behind.</summary>
    [Fact]
    public void Series_at_the_edge_of_the_years_are_read_without_a_crash()
    {
        string[] dates = ["18990101T000000", "18991231T233000Z", "19000101T000000", "19000101T003000Z", "22001231T233000", "22001231T233000Z", "22010101T000000Z", "99991231T235959Z"];
        foreach (var zone in (string[])["Pacific/Kiritimati", "Pacific/Pago_Pago"])
        foreach (var start in dates)
        foreach (var other in dates)
        {
            var (at, id) = (start.EndsWith('Z') ? $":{start}" : $";TZID={zone}:{start}", other.EndsWith('Z') ? $":{other}" : $";TZID={zone}:{other}");
            var file = "BEGIN:VCALENDAR\r\nX-WR-TIMEZONE:" + zone
                + $"\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Series\r\nDTSTART{at}\r\nRRULE:FREQ=DAILY;COUNT=9\r\nRDATE{id}\r\nRDATE;VALUE=PERIOD:{other}/PT3H\r\nEXDATE{id}\r\nEND:VEVENT"
                + $"\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Moved\r\nRECURRENCE-ID{id}\r\nDTSTART{at}\r\nEND:VEVENT"
                + $"\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:On\r\nRECURRENCE-ID;RANGE=THISANDFUTURE{id}\r\nDTSTART{id}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

            var error = Record.Exception(() => Check(Reading.Bytes(Encoding.ASCII.GetBytes(file))));

            Assert.True(error is null, $"{zone}, {start}, {other}: {error}");
        }
    }

    [Theory]
    [InlineData("DTSTART;TZID={0}:20261203T190000")]
    [InlineData("SUMMARY;{0}")]
    [InlineData("SUMMARY;X=\"{0}")]
    [InlineData("DESCRIPTION:<a href=\"http{0}")]
    [InlineData("DESCRIPTION:<b>{0}</b>")]
    [InlineData("LOCATION:{0}")]
    [InlineData("GEO:{0}")]
    [InlineData("URL:http://{0}")]
    [InlineData("RRULE:FREQ=DAILY;BYDAY={0}")]
    [InlineData("RRULE:FREQ=DAILY;COUNT={0}")]
    [InlineData("DURATION:P{0}D")]
    [InlineData("EXDATE:{0}")]
    [InlineData("CATEGORIES:{0}")]
    [InlineData("UID:{0}")]
    [InlineData("{0}:x")]
    public void A_field_of_any_length_costs_little(string line)
    {
        foreach (var filling in new[] { "a", "<", "<a href=http://x>", "http", "\\", "\\,", ",", ";", "\"", "1", "🎉", "e\u0301", "MO,", "20260101,", " " })
        {
            var text = new StringBuilder();
            while (text.Length < CalendarLimits.LineBytes / 4)
                text.Append(filling);

            Check(Reading.Event(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, text), "RDATE:20261203T190000"));
        }
    }

    [Fact]
    public void An_event_whose_texts_are_together_too_large_is_refused()
    {
        var lines = new[] { "en", "fr", "es", "it" }.Select(language => $"DESCRIPTION;LANGUAGE={language}:{new string('字', 19_000)}").ToArray();

        var problem = Assert.Single(Reading.Event(lines).Problems);

        Assert.Equal((ImportReasons.BreaksRule, false), (problem.Reason, problem.IsNote));
    }

    [Fact]
    public void Characters_that_make_a_text_look_like_another_are_left_out()
    {
        var record = Reading.Record("SUMMARY:Free \u202Edrink\u2066 \ufeffhere", "CATEGORIES:fine");

        Assert.Equal("Free drink here", record.Title.Translations[0].Text);
    }

    [Fact]
    public void A_line_that_never_ends_is_left_out_and_the_event_stays()
    {
        var calendar = Reading.Event("DESCRIPTION:" + new string('x', CalendarLimits.LineBytes));

        Assert.Null(Assert.Single(calendar.Events).Event.Description);
        Assert.Equal((ImportReasons.LineLeftOut, true), (calendar.Problems[0].Reason, calendar.Problems[0].IsNote));
    }

    [Fact]
    public void Components_nested_without_end_are_no_deeper_than_they_need_be()
    {
        var calendar = Reading.Text("BEGIN:VCALENDAR\n" + string.Concat(Enumerable.Repeat("BEGIN:X\n", 100_000)) + "BEGIN:VEVENT\nUID:a\nSUMMARY:a\nDTSTART:20261203T190000Z\nEND:VEVENT\n");

        Assert.Equal("a", Assert.Single(calendar.Events).Uid);
    }

    [Fact]
    public void A_hundred_thousand_events_are_cut_at_the_limit()
    {
        var calendar = Reading.Text("BEGIN:VCALENDAR\n" + string.Concat(Enumerable.Range(0, CalendarLimits.Events + 10).Select(i => $"BEGIN:VEVENT\nUID:{i}\nSUMMARY:a\nDTSTART:20261203\nEND:VEVENT\n")));

        Assert.Equal(CalendarLimits.Events, calendar.Events.Count);
        Assert.Equal(ImportReasons.TooManyEvents, Assert.Single(calendar.Problems).Reason);
    }

    [Fact]
    public void Problems_without_end_are_counted()
    {
        var calendar = Reading.Text(string.Concat(Enumerable.Repeat("BEGIN:VEVENT\nEND:VEVENT\n", CalendarLimits.Problems + 7)));

        Assert.Equal(CalendarLimits.Problems + 1, calendar.Problems.Count);
        Assert.Equal((ImportReasons.TooManyProblems, "7 more problems are not listed."), (calendar.Problems[^1].Reason, calendar.Problems[^1].Sentence));
    }

    [Fact]
    public void A_series_with_too_many_dates_is_refused_and_one_with_too_many_exceptions_simplified()
    {
        var dates = string.Join(',', Enumerable.Range(0, CalendarLimits.RecurrenceDates + 1).Select(i => $"{new DateTime(2026, 1, 1).AddDays(i):yyyyMMdd}T190000"));
        Assert.Equal(ImportReasons.TooManyDates, Assert.Single(Reading.Event("RDATE;TZID=Europe/Paris:" + dates).Problems).Reason);

        var overrides = string.Concat(Enumerable.Range(0, CalendarLimits.Exceptions + 3).Select(i =>
            $"BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:{new DateTime(2026, 1, 1).AddDays(i):yyyyMMdd}\nDTSTART:20260101\nSUMMARY:b\nEND:VEVENT\n"));
        var calendar = Reading.Text("BEGIN:VEVENT\nUID:a\nDTSTART:20260101\nSUMMARY:a\nRRULE:FREQ=DAILY\nEND:VEVENT\n" + overrides);

        Assert.Equal(CalendarLimits.Exceptions, Assert.Single(calendar.Events).Event.Time.Exceptions.Count);
        Assert.Equal(3, calendar.Problems.Count(problem => problem.Reason == ImportReasons.ExceptionLeftOut));
    }

    // Whatever the file was, its records keep the rules that every node checks, and can be written and followed.
    private static void Check(ParsedCalendar calendar)
    {
        foreach (var parsed in calendar.Events)
        {
            var record = parsed.Event;
            Assert.Equal(record, OuiShare.Federation.V1.EventRecord.Parser.ParseFrom(record.ToByteArray()));
            Assert.Empty(EventRules.Check(record));
            Assert.NotEmpty(record.Uid);
            Assert.InRange(Occurrences.Next(record.Time, DateTimeOffset.MinValue).Count, 0, CalendarLimits.Occurrences);
        }
    }
}
