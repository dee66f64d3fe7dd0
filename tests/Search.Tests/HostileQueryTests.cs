using System.Text;
using static OuiShare.Federation.Search.Tests.TemporaryIndex;

namespace OuiShare.Federation.Search.Tests;

/// <summary>Whatever is typed is words to search for: never syntax of FTS5 or SQL, and never an exception.</summary>
public sealed class HostileQueryTests
{
    private static readonly string[] Fragments =
    [
        "\"", "'", "*", "^", "-", "+", ":", "(", ")", "{", "}", ",", ";", "%", "_", "\\", "\0", "\n", " ", "NEAR", "NEAR(", "AND", "OR", "NOT",
        "title:", "{title tags}:", "- title :", "drinks", "DRINKS*", "\"drinks", "--", "/*", "$match", "?1", "é", "e\u0301", "\u0301", "ß",
        "İ", "ŉ", "🎉", "👩‍👩‍👧", "\ud83d", "\udc00", "\u200b", "\u202e", "日本", "กำ", "हिन्दी", "العربية", "l'", "’", "·", "·e·s", "a-b-c-d-e", "٣",
        new('x', 300), new('\'', 50), "\uE000", "\uFFFF", "𝓭𝓻𝓲𝓷𝓴𝓼", "ﬁ", "½", "ǅ",
    ];

    [Theory]
    [InlineData("\"drinks")]
    [InlineData("drinks*")]
    [InlineData("title:drinks")]
    [InlineData("NOT drinks")]
    [InlineData("drinks NEAR paris")]
    [InlineData("(drinks OR")]
    [InlineData("-drinks")]
    [InlineData("^drinks + paris")]
    [InlineData("{title} : drinks")]
    public async Task Operators_are_words(string text)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Drinks in Paris"));

        Assert.Equal("a", await index.KeysAsync(text));
    }

    [Theory]
    [InlineData(20261101)]
    [InlineData(4242)]
    public async Task No_text_throws_and_what_is_written_anyhow_is_found_as_written(int seed)
    {
        await using var index = new TemporaryIndex();
        var random = new Random(seed);
        for (var round = 0; round < 1_500; round++)
        {
            var text = Hostile(random);
            try
            {
                if (round % 5 == 0)
                    await index.PutAsync(Document($"{round % 50}", text) with
                    {
                        Tags = [text],
                        Format = text,
                        Languages = [text],
                        Group = text,
                        PlaceWords = text,
                    });
                var query = new SearchQuery
                {
                    Text = text,
                    Now = Now,
                    When = (SearchWhen)random.Next(3),
                    Order = (SearchOrder)random.Next(2),
                    Tag = random.Next(4) == 0 ? text : null,
                    Group = random.Next(4) == 0 ? text : null,
                    Language = random.Next(4) == 0 ? text : null,
                    Format = random.Next(4) == 0 ? text : null,
                    Near = random.Next(4) == 0 ? new(new(random.Next(-200, 200), random.Next(-400, 400)), random.Next(-5, 50_000)) : null,
                    Offset = random.Next(-10, 2_000),
                    Limit = random.Next(-10, 2_000),
                };
                await index.FindAsync(query);
                await index.Index.ReadFeedAsync(query, random.Next(-1, 100), CancellationToken.None);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {seed}, round {round}, text {Encoding.UTF8.GetByteCount(text)} bytes \"{text}\": {exception}");
            }
        }
    }

    private static string Hostile(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            if (random.Next(5) == 0)
                text.Append((char)random.Next(0x10000));
            else
                text.Append(Fragments[random.Next(Fragments.Length)]);
        }
        return text.ToString();
    }
}
