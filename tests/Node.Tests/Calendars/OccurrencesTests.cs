using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Calendars;

public sealed class OccurrencesTests
{
    [Theory]
    [InlineData("2026-03-29T02:30", "2026-03-29T01:30:00Z")] // The clocks jump over it: as if they had not jumped yet.
    [InlineData("2026-10-25T02:30", "2026-10-25T00:30:00Z")] // It comes twice: the first.
    [InlineData("2026-07-03T19:00", "2026-07-03T17:00:00Z")]
    public void A_local_time_is_one_moment(string local, string moment)
    {
        var span = EventTimes.Span(new EventTime { Start = local, Zone = "Europe/Paris" });

        Assert.Equal((Utc(moment), null), (span!.Value.Start, span.Value.End));
    }

    [Fact]
    public void Whole_days_begin_at_midnight_where_they_are()
    {
        var days = new EventTime { Start = "2026-12-03", End = "2026-12-05", AllDay = true };

        Assert.Equal(new EventSpan(Utc("2026-12-03T00:00:00Z"), Utc("2026-12-05T00:00:00Z")), EventTimes.Span(days));
        Assert.Equal(new EventSpan(Utc("2026-12-02T23:00:00Z"), Utc("2026-12-04T23:00:00Z")), EventTimes.Span(days, zoneOfDays: "Europe/Paris"));
        days.Zone = "America/New_York";
        Assert.Equal(new EventSpan(Utc("2026-12-03T05:00:00Z"), Utc("2026-12-05T05:00:00Z")), EventTimes.Span(days, zoneOfDays: "Europe/Paris"));
    }

    [Fact]
    public void A_day_that_its_zone_left_out_has_a_moment_all_the_same()
    {
        // Samoa crossed the date line at the end of 29 December 2011.
        var day = new EventTime { Start = "2011-12-30", AllDay = true, Zone = "Pacific/Apia" };

        Assert.Equal(Utc("2011-12-30T10:00:00Z"), EventTimes.Span(day)!.Value.Start);
    }

    [Theory]
    [InlineData("", "Europe/Paris", false)]
    [InlineData("2026-12-03", "Europe/Paris", false)]
    [InlineData("2026-12-03T19:00", "", false)]
    [InlineData("2026-12-03T19:00", "Mars/Olympus", false)]
    [InlineData("2026-12-03T19:00", "", true)]
    [InlineData("9999-12-31T23:59", "Europe/Paris", false)]
    [InlineData("2026-02-30T19:00", "Europe/Paris", false)]
    [InlineData("-001-01-01", "", true)]
    public void Times_that_cannot_be_read_have_no_moment(string start, string zone, bool allDay)
    {
        var time = new EventTime { Start = start, Zone = zone, AllDay = allDay };

        Assert.Null(EventTimes.Span(time));
        Assert.Empty(Occurrences.Next(time, Utc("2026-01-01T00:00:00Z")));
    }

    [Fact]
    public void An_event_that_does_not_repeat_occurs_until_it_has_ended()
    {
        var time = new EventTime { Start = "2026-12-03T19:00", End = "2026-12-03T22:00", Zone = "Europe/Paris" };

        Assert.Single(Occurrences.Next(time, Utc("2026-12-03T20:59:59Z")));
        Assert.Empty(Occurrences.Next(time, Utc("2026-12-03T21:00:00Z")));
    }

    [Fact]
    public void A_series_keeps_its_hour_on_the_wall_over_summer_time()
    {
        var time = new EventTime { Start = "2026-03-15T19:00", End = "2026-03-15T21:00", Zone = "Europe/Paris", Recurrence = { "RRULE:FREQ=WEEKLY;COUNT=4" } };

        Assert.Equal(
            ["2026-03-15T18:00:00Z", "2026-03-22T18:00:00Z", "2026-03-29T17:00:00Z", "2026-04-05T17:00:00Z"],
            Starts(time, "2026-01-01T00:00:00Z"));
    }

    [Fact]
    public void A_night_until_four_is_one_also_when_the_clocks_change()
    {
        var time = new EventTime { Start = "2026-10-23T22:00", End = "2026-10-24T04:00", Zone = "Europe/Paris", Recurrence = { "RRULE:FREQ=DAILY;COUNT=2" } };

        var nights = Occurrences.Next(time, Utc("2026-01-01T00:00:00Z"));

        Assert.Equal(["2026-10-24T04:00", "2026-10-25T04:00"], nights.Select(night => night.LocalEnd));
        Assert.Equal([TimeSpan.FromHours(6), TimeSpan.FromHours(7)], nights.Select(night => night.Span.End!.Value - night.Span.Start));
    }

    // RFC 5545, §3.3.10: a time that does not exist is neither shown nor counted.
    [Fact]
    public void A_daily_series_leaves_out_the_night_on_which_its_hour_is_jumped_over()
    {
        var time = new EventTime { Start = "2026-03-28T02:30", Zone = "Europe/Paris", Recurrence = { "RRULE:FREQ=DAILY;COUNT=3" } };

        Assert.Equal(["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z"], Starts(time, "2026-01-01T00:00:00Z"));
    }

    [Fact]
    public void A_long_count_shows_what_comes_next()
    {
        var time = new EventTime { Start = "2006-01-02T19:00", Zone = "Europe/Paris", Recurrence = { "RRULE:FREQ=DAILY;COUNT=9000" } };

        Assert.Equal("2026-11-24T18:00:00Z", Starts(time, "2026-11-24T12:00:00Z").First());
        Assert.Equal("2030-08-23T19:00", Occurrences.Next(time, Utc("2030-08-20T00:00:00Z"))[^1].LocalStart);
    }

    [Fact]
    public void A_day_as_the_end_of_a_timed_series_is_written_as_its_last_moment()
    {
        var time = new EventTime { Start = "2026-12-03T19:00", Zone = "Europe/Paris", Recurrence = { "RRULE:FREQ=WEEKLY;UNTIL=20261210" } };

        RecurrenceRules.Normalise(time);

        Assert.Equal("RRULE:FREQ=WEEKLY;UNTIL=20261210T225959Z", time.Recurrence[0]);
        Assert.Equal(2, Occurrences.Next(time, Utc("2026-01-01T00:00:00Z")).Count);
    }

    // Ical.Net shares no code with ours. Its own faults are left out of the draw: UNTIL, weeks of years, and days of every month of a year.
    [Fact]
    public void Any_ordinary_rule_is_followed_as_another_library_follows_it()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            string List(string name, params string[] values) =>
                random.Next(3) > 0 ? "" : $";{name}={string.Join(',', values.OrderBy(_ => random.Next()).Take(random.Next(1, 4)))}";
            var frequency = random.Next(4) switch { 0 => "DAILY", 1 => "WEEKLY", 2 => "MONTHLY", _ => "YEARLY" };
            string[] days = frequency is "DAILY" or "WEEKLY" ? ["MO", "WE", "SU"] : ["MO", "1TU", "-1FR", "2SA"];
            var rule = $"FREQ={frequency};INTERVAL={random.Next(1, 4)}" + List("BYMONTH", "1", "5", "12") + List("BYDAY", days)
                + (frequency is "WEEKLY" or "YEARLY" ? "" : List("BYMONTHDAY", "1", "15", "-1", "29")) + (frequency == "MONTHLY" ? List("BYSETPOS", "1", "-1") : "");
            // The start is one of the series, as it should be: else libraries differ in whether they count it.
            var any = Follow(new DateOnly(2020, 1, 1), rule, 40);
            if (any.Count < 20 || rule.Contains("BYSETPOS", StringComparison.Ordinal) && !rule.Contains("DAY=", StringComparison.Ordinal))
                continue;
            var start = any[random.Next(1, 10)];
            var series = new Ical.Net.CalendarComponents.CalendarEvent
            {
                Start = new Ical.Net.DataTypes.CalDateTime(start.Year, start.Month, start.Day),
                RecurrenceRule = new Ical.Net.DataTypes.RecurrenceRule(rule),
            };

            var theirs = series.GetOccurrences().Take(20).Select(occurrence => DateOnly.FromDateTime(occurrence.Period.StartTime.Value)).ToList();

            Assert.True(theirs.SequenceEqual(Follow(start, rule, 20)), $"seed {seed}: {start:yyyy-MM-dd} {rule}\n{string.Join(' ', theirs)}\n{string.Join(' ', Follow(start, rule, 20))}");
        }
    }

    private static List<DateOnly> Follow(DateOnly start, string rule, int most) =>
        [.. new Recurrence(new NodaTime.LocalDateTime(start.Year, start.Month, start.Day, 0, 0), allDay: true, NodaTime.DateTimeZone.Utc, ["RRULE:" + rule])
            .StartsFrom(new NodaTime.LocalDateTime(1900, 1, 1, 0, 0)).Take(most).Select(local => DateOnly.FromDateTime(local.ToDateTimeUnspecified()))];

    [Fact]
    public void Exceptions_move_rename_and_cancel()
    {
        var time = Reading.Fixture("series.ics").Events[0].Event.Time;

        var next = Occurrences.Next(time, Utc("2026-01-02T00:00:00Z"));

        Assert.Equal(
            [
                "2026-02-06T20:00", // moved from the 5th; March is cancelled, April and May are left out
                "2026-06-04T19:00", "2026-06-10T19:00", "2026-07-02T19:00", "2026-08-06T19:00",
                "2026-09-03T20:00", "2026-10-01T20:00", "2026-11-05T20:00", "2026-12-03T20:00", // later from September on
            ],
            next.Select(occurrence => occurrence.LocalStart));
        Assert.Equal("2026-02-05T19:00", next[0].OriginalStart);
        Assert.Equal("Apéro du vendredi", next[0].Title!.Translations[0].Text);
        Assert.Equal("2026-07-02T23:30", next[3].LocalEnd);
        Assert.Equal("2026-08-06T21:00", next[4].LocalEnd);
    }

    // dateutil 2.9, a library of another house, gave these.
    [Theory]
    [InlineData("2020-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-01", "2026-11-30 2026-12-31 2027-01-31")]
    [InlineData("2020-01-31", "FREQ=MONTHLY", "2026-11-01", "2026-12-31 2027-01-31 2027-03-31")]
    [InlineData("2020-02-29", "FREQ=YEARLY", "2026-11-01", "2028-02-29 2032-02-29 2036-02-29")]
    [InlineData("2020-01-01", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11-01", "2026-11-30 2026-12-31 2027-01-29")]
    [InlineData("2020-01-06", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU", "2026-11-01", "2026-11-02 2026-11-05 2026-11-16")]
    [InlineData("2020-01-01", "FREQ=DAILY;INTERVAL=10", "2026-11-01", "2026-11-05 2026-11-15 2026-11-25")]
    [InlineData("2020-01-01", "FREQ=MONTHLY;INTERVAL=5;BYDAY=3FR", "2026-11-01", "2027-02-19 2027-07-16 2027-12-17")]
    [InlineData("2020-01-01", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "2026-11-01", "2027-05-17 2028-05-15 2029-05-14")]
    [InlineData("1995-06-15", "FREQ=YEARLY;INTERVAL=3;BYMONTH=6,9", "2026-11-01", "2028-06-15 2028-09-15 2031-06-15")]
    public void Rules_are_followed_as_others_follow_them(string start, string rule, string from, string starts)
    {
        var time = new EventTime { Start = start, AllDay = true, Recurrence = { "RRULE:" + rule } };

        var next = Occurrences.Next(time, Utc(from + "T00:00:00Z"), most: 3);

        Assert.Equal(starts, string.Join(' ', next.Select(occurrence => occurrence.LocalStart)));
    }

    // Ical.Net 5.2.4 alone loses the last of each of these.
    [Theory]
    [InlineData("2026-01-14", "FREQ=MONTHLY;BYDAY=2WE;UNTIL=20260612", "2026-06-10")]
    [InlineData("2007-10-28", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20141027", "2014-10-26")]
    public void A_rule_takes_place_until_its_last_day(string start, string rule, string last)
    {
        var time = new EventTime { Start = start, AllDay = true, Recurrence = { "RRULE:" + rule } };

        Assert.Equal(last, Occurrences.Next(time, Utc("2000-01-01T00:00:00Z"))[^1].LocalStart);
    }

    // What a rule gives late in its life must be what following it from its first day gives.
    [Fact]
    public void A_series_that_began_long_ago_is_found_where_it_stands_now()
    {
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var frequency = new[] { "DAILY", "WEEKLY", "MONTHLY" }[i % 3];
            var by = frequency switch { "WEEKLY" => ";BYDAY=MO,SA", "MONTHLY" => i % 2 == 0 ? ";BYDAY=2TU" : "", _ => i % 2 == 0 ? ";BYMONTH=3,11" : "" };
            var rule = $"FREQ={frequency};INTERVAL={random.Next(1, 8)}{by}";
            var start = new DateOnly(2016, 1, 1).AddDays(random.Next(0, 365));
            var series = new EventTime { Start = $"{start:yyyy-MM-dd}", AllDay = true, Recurrence = { "RRULE:" + rule } };
            var whole = new Recurrence(LocalTimes.Read(series.Start, allDay: true)!.Value, allDay: true, NodaTime.DateTimeZone.Utc, series.Recurrence);
            var from = new NodaTime.LocalDateTime(2026, 11, 1, 0, 0);

            var slow = whole.StartsFrom(new NodaTime.LocalDateTime(2016, 1, 1, 0, 0)).Where(date => date >= from).Take(5).ToList();

            Assert.True(slow.SequenceEqual(whole.StartsFrom(from).Take(5)), $"seed 7, {series.Start} {rule}");
        }
    }

    [Theory]
    [InlineData("RRULE:FREQ=SECONDLY")]
    [InlineData("RRULE:FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1;COUNT=10000")]
    [InlineData("RRULE:FREQ=DAILY;COUNT=10000;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23")]
    [InlineData("RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4;BYSECOND=0,1,2,3,4,5,6")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")]
    [InlineData("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31")]
    [InlineData("RRULE:FREQ=DAILY;COUNT=2000000000")]
    [InlineData("RRULE:FREQ=DAILY;INTERVAL=2147483647")]
    [InlineData("RRULE:FREQ=WEEKLY;INTERVAL=2147483647")]
    [InlineData("RRULE:FREQ=MONTHLY;INTERVAL=2147483647")]
    [InlineData("RRULE:FREQ=YEARLY;INTERVAL=2147483647")]
    [InlineData("RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23")]
    [InlineData("RRULE:FREQ=DAILY;UNTIL=99991231T235959Z")]
    [InlineData("RRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6")]
    [InlineData("RRULE:nonsense")]
    [InlineData("RDATE:nonsense,,,,20260101")]
    [InlineData("RDATE:99991231T235959Z")]
    [InlineData("")]
    public void A_hostile_rule_is_given_up(string line)
    {
        foreach (var start in new[] { "0001-01-01T00:00", "1900-01-01T00:00", "1950-01-31T10:00", "2026-01-01T10:00", "2200-12-31T23:59", "8999-12-31T23:59" })
        {
            var time = new EventTime { Start = start, End = "2200-12-31T23:59", Zone = "Europe/Paris" };
            time.Recurrence.Add(Enumerable.Repeat(line, CalendarLimits.RecurrenceLines));

            foreach (var from in new[] { DateTimeOffset.MinValue, Utc("2026-11-01T00:00:00Z"), DateTimeOffset.MaxValue })
                Assert.InRange(Occurrences.Next(time, from).Count, 0, CalendarLimits.Occurrences);
        }
    }

    // The work of a page view stood at five seconds of a processor for the first of these, and at more than 75 for the second.
    [Theory]
    [InlineData("FREQ=YEARLY;BYMONTH=", 100, 100)]
    [InlineData("FREQ=YEARLY;BYMONTH=", 900, 600)]
    public void Values_that_are_repeated_cost_nothing(string beginning, int months, int days)
    {
        var rule = beginning + string.Join(',', Enumerable.Repeat("2", months)) + ";BYMONTHDAY=" + string.Join(',', Enumerable.Repeat("30", days));
        var time = new EventTime { Start = "1950-01-31T10:00", Zone = "Europe/Paris", Recurrence = { "RRULE:" + rule } };
        var best = TimeSpan.MaxValue;

        for (var times = 0; times < 3; times++)
        {
            var started = System.Diagnostics.Stopwatch.StartNew();
            Assert.Empty(Occurrences.Next(time, Utc("2026-11-01T00:00:00Z")));
            best = started.Elapsed < best ? started.Elapsed : best;
        }

        Assert.True(best < TimeSpan.FromMilliseconds(250), $"{best}");
    }

    private static IEnumerable<string> Starts(EventTime time, string from) =>
        Occurrences.Next(time, Utc(from)).Select(occurrence => occurrence.Span.Start.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
