using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Tests.Calendars;

/// <summary>What a calendar says of where people meet: towns of one name, and the internet.</summary>
public sealed class WhereTests
{
    [Fact]
    public void A_state_tells_towns_of_one_name_apart()
    {
        var places = Reading.Fixture(Path.Combine("faults", "93-us-city-state.ics")).Events.Select(parsed => parsed.Event.Place).ToList();

        Assert.Equal(
            [("Portland", "Maine", "US"), ("Springfield", "Illinois", "US"), ("Paris", "Texas", "US"), ("London", "Ontario", "CA"), ("Vancouver", "Washington", "US"), ("Columbus", "Georgia", "US")],
            places.Select(place => (place.City, place.Region, place.Country)));
        Assert.Equal((43.66, -70.26), (Math.Round(places[0].Coordinates.Latitude, 2), Math.Round(places[0].Coordinates.Longitude, 2)));
    }

    [Theory]
    [InlineData("Portland\\, OR 97201", "Portland", "Oregon", "US")]
    [InlineData("Portland\\, ME", "Portland", "Maine", "US")]
    [InlineData("The Hub\\, 1 Main St\\, Springfield\\, MO 65806\\, USA", "Springfield", "Missouri", "US")]
    [InlineData("San Francisco\\, CA", "San Francisco", "California", "US")]
    [InlineData("Austin TX", "Austin", "Texas", "US")]
    [InlineData("Atlanta\\, Georgia", "Atlanta", "Georgia", "US")]
    [InlineData("Athens\\, Georgia\\, USA", "Athens", "Georgia", "US")]
    [InlineData("Tbilisi\\, Georgia", "Tbilisi", "", "GE")]
    [InlineData("Berlin\\, DE", "Berlin", "", "DE")]
    [InlineData("Toronto\\, ON\\, Canada", "Toronto", "Ontario", "CA")]
    [InlineData("Montréal\\, Québec", "Montréal", "Quebec", "CA")]
    [InlineData("Newcastle\\, NSW\\, Australia", "Newcastle", "New South Wales", "AU")]
    [InlineData("Perth\\, Scotland\\, UK", "Perth", "Scotland", "GB")]
    [InlineData("Frankfurt (Oder)\\, Brandenburg\\, Deutschland", "Frankfurt (Oder)", "Brandenburg", "DE")]
    [InlineData("Nürnberg\\, Bayern", "Nürnberg", "Bavaria", "DE")]
    [InlineData("Rennes\\, Bretagne\\, France", "Rennes", "Brittany", "FR")]
    [InlineData("Monza MB\\, Italia", "Monza", "Lombardy", "IT")]
    [InlineData("Washington\\, DC", "Washington", "District of Columbia", "US")]
    [InlineData("New York\\, NY\\, USA", "New York", "New York", "US")]
    [InlineData("Retiro\\, Madrid\\, España", "Madrid", "", "ES")]
    [InlineData("La Paillasse\\, 226 rue Saint-Denis\\, 75002 Paris\\, France", "Paris", "", "FR")]
    public void A_region_is_understood_as_people_write_it(string location, string city, string region, string country)
    {
        var place = Reading.Record("LOCATION:" + location).Place;

        Assert.Equal((city, region, country), (place.City.Replace("New York City", "New York", StringComparison.Ordinal), place.Region, place.Country));
    }

    [Fact]
    public void Every_region_that_people_write_is_one_of_the_gazetteer()
    {
        var known = RegionsOfTheGazetteer();

        Assert.Empty(RegionNames.All.Where(row => !known.Contains((row.Country, row.Region))).Select(row => $"{row.Country} {row.Region}"));
    }

    [Theory]
    [InlineData("Online")]
    [InlineData("Microsoft Teams Meeting")]
    [InlineData("Zoom")]
    [InlineData("Zoom Meeting")]
    [InlineData("Online (Zoom)")]
    [InlineData("Réunion Microsoft Teams")]
    [InlineData("Microsoft Teams-Besprechung")]
    [InlineData("En ligne")]
    [InlineData("Evento online")]
    [InlineData("Videoconferencia por Jitsi")]
    [InlineData("Virtual event via Google Meet")]
    public void Who_meets_online_is_said_to_also_without_an_address(string location)
    {
        var record = Reading.Record("LOCATION:" + location);

        Assert.True(record.IsOnline);
        Assert.Null(record.Place);
        Assert.Equal((location, ""), (record.Location, record.OnlineUrl));
    }

    [Theory]
    [InlineData("Chez Marie")]
    [InlineData("Matrix")]
    [InlineData("Sala Virtual Reality Museum")]
    [InlineData("")]
    [InlineData("Conference room")]
    public void A_place_is_not_the_internet(string location)
    {
        Assert.False(Reading.Record("LOCATION:" + location).IsOnline);
    }

    [Theory]
    [InlineData("La Paillasse\\, Paris + Zoom", "La Paillasse")]
    [InlineData("La Paillasse\\, Paris\\, online", "La Paillasse")]
    [InlineData("La Paillasse\\, Paris / https://meet.example.org/x", "La Paillasse")]
    public void People_may_meet_in_both(string location, string name)
    {
        var record = Reading.Record("LOCATION:" + location);

        Assert.True(record.IsOnline);
        Assert.Equal((name, "Paris"), (record.Place.Name, record.Place.City));
    }

    [Fact]
    public void The_address_of_a_meeting_is_found_in_the_text()
    {
        var events = Reading.Fixture(Path.Combine("faults", "89-teams-link-in-text.ics")).Events;

        Assert.Equal(["https://teams.example.org/l/meetup/1", "https://teams.example.org/l/meetup/2"], events.Select(parsed => parsed.Event.OnlineUrl));
        Assert.All(events, parsed => Assert.True(parsed.Event.IsOnline));
    }

    [Theory]
    [InlineData("https://us02web.zoom.us/j/123?pwd=x", true)]
    [InlineData("https://meet.jit.si/OuiShare", true)]
    [InlineData("https://meet.google.com/abc-defg-hij", true)]
    [InlineData("https://bbb.example.org/b/ada-abc-def", true)]
    [InlineData("https://teams.microsoft.com/l/meetup-join/19%3ameeting", true)]
    [InlineData("https://example.org/about", false)]
    [InlineData("https://www.zoom.example/", false)]
    public void Meetings_are_told_from_other_pages(string url, bool isMeeting)
    {
        Assert.Equal(isMeeting ? url : "", Reading.Record("LOCATION:Chez Marie", "DESCRIPTION:See " + url + " for more").OnlineUrl);
        Assert.Equal(url, Reading.Record("LOCATION:Online", "DESCRIPTION:See " + url).OnlineUrl);
    }

    [Fact]
    public void The_page_of_a_place_is_no_address_to_join()
    {
        var record = Reading.Record("LOCATION:Chez Marie\\, Paris https://chez-marie.example");

        Assert.Equal(("", false, "Paris"), (record.OnlineUrl, record.IsOnline, record.Place.City));
    }

    private static HashSet<(string, string)> RegionsOfTheGazetteer()
    {
        using var places = new PackedPlaces();
        return [.. Enumerable.Range(0, places.PlaceCount).Select(places.Place).Select(place => (place.Country, place.Region))];
    }
}
