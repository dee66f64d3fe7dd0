using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Tests.Calendars;

public sealed class EventReadingTests
{
    [Fact]
    public void Texts_are_kept_in_each_language_the_first_being_the_source()
    {
        var title = Reading.Record("SUMMARY;LANGUAGE=fr_fr:Apéro", "SUMMARY;LANGUAGE=en:Drink", "SUMMARY;LANGUAGE=EN:Again", "SUMMARY;LANGUAGE=???:Unknown").Title;

        Assert.Equal("fr-FR", title.SourceLanguage);
        Assert.Equal([("fr-FR", "Apéro", 1u), ("en", "Drink", 1u), ("und", "Unknown", 1u)], title.Translations.Select(text => (text.Language, text.Text, text.Version)));
    }

    [Fact]
    public void Text_is_composed_and_free_of_control_characters()
    {
        var record = Reading.Record("SUMMARY:Ape\u0301ro\u0007  \t at\\n the  bar ", "DESCRIPTION:one\\r\\ntwo\u0000\\N\\nthree\\tfour\\\\five");

        Assert.Equal("Apéro at the bar", record.Title.Translations[0].Text);
        Assert.Equal("one\\r\ntwo\n\nthree\\tfour\\five", record.Description.Translations[0].Text);
    }

    [Fact]
    public void A_title_that_is_too_long_is_shortened_with_a_note_and_not_within_a_character()
    {
        var calendar = Reading.Event("SUMMARY:" + string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 100)));

        var title = calendar.Events[0].Event.Title.Translations[0].Text;
        Assert.InRange(title.Length, 180, CalendarLimits.TitleLength);
        Assert.Equal("👩‍👩‍👧‍👦…", title[^12..]);
        Assert.Equal((ImportReasons.TextShortened, true), (calendar.Problems[0].Reason, calendar.Problems[0].IsNote));
    }

    [Theory]
    [InlineData("<p>Hello <b>you</b> &amp; me</p><p>Next</p>", "Hello **you** & me\n\nNext")]
    [InlineData("one<br>two<br/>three", "one\ntwo\nthree")]
    [InlineData("<ul><li>one</li><li>two</li></ul>", "- one\n- two")]
    [InlineData("see <a href=\"https://example.org/x\">the page</a>!", "see [the page](https://example.org/x)!")]
    [InlineData("see <a href=\"https://example.org/x\">https://example.org/x</a>!", "see https://example.org/x!")]
    [InlineData("<a href=\"javascript:alert(1)\">click</a>", "click")]
    [InlineData("<div>a<script>alert('<b>')</script>b</div>", "ab")]
    [InlineData("1 < 2 and 3 > 2", "1 < 2 and 3 > 2")]
    [InlineData("<b>open", "**open")]
    [InlineData("a <br", "a")]
    [InlineData("**Markdown** stays", "**Markdown** stays")]
    public void Html_becomes_markdown(string html, string markdown)
    {
        var description = Reading.Record("DESCRIPTION:" + html.Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)).Description;

        Assert.Equal(markdown, description.Translations[0].Text);
    }

    [Theory]
    [InlineData("Paris\\, France", "", "", "Paris", "FR")]
    [InlineData("Munich\\, Germany", "", "", "München", "DE")]
    [InlineData("London\\, U.K.", "", "", "London", "GB")]
    [InlineData("Prague\\, Czech Republic", "", "", "Praha", "CZ")]
    [InlineData("La Paillasse\\, 226 rue Saint-Denis\\, 75002 Paris", "La Paillasse", "226 rue Saint-Denis", "Paris", "FR")]
    [InlineData("MOB\\nCarrer de Bailèn 11\\n08010 Barcelona\\nEspaña", "MOB", "Carrer de Bailèn 11", "Barcelona", "ES")]
    [InlineData("The Hub\\, Dublin\\, Leinster\\, Ireland", "The Hub", "", "Dublin", "IE")]
    [InlineData("Chez Marie", "Chez Marie", "", "", "")]
    [InlineData("Roma", "", "", "Roma", "IT")]
    public void A_location_is_taken_apart_as_well_as_can_be(string location, string name, string address, string city, string country)
    {
        var place = Reading.Record("LOCATION:" + location).Place;

        Assert.Equal((name, address, city, country), (place.Name, place.Address, place.City, place.Country));
    }

    [Fact]
    public void Coordinates_tell_cities_of_one_name_apart()
    {
        var place = Reading.Record("LOCATION:Paris", "GEO:33.66;-95.55").Place;

        Assert.Equal(("Paris", "US", 33.66), (place.City, place.Country, place.Coordinates.Latitude));
    }

    [Theory]
    [InlineData("GEO:91;0")]
    [InlineData("GEO:here")]
    [InlineData("GEO:NaN;NaN")]
    [InlineData("GEO:1e300;2")]
    [InlineData("GEO:48.85")]
    public void Coordinates_that_are_none_are_left_out_with_a_note(string line)
    {
        var calendar = Reading.Event(line);

        Assert.Null(calendar.Events[0].Event.Place);
        Assert.Equal(ImportReasons.CoordinatesLeftOut, calendar.Problems[0].Reason);
    }

    [Theory]
    [InlineData("LOCATION:https://meet.example.org/x", "https://meet.example.org/x")]
    [InlineData("LOCATION:Zoom: https://zoom.example.org/j/1?pwd=2.", "https://zoom.example.org/j/1?pwd=2")]
    [InlineData("CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example.org/x", "https://meet.example.org/x")]
    [InlineData("X-GOOGLE-CONFERENCE:https://meet.google.com/abc", "https://meet.google.com/abc")]
    [InlineData("CONFERENCE;VALUE=URI:tel:+331234", "")]
    public void The_address_to_join_is_found_where_programs_put_it(string line, string url)
    {
        Assert.Equal(url, Reading.Record(line).OnlineUrl);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("ftp://example.org/")]
    [InlineData("https://user:password@example.org/")]
    [InlineData("not an address")]
    public void Only_addresses_of_web_pages_are_kept(string url)
    {
        var calendar = Reading.Event("URL:" + url);

        Assert.Equal("", calendar.Events[0].Event.Link);
        Assert.Equal(ImportReasons.UrlLeftOut, calendar.Problems[0].Reason);
    }

    [Fact]
    public void Categories_become_tags_and_tell_the_format()
    {
        var record = Reading.Record("CATEGORIES:Économie,Atelier,économie", "CATEGORIES:with\\, comma");

        Assert.Equal(["économie", "atelier", "with, comma"], record.Tags);
        Assert.Equal(EventFormat.Workshop, record.Format);
    }

    [Fact]
    public void Too_many_and_too_long_tags_are_left_out_with_a_note()
    {
        var calendar = Reading.Event("CATEGORIES:\U0001D400," + new string('x', 41) + "," + string.Join(',', Enumerable.Range(0, 30)));

        Assert.Equal(CalendarLimits.Tags, calendar.Events[0].Event.Tags.Count);
        Assert.Equal(ImportReasons.TagsLeftOut, calendar.Problems[0].Reason);
    }

    [Fact]
    public void An_import_sees_a_changed_word_and_not_a_changed_number()
    {
        var record = Reading.Record("DESCRIPTION:one", "SEQUENCE:1", "DTSTAMP:20260101T000000Z");

        Assert.True(CalendarChange.IsSame(record, Reading.Record("DESCRIPTION:one", "SEQUENCE:7", "DTSTAMP:20260606T000000Z")));
        Assert.False(CalendarChange.IsSame(record, Reading.Record("DESCRIPTION:two", "SEQUENCE:1")));
        Assert.False(CalendarChange.IsSame(record, Reading.Record("DESCRIPTION:one", "STATUS:CANCELLED")));
    }
}
