using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>
/// Faults that people met in some calendar program, each with a small file in fixtures/faults and, below it, others of its kind. What an import
/// does with a file is in <see cref="CalendarImportTests"/>.
/// </summary>
public sealed class CalendarFaultsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_zone_that_is_given_once_counts_for_ever()
    {
        var events = Fault("18-vtimezone-fixed-1970").Events;

        Assert.Equal(["2027-07-06T09:00:00Z", "2027-07-06T09:00:00Z"], events.Select(parsed => Starts(parsed.Event).Single()));
        Assert.Equal(["Africa/Lagos", "Etc/GMT-1"], events.Select(parsed => parsed.Event.Time.Zone));
    }

    [Theory]
    [InlineData("+0530", "Asia/Kolkata")]
    [InlineData("+0545", "Asia/Kathmandu")]
    [InlineData("+0000", "UTC")]
    [InlineData("-0300", "Etc/GMT+3")]
    [InlineData("+1400", "Etc/GMT-14")]
    public void A_zone_without_summer_time_has_its_hours_in_summer_and_winter(string offset, string zone)
    {
        foreach (var start in new[] { "16010101T000000", "19700101T000000", "20200101T000000" })
        {
            var calendar = Reading.Text(InCalendar(Zone("Ours", Standard(start, offset, offset)), Event("a", "DTSTART;TZID=Ours:20270706T100000")));

            Assert.Equal(zone, Assert.Single(calendar.Events).Event.Time.Zone);
            Assert.Empty(calendar.Problems);
        }

        Assert.Equal(zone, Reading.Record($"DTSTART;TZID=UTC{offset}:20270706T100000").Time.Zone);
    }

    [Fact]
    public void A_zone_that_gave_up_summer_time_has_none()
    {
        var calendar = Reading.Text(InCalendar(
            Zone(
                "Ankara",
                "BEGIN:DAYLIGHT\r\nDTSTART:20070325T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0300\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20150329T010000Z\r\nEND:DAYLIGHT",
                "BEGIN:STANDARD\r\nDTSTART:20071028T040000\r\nTZOFFSETFROM:+0300\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20151025T010000Z\r\nEND:STANDARD",
                Standard("20160907T000000", "+0300", "+0300")),
            Event("a", "DTSTART;TZID=Ankara:20270706T100000"), Event("b", "DTSTART;TZID=Ankara:20270106T100000")));

        Assert.Equal(["2027-07-06T07:00:00Z", "2027-01-06T07:00:00Z"], calendar.Events.Select(parsed => Starts(parsed.Event).Single()));
    }

    [Fact]
    public void A_zone_that_gives_the_changes_of_one_year_means_the_zone_that_has_them()
    {
        var zone = Zone(
            "Local",
            "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT",
            Standard("20261025T030000", "+0200", "+0100"));

        Assert.Equal("Europe/Paris", Reading.Text(InCalendar(zone, Event("a", "DTSTART;TZID=Local:20260706T100000"))).Events[0].Event.Time.Zone);
    }

    [Fact]
    public void Each_calendar_of_a_file_has_its_own_zones()
    {
        var calendar = Reading.Text(
            InCalendar(Zone("Local", Standard("19700101T000000", "+0300", "+0300")), Event("a", "DTSTART;TZID=Local:20270706T100000"))
            + InCalendar(Zone("Local", Standard("19700101T000000", "-0500", "-0500")), Event("b", "DTSTART;TZID=Local:20270706T100000"))
            + InCalendar(Event("c", "DTSTART;TZID=Local:20270706T100000")));

        Assert.Equal(
            ["2027-07-06T07:00:00Z", "2027-07-06T15:00:00Z", "2027-07-06T07:00:00Z"],
            calendar.Events.Select(parsed => Starts(parsed.Event).Single()));
    }

    [Fact]
    public void An_end_of_whole_days_that_is_a_time_keeps_the_last_day_and_is_told()
    {
        var calendar = Fault("22-until-datetime-allday");

        Assert.Equal(["2026-12-29", "2027-01-26"], Locals(calendar.Events[0].Event));
        Assert.Equal((ImportReasons.UntilAsDay, true), (calendar.Problems.Single().Reason, calendar.Problems.Single().IsNote));
    }

    [Theory]
    [InlineData("Europe/Paris", "20270110T230000Z", "20270111")]
    [InlineData("Europe/Paris", "20270111T225959Z", "20270111")]
    [InlineData("America/New_York", "20270111T050000Z", "20270111")]
    [InlineData("America/New_York", "20270112T045959Z", "20270111")]
    [InlineData("Asia/Tokyo", "20270110T150000Z", "20270111")]
    [InlineData("Europe/Paris", "20270111T000000", "20270111")]
    public void Whole_days_end_where_their_calendar_counts_days(string zone, string until, string day)
    {
        var calendar = Reading.Text(InCalendar($"X-WR-TIMEZONE:{zone}", Event("a", "DTSTART;VALUE=DATE:20270104", $"RRULE:FREQ=WEEKLY;UNTIL={until}")));

        Assert.Equal($"RRULE:FREQ=WEEKLY;UNTIL={day}", Assert.Single(calendar.Events[0].Event.Time.Recurrence));
    }

    [Fact]
    public void A_date_that_a_newer_version_leaves_out_does_not_come_back_by_an_older_change()
    {
        var calendar = Fault("24-exdate-then-override");

        Assert.Equal(["2026-12-29", "2027-02-09"], Locals(Assert.Single(calendar.Events).Event));
        Assert.Contains(calendar.Problems, problem => problem.Reason == ImportReasons.ExceptionLeftOut);
    }

    [Fact]
    public void A_change_from_here_on_changes_what_follows()
    {
        var calendar = Fault("25-this-and-future");

        Assert.Equal(["2027-01-04T19:00", "2027-01-11T20:00", "2027-01-18T20:00", "2027-01-25T20:00"], Locals(Assert.Single(calendar.Events).Event));
        Assert.Empty(calendar.Problems);
    }

    [Theory]
    [InlineData("FREQ=WEEKLY", "FREQ=WEEKLY;UNTIL=20270111T175959Z", "FREQ=WEEKLY")]
    [InlineData("FREQ=WEEKLY;COUNT=100", "FREQ=WEEKLY;UNTIL=20270111T175959Z", "FREQ=WEEKLY;COUNT=99")]
    [InlineData("FREQ=WEEKLY;UNTIL=20290101T180000Z", "FREQ=WEEKLY;UNTIL=20270111T175959Z", "FREQ=WEEKLY;UNTIL=20290101T190000Z")]
    public void A_long_series_that_changes_from_here_on_goes_on_as_a_series_of_its_own(string rule, string before, string after)
    {
        var calendar = Reading.Text(InCalendar(
            Event("a", "DTSTART;TZID=Europe/Paris:20270104T190000", "DTEND;TZID=Europe/Paris:20270104T210000", "RRULE:" + rule, "EXDATE;TZID=Europe/Paris:20270118T190000"),
            Event("a", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20270111T190000", "DTSTART;TZID=Europe/Paris:20270111T200000", "DTEND;TZID=Europe/Paris:20270111T223000"),
            Event("a", "RECURRENCE-ID;TZID=Europe/Paris:20270125T190000", "DTSTART;TZID=Europe/Paris:20270126T180000", "DTEND;TZID=Europe/Paris:20270126T200000")));

        Assert.Empty(calendar.Problems);
        Assert.Equal(["a", "a/20270111T190000"], calendar.Events.Select(parsed => parsed.Uid));
        Assert.Equal(["RRULE:" + before], calendar.Events[0].Event.Time.Recurrence);
        Assert.Equal("RRULE:" + after, calendar.Events[1].Event.Time.Recurrence[0]);
        Assert.Equal(["2027-01-04T19:00"], Locals(calendar.Events[0].Event));
        Assert.Equal(["2027-01-11T20:00", "2027-01-26T18:00", "2027-02-01T20:00"], Locals(calendar.Events[1].Event).Take(3));
        Assert.Equal("2027-01-11T22:30", calendar.Events[1].Event.Time.End);
    }

    [Fact]
    public void A_series_that_is_cancelled_from_here_on_ends()
    {
        var calendar = Reading.Text(InCalendar(
            Event("a", "DTSTART;TZID=Europe/Paris:20270104T190000", "RRULE:FREQ=WEEKLY"),
            Event("a", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20270118T190000", "DTSTART;TZID=Europe/Paris:20270118T190000", "STATUS:CANCELLED")));

        Assert.Equal(["2027-01-04T19:00", "2027-01-11T19:00"], Locals(Assert.Single(calendar.Events).Event));
    }

    [Fact]
    public void A_date_that_is_added_with_its_own_length_has_it()
    {
        var next = Occurrences.Next(Fault("26-rdate-period").Events[0].Event.Time, Now);

        Assert.Equal(
            [("2027-03-24T08:00", "2027-03-24T09:00"), ("2027-03-25T08:00", "2027-03-25T09:00"), ("2027-03-25T12:00", "2027-03-25T15:00"), ("2027-03-26T08:00", "2027-03-26T09:00")],
            next.Select(occurrence => (occurrence.LocalStart, occurrence.LocalEnd)));
    }

    [Fact]
    public void A_period_may_name_its_end_and_a_zone()
    {
        var time = Reading.Record(
            "DTEND;TZID=Europe/Paris:20261203T210000", "RDATE;VALUE=PERIOD;TZID=Europe/London:20270107T180000/20270107T183000,20270108T180000/PT2H").Time;

        Assert.Equal([new EventException { OriginalStart = "2027-01-07T19:00", End = "2027-01-07T19:30" }], time.Exceptions);
    }

    [Fact]
    public void Tasks_and_notes_are_told_and_are_no_events()
    {
        var calendar = Fault("87-todo-journal-only");

        Assert.Empty(calendar.Events);
        Assert.Equal((ImportReasons.NoEvents, false), (calendar.Problems.Single().Reason, calendar.Problems.Single().IsNote));
        var mixed = Reading.Text(InCalendar("BEGIN:VTODO\r\nUID:t\r\nSUMMARY:t\r\nEND:VTODO", Event("a", "DTSTART:20270104T190000Z")));
        Assert.Equal((ImportReasons.TasksLeftOut, true), (mixed.Problems.Single().Reason, mixed.Problems.Single().IsNote));
    }

    [Theory]
    [InlineData("REPLY")]
    [InlineData("COUNTER")]
    [InlineData("ADD")]
    public void An_answer_to_an_invitation_is_no_event(string method)
    {
        var calendar = Reading.Text(InCalendar($"METHOD:{method}", Event("a", "DTSTART:20270104T190000Z")));

        Assert.Empty(calendar.Events);
        Assert.Equal(ImportReasons.MessageLeftOut, calendar.Problems.Single().Reason);
    }

    [Fact]
    public void Pictures_and_files_are_left_out_and_told()
    {
        var calendar = Fault("96-attach-image");

        Assert.Single(calendar.Events);
        Assert.Equal((ImportReasons.AttachmentLeftOut, 2), (calendar.Problems.Single().Reason, calendar.Problems.Single().Values[0]));
        Assert.Contains("https://example.org/poster.jpg", calendar.Problems.Single().Sentence);
    }

    private static ParsedCalendar Fault(string name) => Reading.Fixture(Path.Combine("faults", name + ".ics"));

    private static IEnumerable<string> Locals(EventRecord record) => Occurrences.Next(record.Time, Now).Select(occurrence => occurrence.LocalStart);

    private static IEnumerable<string> Starts(EventRecord record) =>
        Occurrences.Next(record.Time, Now).Select(occurrence => occurrence.Span.Start.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));

    private static string InCalendar(params string[] parts) => $"BEGIN:VCALENDAR\r\nPRODID:-//test//EN\r\n{string.Join("\r\n", parts)}\r\nEND:VCALENDAR\r\n";

    private static string Event(string uid, params string[] lines) => $"BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:Case\r\n{string.Join("\r\n", lines)}\r\nEND:VEVENT";

    private static string Zone(string id, params string[] parts) => $"BEGIN:VTIMEZONE\r\nTZID:{id}\r\n{string.Join("\r\n", parts)}\r\nEND:VTIMEZONE";

    private static string Standard(string start, string from, string to) =>
        $"BEGIN:STANDARD\r\nDTSTART:{start}\r\nTZOFFSETFROM:{from}\r\nTZOFFSETTO:{to}\r\nEND:STANDARD";
}
