using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol.Tests.Records;

public sealed class RecordRulesTests
{
    private static readonly Dictionary<string, Action<EventRecord>> Broken = new()
    {
        ["TITLE_MISSING"] = record => record.Title = null,
        ["TITLE_TOO_LONG"] = record => record.Title.Translations[0].Text = new string('é', 201),
        ["TITLE_CHARACTERS"] = record => record.Title.Translations[0].Text = "drink \u202Egnp",
        ["TITLE_NOT_NFC"] = record => record.Title.Translations[0].Text = "cafe\u0301",
        ["TITLE_SOURCE_MISSING"] = record => record.Title.SourceLanguage = "it",
        ["TITLE_LANGUAGE"] = record => record.Title.SourceLanguage = record.Title.Translations[0].Language = "français",
        ["TITLE_LANGUAGE_TWICE"] = record => record.Title.Translations.Add(new Translation { Language = "FR", Text = "encore", Version = 1 }),
        ["TITLE_VERSION"] = record => record.Title.Translations[0].Version = 0,
        ["DESCRIPTION_EMPTY"] = record => record.Description = new LocalizedText { SourceLanguage = "fr" },
        ["DESCRIPTION_CHARACTERS"] = record => record.Description = Text("a\rb"),
        ["DESCRIPTION_TOO_LONG"] = record => record.Description = Text(new string('a', 20_001)),
        ["RECORD_TOO_LARGE"] = record => record.Description = Text(new string('語', 30_000)),
        ["TIME_MISSING"] = record => record.Time = null,
        ["TIME_START_MISSING"] = record => record.Time.Start = "",
        ["TIME_START_FORM"] = record => record.Time.Start = "2026-12-03T19:00Z",
        ["TIME_END_FORM"] = record => record.Time.End = "2026-12-03",
        ["TIME_END_BEFORE_START"] = record => record.Time.End = "2026-12-03T18:59",
        ["TIME_ZONE_MISSING"] = record => record.Time.Zone = "",
        ["TIME_ZONE_NOT_A_ZONE"] = record => record.Time.Zone = "Europe/../Paris",
        ["TIME_RECURRENCE_PROPERTY"] = record => record.Time.Recurrence.Add("EXRULE:FREQ=DAILY"),
        ["TIME_RECURRENCE_RULE"] = record => record.Time.Recurrence.Add("RRULE:FREQ=SECONDLY"),
        ["TIME_START_YEAR"] = record => record.Time.Start = "1899-12-31T23:59",
        ["TIME_END_YEAR"] = record => record.Time.End = "2201-01-01T00:00",
        ["TIME_EXCEPTIONS_YEAR"] = record => Series(record, "0001-01-01T00:00"),
        ["TIME_RECURRENCE_DATE"] = record => record.Time.Recurrence.Add("EXDATE:20261203T190000,00010101T000000"),
        ["TIME_RECURRENCE_CHARACTERS"] = record => record.Time.Recurrence.Add("RRULE:FREQ=DAILY\nATTACH:x"),
        ["TIME_RECURRENCE_TOO_MANY"] = record => record.Time.Recurrence.AddRange(Enumerable.Repeat("RDATE:20261203T190000", 21)),
        ["TIME_EXCEPTIONS_WITHOUT_RULE"] = record => record.Time.Exceptions.Add(new EventException { OriginalStart = "2026-12-03T19:00" }),
        ["TIME_EXCEPTIONS_ORDER"] = record => Series(record, "2026-12-10T19:00", "2026-12-03T19:00"),
        ["TIME_EXCEPTIONS_CANCELLED"] = record => Series(record, "2026-12-10T19:00").Start = "2026-12-11T19:00",
        ["PLACE_COUNTRY_NOT_A_CODE"] = record => record.Place.Country = "France",
        ["PLACE_COORDINATES_OUT_OF_RANGE"] = record => record.Place.Coordinates.Latitude = double.NaN,
        ["PLACE_NAME_TOO_LONG"] = record => record.Place.Name = new string('a', 201),
        ["ONLINE_URL_NOT_WEB"] = record => record.OnlineUrl = "javascript:alert(1)",
        ["LINK_USER_NAME"] = record => record.Link = "https://ouishare.net@evil.example/",
        ["LINK_TOO_LONG"] = record => record.Link = "https://a.example/" + new string('a', 1000),
        ["TAGS_TOO_MANY"] = record => record.Tags.AddRange(Enumerable.Range(0, 21).Select(i => $"t{i}")),
        ["TAGS_CAPITALS"] = record => record.Tags.Add("Commons"),
        ["TAGS_SPACES"] = record => record.Tags.Add(" commons"),
        ["TAGS_MISSING"] = record => record.Tags.Add(""),
        ["TAGS_TWICE"] = record => record.Tags.AddRange(["commons", "commons"]),
        ["STATUS_MISSING"] = record => record.Status = EventStatus.Unspecified,
        ["CANCELLATION_NOT_CANCELLED"] = record => record.Cancellation = Text("Pluie"),
        ["SPOKEN_LANGUAGES_LANGUAGE"] = record => record.SpokenLanguages.Add("f"),
        ["UID_TOO_LONG"] = record => record.Uid = new string('a', 256),
    };

    public static TheoryData<string> Reasons => [.. Broken.Keys];

    [Fact]
    public void A_plain_event_breaks_no_rule() => Assert.Empty(EventRules.Check(Event()));

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_rule_of_events_has_its_reason_and_a_sentence(string reason)
    {
        var record = Event();
        Broken[reason](record);

        var violations = EventRules.Check(record);

        Assert.Contains(violations, violation => violation.Reason == reason);
        Assert.All(violations, violation => Assert.EndsWith(".", violation.Sentence.Replace('…', '.'), StringComparison.Ordinal));
    }

    [Fact]
    public void A_series_with_moved_and_cancelled_occurrences_breaks_no_rule()
    {
        var record = Event();
        record.Time.Recurrence.AddRange(["RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20270601T000000Z", "EXDATE;TZID=Europe/Paris:20261210T190000"]);
        record.Time.Exceptions.Add(new EventException { OriginalStart = "2026-12-17T19:00", Start = "2026-12-18T20:00", Title = Text("Autre jour") });
        record.Time.Exceptions.Add(new EventException { OriginalStart = "2026-12-24T19:00", Cancelled = true });

        Assert.Empty(EventRules.Check(record));
    }

    /// <summary>What is not followed is refused, and not accepted and then never shown.</summary>
    [Theory]
    [InlineData("RRULE:FREQ=HOURLY")]
    [InlineData("RRULE:FREQ=MINUTELY")]
    [InlineData("RRULE:FREQ=DAILY;COUNT=0")]
    [InlineData("RRULE:FREQ=DAILY;COUNT=10001")]
    [InlineData("RRULE:FREQ=DAILY;INTERVAL=1001")]
    [InlineData("RRULE:FREQ=DAILY;FREQ=WEEKLY")]
    [InlineData("RRULE:FREQ=DAILY;UNTIL=tomorrow")]
    [InlineData("RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4;BYMINUTE=0,1,2,3,4")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=13")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTHDAY=0")]
    [InlineData("RRULE:FREQ=YEARLY;BYDAY=+-1MO")]
    [InlineData("RRULE:FREQ=YEARLY;BYDAY=é")]
    [InlineData("RRULE:FREQ=YEARLY;RSCALE=CHINESE")]
    [InlineData("RRULE;X=1:FREQ=DAILY")]
    [InlineData("RRULE:")]
    public void A_rule_that_no_node_follows_is_refused(string line)
    {
        var record = Event();
        record.Time.Recurrence.Add(line);

        Assert.Equal("TIME_RECURRENCE_RULE", Assert.Single(EventRules.Check(record)).Reason);
    }

    [Theory]
    [InlineData("RRULE:FREQ=MONTHLY;BYDAY=+1TH,-1TH;WKST=SU;INTERVAL=2")]
    [InlineData("RRULE:FREQ=YEARLY;BYMONTH=2,2,2,3;BYMONTHDAY=-1;UNTIL=20301231")]
    [InlineData("RRULE:FREQ=DAILY;COUNT=9000;X-OTHER=1")]
    [InlineData("RRULE:FREQ=WEEKLY;BYHOUR=9,18;BYMINUTE=0,30;UNTIL=99991231T235959Z")]
    [InlineData("RDATE;TZID=Europe/Paris:20261203T190000,20270101T190000Z")]
    [InlineData("EXDATE;VALUE=DATE:20261203")]
    public void An_ordinary_line_is_not_refused(string line)
    {
        var record = Event();
        record.Time.Recurrence.Add(line);

        Assert.Empty(EventRules.Check(record));
    }

    [Fact]
    public void Lists_of_a_rule_hold_each_value_once_and_not_too_many()
    {
        var rule = RecurrenceRule.Read("FREQ=YEARLY;BYMONTH=" + string.Join(',', Enumerable.Repeat("2,3", 400)), out _);
        Assert.Equal([2, 3], rule!.Months);

        Assert.Null(RecurrenceRule.Read("FREQ=YEARLY;BYYEARDAY=" + string.Join(',', Enumerable.Range(1, 101)), out var why));
        Assert.Contains("BYYEARDAY", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_and_dates_of_a_series_are_counted()
    {
        var record = Event();
        record.Time.Recurrence.AddRange(Enumerable.Repeat("RRULE:FREQ=WEEKLY", 5));
        Assert.Equal("TIME_RECURRENCE_TOO_MANY", Assert.Single(EventRules.Check(record)).Reason);

        record.Time.Recurrence.Clear();
        record.Time.Recurrence.AddRange(Enumerable.Repeat("EXDATE;VALUE=DATE:" + string.Join(',', Enumerable.Repeat("20261203", 401)), 5));
        Assert.Equal("TIME_RECURRENCE_TOO_MANY", Assert.Single(EventRules.Check(record)).Reason);
    }

    [Fact]
    public void An_all_day_event_ends_on_the_day_after_its_last_and_needs_no_zone()
    {
        var record = Event();
        record.Time = new EventTime { AllDay = true, Start = "2026-12-03", End = "2026-12-04" };
        Assert.Empty(EventRules.Check(record));

        record.Time.End = "2026-12-03";
        Assert.Equal("TIME_END_BEFORE_START", Assert.Single(EventRules.Check(record)).Reason);
    }

    [Fact]
    public void Kinds_of_a_later_version_are_left_alone()
    {
        var record = Event();
        record.Format = (EventFormat)99;
        record.Status = (EventStatus)99;

        Assert.Empty(EventRules.Check(record));
    }

    [Fact]
    public void Right_to_left_scripts_and_emoji_are_ordinary_text()
    {
        var record = Event();
        record.Title = Text("لقاء 👩‍👩‍👧 שלום");

        Assert.Empty(EventRules.Check(record));
    }

    [Fact]
    public void Members_have_a_name_and_distinct_skills()
    {
        var member = new MemberRecord { Name = "Ana", City = "Barcelona", Skills = { "Facilitation", "C#" }, Languages = { "ca", "es" } };
        Assert.Empty(MemberRules.Check(member));

        member.Name = " ";
        member.Skills.Add("C#");
        Assert.Equal(["NAME_MISSING", "SKILLS_TWICE"], MemberRules.Check(member).Select(violation => violation.Reason));
    }

    [Fact]
    public void Chapters_have_a_name_a_language_and_a_zone()
    {
        var chapter = new ChapterRecord { Name = "Paris", Languages = { "fr" }, Zone = "Europe/Paris", Address = "https://paris.example" };
        Assert.Empty(ChapterRules.Check(chapter));

        Assert.Equal(["NAME_MISSING", "LANGUAGES_MISSING", "ZONE_MISSING"], ChapterRules.Check(new ChapterRecord()).Select(violation => violation.Reason));
    }

    private static EventRecord Event() => new()
    {
        Title = Text("Apéro OuiShare"),
        Time = new EventTime { Start = "2026-12-03T19:00", End = "2026-12-03T22:00", Zone = "Europe/Paris" },
        Place = new Place { Name = "La Recyclerie", City = "Paris", Country = "FR", Coordinates = new Coordinates { Latitude = 48.9, Longitude = 2.34 } },
        Status = EventStatus.Confirmed,
        Format = EventFormat.Drink,
        Uid = "drink-12@paris.example",
    };

    private static LocalizedText Text(string text) =>
        new() { SourceLanguage = "fr", Translations = { new Translation { Language = "fr", Text = text, Version = 1 } } };

    private static EventException Series(EventRecord record, params string[] originals)
    {
        record.Time.Recurrence.Add("RRULE:FREQ=WEEKLY");
        record.Time.Exceptions.AddRange(originals.Select(original => new EventException { OriginalStart = original, Cancelled = true }));
        return record.Time.Exceptions[^1];
    }
}
