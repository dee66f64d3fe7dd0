using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Calendars;

public sealed class CalendarReaderTests
{
    [Theory]
    [InlineData("utf8-crlf.ics")]
    [InlineData("utf8-lf.ics")]
    [InlineData("utf8-cr.ics")]
    [InlineData("utf8-bom.ics")]
    [InlineData("utf16-le-bom.ics")]
    [InlineData("utf16-be-bom.ics")]
    [InlineData("utf16-le.ics")]
    [InlineData("windows-1252.ics")]
    [InlineData("folded-inside-characters.ics")]
    [InlineData("untidy-lines.ics")]
    public void A_calendar_is_the_same_in_every_encoding_and_folding(string fixture)
    {
        var calendar = Reading.Fixture(fixture);

        Assert.Empty(calendar.Problems);
        Assert.Equal("Café", calendar.Name);
        Assert.Equal(Reading.Fixture("utf8-crlf.ics").Events[0].Event, Assert.Single(calendar.Events).Event);
        Assert.Equal("Apéro à Évry – « l’été »", calendar.Events[0].Event.Title.Translations[0].Text);
        Assert.Equal("Œuvres, cœur; €5\nÀ bientôt", calendar.Events[0].Event.Description.Translations[0].Text);
    }

    [Fact]
    public void One_bad_event_is_told_with_its_line_and_does_not_stop_the_others()
    {
        var calendar = Reading.Fixture("one-bad-among-good.ics");

        Assert.Equal(["good-1", "good-2"], calendar.Events.Select(parsed => parsed.Uid));
        Assert.Equal(
            [
                (9, "bad-start", ImportReasons.StartUnreadable),
                (14, "no-start", ImportReasons.StartMissing),
                (18, "no-title", ImportReasons.TitleMissing),
                (22, "bad-rule", ImportReasons.RuleUnreadable),
                (28, "every-second", ImportReasons.RuleTooFrequent),
                (34, "year-9998", ImportReasons.DateOutOfRange),
                (39, "30-february", ImportReasons.StartUnreadable),
                (44, "no-end", ImportReasons.BrokenStructure),
                (56, "cut-off", ImportReasons.BrokenStructure),
            ],
            calendar.Problems.Select(problem => (problem.Line, problem.Uid, problem.Reason)));
        Assert.All(calendar.Problems, problem => Assert.False(problem.IsNote));
        Assert.All(calendar.Problems, problem => Assert.EndsWith(".", problem.Sentence));
        Assert.Equal("Second", calendar.Events[1].Event.Title.Translations[0].Text);
    }

    [Fact]
    public void Every_way_to_name_a_zone_leads_to_an_iana_zone()
    {
        var calendar = Reading.Fixture("zones.ics");

        Assert.Equal(
            new Dictionary<string, (string, string)>
            {
                ["iana"] = ("2026-07-03T19:00", "Europe/Rome"),
                ["alias"] = ("2026-07-03T19:00", "America/Los_Angeles"),
                ["windows"] = ("2026-07-03T19:00", "Europe/Berlin"),
                ["quoted"] = ("2026-07-03T19:00", "Europe/Paris"),
                ["path"] = ("2026-07-03T19:00", "Europe/Lisbon"),
                ["case"] = ("2026-07-03T19:00", "Europe/Paris"),
                ["display"] = ("2026-07-03T19:00", "Europe/Amsterdam"),
                ["custom"] = ("2026-07-03T19:00", "Europe/Paris"),
                ["custom-us"] = ("2026-07-03T19:00", "America/New_York"),
                ["lic"] = ("2026-07-03T19:00", "Europe/Helsinki"),
                ["offset"] = ("2026-07-03T19:00", "Etc/GMT-2"),
                ["utc"] = ("2026-07-03T19:00", "Europe/Madrid"),
                ["floating"] = ("2026-07-03T19:00", "Europe/Madrid"),
                ["day"] = ("2026-07-03", ""),
                ["made-up"] = ("2026-07-03T19:00", "Europe/Madrid"),
                ["unknown"] = ("2026-07-03T19:00", "Europe/Madrid"),
            },
            calendar.Events.ToDictionary(parsed => parsed.Uid, parsed => (parsed.Event.Time.Start, parsed.Event.Time.Zone)));
        Assert.Equal(["made-up", "unknown"], calendar.Problems.Select(problem => problem.Uid));
        Assert.All(calendar.Problems, problem => Assert.Equal((ImportReasons.ZoneUnknown, true), (problem.Reason, problem.IsNote)));
    }

    [Fact]
    public void A_series_keeps_its_rule_and_its_changed_occurrences()
    {
        var calendar = Reading.Fixture("series.ics");

        var monthly = calendar.Events[0].Event;
        Assert.Equal(
            [
                "RRULE:FREQ=MONTHLY;BYDAY=1TH;UNTIL=20261231T225959Z",
                "RDATE;TZID=Europe/Paris:20260610T190000",
                "EXDATE;TZID=Europe/Paris:20260402T190000,20260507T190000",
            ],
            monthly.Time.Recurrence);
        Assert.Equal(
            [
                new EventException { OriginalStart = "2026-02-05T19:00", Start = "2026-02-06T20:00", Title = Localized("fr", "Apéro du vendredi") },
                new EventException { OriginalStart = "2026-03-05T19:00", Cancelled = true },
                new EventException { OriginalStart = "2026-07-02T19:00", End = "2026-07-02T23:30" },
                .. new[] { "2026-09-03", "2026-10-01", "2026-11-05", "2026-12-03" }
                    .Select(day => new EventException { OriginalStart = day + "T19:00", Start = day + "T20:00", Title = Localized("und", "Later") }),
            ],
            monthly.Time.Exceptions);
        Assert.Equal(
            new Place { Name = "La Paillasse", Address = "226 rue Saint-Denis", City = "Paris", Country = "FR", Coordinates = new Coordinates { Latitude = 48.85341, Longitude = 2.3488 } },
            monthly.Place);
        Assert.Equal(3u, monthly.Sequence);
        Assert.Equal(["monthly", "orphan/20260105T180000Z", "twice"], calendar.Events.Select(parsed => parsed.Uid));
        Assert.Equal("New", calendar.Events[2].Event.Title.Translations[0].Text);
        Assert.Equal(
            [ImportReasons.ExceptionSimplified, ImportReasons.DuplicateUid],
            calendar.Problems.Select(problem => problem.Reason));
    }

    [Theory]
    [InlineData("DTEND;TZID=Europe/Paris:20261203T210000", "2026-12-03T21:00")]
    [InlineData("DTEND:20261203T200000Z", "2026-12-03T21:00")]
    [InlineData("DTEND;TZID=Europe/London:20261203T200000", "2026-12-03T21:00")]
    [InlineData("DURATION:PT2H", "2026-12-03T21:00")]
    [InlineData("DURATION:P1DT1H30M", "2026-12-04T20:30")]
    [InlineData("DURATION:P1W", "2026-12-10T19:00")]
    [InlineData("DTEND;TZID=Europe/Paris:20261203T190000", "")]
    [InlineData("X-NOTHING:x", "")]
    public void The_end_of_a_timed_event_is_local_too(string line, string end)
    {
        Assert.Equal(end, Reading.Record(line).Time.End);
    }

    [Theory]
    [InlineData("DTEND:20261203T170000Z")]
    [InlineData("DTEND:whenever")]
    [InlineData("DURATION:-PT1H")]
    [InlineData("DURATION:forever")]
    [InlineData("DURATION:P99999999999D")]
    [InlineData("DTEND;TZID=Europe/Paris:99990101T000000")]
    public void An_end_that_cannot_be_is_left_out_with_a_note(string line)
    {
        var calendar = Reading.Event(line);

        Assert.Equal("", calendar.Events[0].Event.Time.End);
        Assert.Equal((ImportReasons.EndLeftOut, true), (calendar.Problems[0].Reason, calendar.Problems[0].IsNote));
    }

    [Theory]
    [InlineData("DTSTART;VALUE=DATE:20261203", "X-NOTHING:x", "2026-12-04")]
    [InlineData("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261203", "2026-12-04")]
    [InlineData("DTSTART;VALUE=DATE:20261203", "DTEND;VALUE=DATE:20261206", "2026-12-06")]
    [InlineData("DTSTART;VALUE=DATE:20261203", "DURATION:P2D", "2026-12-05")]
    [InlineData("DTSTART;VALUE=DATE:20261203", "DURATION:PT36H", "2026-12-05")]
    [InlineData("DTSTART:20261203", "X-NOTHING:x", "2026-12-04")]
    [InlineData("DTSTART;VALUE=DATE:20261203T000000", "X-NOTHING:x", "2026-12-04")]
    public void Whole_days_end_on_the_day_after_the_last(string start, string line, string end)
    {
        var time = Reading.Record(start, line).Time;

        Assert.Equal(new EventTime { Start = "2026-12-03", End = end, AllDay = true }, time);
    }

    [Fact]
    public void A_series_in_utc_stays_in_utc()
    {
        var calendar = Reading.Text("BEGIN:VCALENDAR\nX-WR-TIMEZONE:Europe/Paris\nBEGIN:VEVENT\nUID:a\nSUMMARY:a\nDTSTART:20261203T190000Z\nRRULE:FREQ=WEEKLY\nEND:VEVENT\nEND:VCALENDAR");

        Assert.Equal(("2026-12-03T19:00", "UTC"), (calendar.Events[0].Event.Time.Start, calendar.Events[0].Event.Time.Zone));
    }

    [Fact]
    public void An_event_without_a_uid_gets_one_from_its_content()
    {
        var uid = Reading.Event("UID:", "DESCRIPTION:one").Events[0].Uid;

        Assert.Equal(uid, Reading.Event("UID:", "DESCRIPTION:two").Events[0].Uid);
        Assert.NotEqual(uid, Reading.Event("UID:", "SUMMARY:another").Events[0].Uid);
        Assert.EndsWith("@derived", uid);
    }

    [Fact]
    public void An_endless_uid_still_names_its_event()
    {
        var uid = Reading.Event("UID:" + new string('x', 5000)).Events[0].Uid;

        Assert.Equal(uid, Reading.Event("UID:" + new string('x', 5000)).Events[0].Uid);
        Assert.NotEqual(uid, Reading.Event("UID:" + new string('x', 5001)).Events[0].Uid);
        Assert.True(uid.Length <= CalendarLimits.UidLength);
    }

    [Theory]
    [InlineData("STATUS:CANCELLED", EventStatus.Cancelled)]
    [InlineData("STATUS:tentative", EventStatus.Tentative)]
    [InlineData("STATUS:CONFIRMED", EventStatus.Confirmed)]
    [InlineData("STATUS:whatever", EventStatus.Confirmed)]
    [InlineData("X-NOTHING:x", EventStatus.Confirmed)]
    public void The_status_is_kept(string line, EventStatus status)
    {
        Assert.Equal(status, Reading.Record(line).Status);
    }

    [Fact]
    public void What_is_no_calendar_is_said_to_be_none()
    {
        foreach (var file in new byte[][] { [], [0], "<html><body>Sign in</body></html>"u8.ToArray(), [0xff, 0xfe], [0xef, 0xbb, 0xbf], new byte[1000] })
            Assert.Equal(ImportReasons.NotACalendar, Assert.Single(Reading.Bytes(file).Problems).Reason);
    }

    [Fact]
    public void An_empty_calendar_is_one_all_the_same()
    {
        var calendar = Reading.Text("BEGIN:VCALENDAR\r\nX-WR-CALNAME:Nothing yet\r\nEND:VCALENDAR\r\n");

        Assert.Equal("Nothing yet", calendar.Name);
        Assert.Empty(calendar.Problems);
    }

    [Fact]
    public void A_file_beyond_the_limit_is_not_read()
    {
        var calendar = Reading.Bytes(new byte[CalendarLimits.FileBytes + 1]);

        Assert.Equal(ImportReasons.FileTooLarge, Assert.Single(calendar.Problems).Reason);
    }

    private static LocalizedText Localized(string language, string text) => new()
    {
        SourceLanguage = language,
        Translations = { new Translation { Language = language, Text = text, Version = 1 } },
    };
}
