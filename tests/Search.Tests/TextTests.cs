using static OuiShare.Federation.Search.Tests.TemporaryIndex;

namespace OuiShare.Federation.Search.Tests;

public sealed class TextTests
{
    [Theory]
    [InlineData("fr", "Atelier de réparation à l’Élysée", "reparation elysee")]
    [InlineData("fr", "L'œuvre d’art", "oeuvre art")]
    [InlineData("es", "Mañana: excursión al corazón", "manana excursion corazon")]
    [InlineData("it", "Perché no? Un caffè all'aperto", "perche caffe aperto")]
    [InlineData("pt", "Organização e coração", "organizacao coracao")]
    [InlineData("de", "Straßenfest für Bürger", "strassenfest burger")]
    [InlineData("ca", "Col·lectiu d'acció", "collectiu accio")]
    [InlineData("pl", "Łódź wspólna", "lodz wspolna")]
    [InlineData("da", "Fællesspisning på Nørrebro", "faellesspisning pa norrebro")]
    [InlineData("vi", "Gặp gỡ ở Đà Nẵng", "gap go o da nang")]
    public async Task Words_are_found_without_their_accents_and_with_them(string language, string title, string plain)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "") with { Texts = [new(language, title, "")] });

        var byPlain = await index.FindAsync(plain);
        var byTitle = await index.FindAsync(title.ToUpperInvariant() + " ");

        Assert.Equal(("a", SearchRelaxation.None), (Keys(byPlain), byPlain.Relaxation));
        Assert.Equal(("a", SearchRelaxation.None), (Keys(byTitle), byTitle.Relaxation));
    }

    [Fact]
    public async Task A_letter_and_an_accent_apart_are_the_accented_letter()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "re\u0301paration"));

        Assert.Equal("a", await index.KeysAsync("réparation"));
    }

    [Theory]
    [InlineData("co-working", "coworking")]
    [InlineData("co-working", "co working")]
    [InlineData("coworking", "co-working")]
    [InlineData("Do-Tank Day", "dotank")]
    [InlineData("participant·e·s", "participantes")]
    public async Task Hyphenated_words_are_found_apart_and_together(string title, string text)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", title));

        var results = await index.FindAsync(text);

        Assert.Equal(("a", SearchRelaxation.None), (Keys(results), results.Relaxation));
    }

    [Theory]
    [InlineData("permac", "a")]
    [InlineData("pe", "a")]
    [InlineData("permac ", "")]
    [InlineData("p", "")]
    [InlineData("permac garden", "")]
    public async Task Only_the_last_word_may_be_unfinished_and_only_until_a_blank(string text, string found)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Permaculture weekend"));

        Assert.Equal(found, await index.KeysAsync(text));
    }

    [Fact]
    public async Task All_words_come_before_any_word_and_the_results_say_which()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("bike", "Bike repair"), Document("sewing", "Sewing repair"));

        var all = await index.FindAsync("bike repair");
        var any = await index.FindAsync("bike sewing");

        Assert.Equal(("bike", SearchRelaxation.None), (Keys(all), all.Relaxation));
        Assert.Equal((2, SearchRelaxation.AnyWord), (any.Total, any.Relaxation));
    }

    [Fact]
    public async Task A_page_behind_the_last_does_not_relax_the_words()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("bike", "Bike repair"), Document("sewing", "Sewing repair"));

        var results = await index.FindAsync(new SearchQuery { Text = "bike repair", Now = Now, Offset = 20 });

        Assert.Equal((0, 1, SearchRelaxation.None), (results.Hits.Count, results.Total, results.Relaxation));
    }

    [Fact]
    public async Task A_title_counts_more_than_a_tag_a_tag_more_than_a_place_and_a_place_more_than_a_description()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(
            Document("text", "Evening") with { Texts = [new("en", "Evening", "commons")] },
            Document("place", "Evening") with { PlaceWords = "commons" },
            Document("tag", "Evening") with { Tags = ["commons"] },
            Document("title", "Commons"));

        Assert.Equal("title tag place text", await index.KeysAsync("commons"));
    }

    [Fact]
    public async Task Place_and_group_name_are_found()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Drinks") with { PlaceWords = "La Ruche, Montréal, Canada", GroupName = "OuiShare Québec" });

        Assert.Equal("a", await index.KeysAsync("drinks montreal quebec"));
    }

    [Fact]
    public async Task Every_language_of_a_document_is_found_and_it_is_one_hit()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "") with { Texts = [new("fr", "Fête des communs", ""), new("es", "Fiesta de los comunes", "")] });

        Assert.Equal("a", await index.KeysAsync("fete"));
        Assert.Equal("a", await index.KeysAsync("fiesta"));
    }

    [Fact]
    public async Task What_is_cancelled_steps_back_behind_what_matches_as_well()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("cancelled", "OuiShare drinks") with { IsCancelled = true }, Document("on", "OuiShare drinks"));

        Assert.Equal("on cancelled", await index.KeysAsync("drinks"));
    }

    [Fact]
    public async Task Of_equal_matches_the_nearest_in_time_comes_first()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("later", "OuiShare drinks", InDays(60)), Document("soon", "OuiShare drinks", InDays(2)));

        Assert.Equal("soon later", await index.KeysAsync("drinks"));
    }

    [Theory]
    [InlineData("!!!")]
    [InlineData("🎉 🎉")]
    [InlineData("l'")]
    public async Task A_text_without_a_word_is_left_aside_and_the_results_say_so(string text)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Party"));

        var results = await index.FindAsync(text);

        Assert.Equal(("a", SearchRelaxation.TextIgnored), (Keys(results), results.Relaxation));
    }
}
