using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Tests.Places;

public sealed class ZonesTests
{
    [Theory]
    [InlineData("FR", 48.85, 2.35, "Europe/Paris")]
    [InlineData("ES", 41.39, 2.17, "Europe/Madrid")]
    [InlineData("ES", 28.47, -16.25, "Atlantic/Canary")]
    [InlineData("ES", 35.89, -5.32, "Africa/Ceuta")]
    [InlineData("PT", 37.74, -25.67, "Atlantic/Azores")]
    [InlineData("SE", 59.33, 18.07, "Europe/Stockholm")]
    [InlineData("NL", 52.37, 4.89, "Europe/Amsterdam")]
    [InlineData("IN", 19.07, 72.88, "Asia/Kolkata")]
    [InlineData("", 51.5, -0.12, "Europe/London")]
    [InlineData("ZZ", 51.5, -0.12, "Europe/London")]
    public void The_zone_of_a_place_is_its_countrys_nearest(string country, double latitude, double longitude, string zone)
    {
        Assert.Equal(zone, Zones.At(country, latitude, longitude));
    }

    [Theory]
    [InlineData("Dallas, US", "America/Chicago")]
    [InlineData("Paris, Texas", "America/Chicago")]
    [InlineData("Atlanta, Georgia", "America/New_York")]
    [InlineData("Austin, Texas", "America/Chicago")]
    [InlineData("Seattle, US", "America/Los_Angeles")]
    [InlineData("Calgary, CA", "America/Edmonton")]
    [InlineData("Quebec, CA", "America/Toronto")]
    [InlineData("Florianópolis, BR", "America/Sao_Paulo")]
    [InlineData("Guadalajara, MX", "America/Mexico_City")]
    [InlineData("Brisbane, AU", "Australia/Brisbane")]
    [InlineData("Lyon, FR", "Europe/Paris")]
    public void A_town_keeps_the_clocks_of_its_region(string town, string zone)
    {
        Assert.Equal(zone, Zones.Of(new Gazetteer(new Countries()).Suggest(town)[0]));
    }

    [Fact]
    public void Every_region_listed_is_spelt_as_the_gazetteer_spells_it_and_has_a_zone_of_its_country()
    {
        using var places = new PackedPlaces();
        var spelt = Enumerable.Range(0, places.PlaceCount)
            .Where(number => places.CountryOf(number) is "US" or "CA" or "MX" or "BR" or "AU")
            .Select(places.Place).Select(place => (place.Country, place.Region)).ToHashSet();

        Assert.Empty(RegionZones.All.Keys.Except(spelt));
        Assert.All(RegionZones.All.Values, zone => Assert.Contains(zone, Zones.All));
        // Nunavut's three zones are told apart by nearness.
        Assert.Equal([("CA", "Nunavut")], spelt.Where(region => region.Region.Length > 0).Except(RegionZones.All.Keys));
    }

    [Theory]
    [InlineData("Europe/Paris", "Europe/Paris")]
    [InlineData("Europe/Stockholm", "Europe/Stockholm")]
    [InlineData("Europe/Kiev", "Europe/Kyiv")]
    [InlineData("US/Eastern", "America/New_York")]
    [InlineData("Etc/UTC", "UTC")]
    [InlineData("Zulu", "UTC")]
    [InlineData("GMT", "UTC")]
    [InlineData("UTC", "UTC")]
    [InlineData("Mars/Olympus", null)]
    [InlineData("", null)]
    public void A_zone_has_one_identifier_to_store(string zone, string? canonical)
    {
        Assert.Equal(canonical, Zones.Canonical(zone));
    }

    [Fact]
    public void Every_zone_offered_is_its_own_canonical_form()
    {
        Assert.All(Zones.All, zone => Assert.Equal(zone, Zones.Canonical(zone)));
    }

    [Fact]
    public void The_offset_follows_summer_time()
    {
        Assert.Equal(TimeSpan.FromHours(1), Zones.OffsetAt("Europe/Paris", new DateTimeOffset(2026, 3, 29, 0, 59, 59, TimeSpan.Zero)));
        Assert.Equal(TimeSpan.FromHours(2), Zones.OffsetAt("Europe/Paris", new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero)));
        Assert.Null(Zones.OffsetAt("Nowhere", DateTimeOffset.UnixEpoch));
    }
}
