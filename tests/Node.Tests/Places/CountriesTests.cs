using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Tests.Places;

public sealed class CountriesTests
{
    private readonly Countries _countries = new();

    [Theory]
    [InlineData("France", "FR")]
    [InlineData("U.K.", "GB")]
    [InlineData("Czech Republic", "CZ")]
    [InlineData("Alemania", "DE")]
    [InlineData("Pays-Bas", "NL")]
    [InlineData("Österreich", "AT")]
    [InlineData("de", "DE")]
    [InlineData("Estats Units", "US")]
    [InlineData("Niger", "NE")]
    public void A_country_is_found_by_what_people_call_it(string name, string code)
    {
        Assert.Equal(code, _countries.Find(name));
    }

    [Theory]
    [InlineData("FR", "es", "Francia")]
    [InlineData("DE", "fr-CA", "Allemagne")]
    [InlineData("ES", "ca", "Espanya")]
    [InlineData("IT", "pl", "Italy")]
    [InlineData("ZZ", "en", "ZZ")]
    public void A_country_has_a_name_in_each_language(string code, string language, string name)
    {
        Assert.Equal(name, _countries.NameOf(code, language));
    }

    [Fact]
    public void Nothing_is_no_country()
    {
        Assert.Null(_countries.Find(""));
        Assert.Null(_countries.Find("Atlantis"));
    }
}
