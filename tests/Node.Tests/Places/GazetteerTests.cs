using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Tests.Places;

public sealed class GazetteerTests
{
    private readonly Gazetteer _gazetteer = new(new Countries());

    [Theory]
    [InlineData("Atlanta, Georgia", "Atlanta", "US")]
    [InlineData("Tbilisi, Georgia", "Tbilisi", "GE")]
    public void A_region_is_found_even_when_a_country_has_its_name(string typed, string name, string country)
    {
        var first = _gazetteer.Suggest(typed)[0];

        Assert.Equal((name, country), (first.Name, first.Country));
    }

    [Fact]
    public void A_whole_country_is_not_the_beginning_of_a_region() => Assert.DoesNotContain(_gazetteer.Suggest("Columbus, India"), place => place.Country == "US");

    [Theory]
    [InlineData("paris", "Paris", "FR")]
    [InlineData("Par", "Paris", "FR")]
    [InlineData("PARÍS", "Paris", "FR")]
    [InlineData("paris, fr", "Paris", "FR")]
    [InlineData("Paris, Francia", "Paris", "FR")]
    [InlineData("Paris, Texas", "Paris", "US")]
    [InlineData("paris, tex", "Paris", "US")]
    [InlineData("paris france", "Paris", "FR")]
    [InlineData("Paris, Frankreich", "Paris", "FR")]
    [InlineData("saint etienne", "Saint-Étienne", "FR")]
    [InlineData("saint-étienne", "Saint-Étienne", "FR")]
    [InlineData("koln", "Köln", "DE")]
    [InlineData("kobenhavn", "København", "DK")]
    [InlineData("lodz", "Łódź", "PL")]
    [InlineData("Malmo", "Malmö", "SE")]
    [InlineData("nice", "Nice", "FR")]
    [InlineData("den haag", "Den Haag", "NL")]
    [InlineData("l'aquila", "L'Aquila", "IT")]
    [InlineData("L’Aquila", "L'Aquila", "IT")]
    public void The_place_that_is_meant_comes_first(string typed, string name, string country)
    {
        var suggested = _gazetteer.Suggest(typed);

        Assert.Equal((name, country), (suggested[0].Name, suggested[0].Country));
    }

    [Theory]
    [InlineData("Rome", "Roma")]
    [InlineData("Roma", "Roma")]
    [InlineData("Lisbon", "Lisboa")]
    [InlineData("Lisbonne", "Lisboa")]
    [InlineData("Munich", "München")]
    [InlineData("Múnich", "München")]
    [InlineData("Muenchen", "München")]
    [InlineData("Bruxelles", "Bruxelles")]
    [InlineData("Brussel", "Bruxelles")]
    [InlineData("Brussels", "Bruxelles")]
    [InlineData("Vienna", "Wien")]
    [InlineData("Vienne", "Wien")]
    [InlineData("Prague", "Praha")]
    [InlineData("Warsaw", "Warszawa")]
    [InlineData("Copenhagen", "København")]
    [InlineData("Londres", "London")]
    [InlineData("Milan", "Milano")]
    [InlineData("Turin", "Torino")]
    [InlineData("Florence", "Firenze")]
    [InlineData("Naples", "Napoli")]
    [InlineData("Séville", "Sevilla")]
    [InlineData("Cologne", "Köln")]
    [InlineData("Geneva", "Genève")]
    [InlineData("Genf", "Genève")]
    [InlineData("Zurich", "Zürich")]
    [InlineData("Athènes", "Athina")]
    [InlineData("Kiev", "Kyiv")]
    [InlineData("New York City", "New York")]
    public void A_city_is_found_by_the_names_its_neighbours_use(string typed, string name)
    {
        Assert.Equal(name, _gazetteer.Find(typed)[0].Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(",")]
    [InlineData(",,,,")]
    [InlineData("qqqqzzzz")]
    [InlineData("\ud800")]
    [InlineData("paris, zzzz")]
    [InlineData("\uffff\uffff")]
    public void Nonsense_finds_nothing(string typed)
    {
        Assert.Empty(_gazetteer.Suggest(typed));
    }

    [Fact]
    public void At_most_ten_places_are_suggested_and_the_largest_first()
    {
        var suggested = _gazetteer.Suggest("san");

        Assert.Equal(Gazetteer.MostMatches, suggested.Count);
        Assert.Equal(suggested.OrderByDescending(place => place.Population), suggested);
    }

    [Fact]
    public void A_very_long_question_is_not_looked_at()
    {
        Assert.Empty(_gazetteer.Suggest(new string('a', 100_000)));
    }

    [Theory]
    [InlineData(48.8566, 2.3522, "Paris")]
    [InlineData(48.8920, 2.3050, "Paris")]
    [InlineData(41.39, 2.17, "Barcelona")]
    [InlineData(52.37403, 4.88969, "Amsterdam")]
    [InlineData(45.0703, 7.6869, "Torino")]
    public void A_point_is_named_after_the_city_it_lies_in(double latitude, double longitude, string name)
    {
        Assert.Equal(name, _gazetteer.Nearest(latitude, longitude)?.Name);
    }

    [Fact]
    public void A_point_in_the_ocean_has_no_name()
    {
        Assert.Null(_gazetteer.Nearest(latitude: 0.5, longitude: -30));
    }

    // Binary search needs the order that the packing script made; its folding is written in another language than ours.
    [Fact]
    public void The_packed_names_are_in_the_order_of_our_folding()
    {
        using var places = new PackedPlaces();
        var previous = "";
        for (var i = 0; i < places.NameCount; i++)
        {
            var folded = FoldedName.Of(places.NameAt(i));
            Assert.True(string.CompareOrdinal(previous, folded) <= 0, $"name {i}: {previous} stands before {folded}");
            previous = folded;
        }

        Assert.InRange(places.PlaceCount, 100_000, 200_000);
    }

    [Theory]
    [InlineData("Straße", "strasse")]
    [InlineData("Œuvre", "oeuvre")]
    [InlineData("Ærø", "aero")]
    [InlineData("Łódź", "lodz")]
    [InlineData("  L’Haÿ-les-Roses ", "l hay les roses")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("e\u0301te\u0301", "ete")]
    [InlineData("東京 Tōkyō", "東京 tokyo")]
    [InlineData("—", "")]
    public void Names_are_folded_as_people_type_them(string name, string folded)
    {
        Assert.Equal(folded, FoldedName.Of(name));
    }
}
