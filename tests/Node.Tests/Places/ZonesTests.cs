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
