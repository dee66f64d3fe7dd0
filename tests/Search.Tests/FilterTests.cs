using static OuiShare.Federation.Search.Tests.TemporaryIndex;

namespace OuiShare.Federation.Search.Tests;

public sealed class FilterTests
{
    private static readonly SearchQuery Everything = new() { Now = Now, When = SearchWhen.Any };

    [Theory]
    [InlineData("")]
    [InlineData("drinks")]
    public async Task Group_language_format_tag_and_online_each_narrow_with_and_without_words(string text)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(
            Document("a", "Drinks"),
            Document("b", "Drinks") with
            {
                Group = "rome",
                Languages = ["it-CH"],
                Format = "Talk",
                Tags = ["Économie sociale", "commons"],
                IsOnline = true,
            });
        var query = Everything with { Text = text };

        Assert.Equal("b", await index.KeysAsync(query with { Group = "rome" }));
        Assert.Equal("", await index.KeysAsync(query with { Group = "oslo" }));
        Assert.Equal("a", await index.KeysAsync(query with { WithoutGroups = ["rome", "oslo"] }));
        Assert.Equal("", await index.KeysAsync(query with { Group = "rome", WithoutGroups = ["rome"] }));
        Assert.Equal(1, await index.Index.CountAsync(["rome"], CancellationToken.None));
        Assert.Equal("b", await index.KeysAsync(query with { Language = "it" }));
        Assert.Equal("b", await index.KeysAsync(query with { Language = "IT-ch" }));
        Assert.Equal("", await index.KeysAsync(query with { Language = "it-IT" }));
        Assert.Equal("b", await index.KeysAsync(query with { Format = "talk" }));
        Assert.Equal("b", await index.KeysAsync(query with { Tag = "economie-sociale" }));
        Assert.Equal("", await index.KeysAsync(query with { Tag = "economie" }));
        Assert.Equal("", await index.KeysAsync(query with { Tag = "sociale commons" }));
        Assert.Equal("", await index.KeysAsync(query with { Tag = "🎉" }));
        Assert.Equal("b", await index.KeysAsync(query with { IsOnline = true }));
        Assert.Equal("a", await index.KeysAsync(query with { IsOnline = false }));
        Assert.Equal("b", await index.KeysAsync(query with { Group = "rome", Language = "it", Format = "talk", Tag = "Commons", IsOnline = true }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("drinks")]
    public async Task A_circle_holds_what_is_within_its_radius_and_says_how_far(string text)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(
            Document("paris", "Drinks") with { Point = new(48.8566, 2.3522) },
            Document("versailles", "Drinks") with { Point = new(48.8049, 2.1204) },
            Document("rome", "Drinks") with { Point = new(41.9028, 12.4964) },
            Document("nowhere", "Drinks"));

        var results = await index.FindAsync(Everything with { Text = text, Near = new(new(48.8566, 2.3522), 30) });

        var distances = results.Hits.ToDictionary(hit => hit.Key, hit => Math.Round(hit.DistanceKm!.Value));
        Assert.Equal(new() { ["paris"] = 0, ["versailles"] = 18 }, distances);
    }

    [Theory]
    [InlineData(-17.7, 179.95, -17.7, -179.95)]
    [InlineData(65, -179.9, 65, 179.9)]
    [InlineData(89.95, 10, 89.95, -170)]
    [InlineData(-89.99, 0, -90, 123)]
    public async Task A_circle_crosses_the_180th_meridian_and_the_poles(double latitude, double longitude, double otherLatitude, double otherLongitude)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Drinks") with { Point = new(otherLatitude, otherLongitude) });

        Assert.Equal("a", await index.KeysAsync(Everything with { Near = new(new(latitude, longitude), 20) }));
        Assert.Equal("", await index.KeysAsync(Everything with { Near = new(new(latitude, longitude), 0.5) }));
    }

    [Theory]
    [InlineData(91, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.PositiveInfinity)]
    public async Task A_point_that_is_not_on_the_earth_has_nothing_near_and_is_near_nothing(double latitude, double longitude)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Drinks") with { Point = new(latitude, longitude) }, Document("b", "Drinks") with { Point = new(0, 0) });

        Assert.Equal("", await index.KeysAsync(Everything with { Near = new(new(latitude, longitude), 20_000) }));
        Assert.Equal("b", await index.KeysAsync(Everything with { Near = new(new(0, 0), 30_000) }));
        Assert.Equal("", await index.KeysAsync(Everything with { Near = new(new(1, 1), double.NaN) }));
    }
}
