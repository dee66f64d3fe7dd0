using static OuiShare.Federation.Search.Tests.TemporaryIndex;

namespace OuiShare.Federation.Search.Tests;

public sealed class TimeTests
{
    private static readonly SearchQuery Upcoming = new() { Now = Now };
    private static readonly SearchQuery Past = Upcoming with { When = SearchWhen.Past };
    private static readonly SearchQuery Any = Upcoming with { When = SearchWhen.Any };

    [Fact]
    public async Task Without_words_the_soonest_upcoming_and_the_latest_past_come_first()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(
            Document("longago", "Drinks", InDays(-90)), Document("next", "Drinks", InDays(1)),
            Document("yesterday", "Drinks", InDays(-1)), Document("later", "Drinks", InDays(30)));

        Assert.Equal("next later", await index.KeysAsync(Upcoming));
        Assert.Equal("yesterday longago", await index.KeysAsync(Past));
        Assert.Equal("later next yesterday longago", await index.KeysAsync(Any));
    }

    [Fact]
    public async Task With_words_time_orders_when_it_is_asked_to()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(
            Document("later", "Commons", InDays(30)),
            Document("soon", "Evening", InDays(1)) with { Texts = [new("en", "Evening", "about commons")] },
            Document("other", "Drinks", InDays(1)));

        Assert.Equal("later soon", await index.KeysAsync(Upcoming with { Text = "commons" }));
        Assert.Equal("soon later", await index.KeysAsync(Upcoming with { Text = "commons", Order = SearchOrder.Time }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("exhibition")]
    public async Task What_is_running_is_upcoming_to_its_last_second(string text)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Exhibition", new SearchTimeSpan(Now.AddDays(-30), Now)));

        Assert.Equal("a", await index.KeysAsync(Upcoming with { Text = text }));
        Assert.Equal("", await index.KeysAsync(Past with { Text = text }));
        Assert.Equal("", await index.KeysAsync(Upcoming with { Text = text, Now = Now.AddSeconds(1) }));
        Assert.Equal("a", await index.KeysAsync(Past with { Text = text, Now = Now.AddSeconds(1) }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("drinks")]
    public async Task A_series_is_one_hit_with_its_next_occurrence_and_in_the_end_its_last(string text)
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Drinks", InDays(21), InDays(-7), InDays(7), InDays(-21)));

        var (soon, afterwards) = (Now.AddDays(10), Now.AddDays(99));
        foreach (var (query, shown) in new[]
        {
            (Upcoming, 7.0), (Any, 7.0), (Upcoming with { Now = soon }, 21.0), (Past with { Now = afterwards }, 21.0),
            (Any with { Now = afterwards }, 21.0),
        })
        {
            var results = await index.FindAsync(query with { Text = text });
            var hit = Assert.Single(results.Hits);
            Assert.Equal((1, InDays(shown)), (results.Total, hit.Occurrence));
        }
        Assert.Equal("", await index.KeysAsync(Past with { Text = text }));
    }

    [Fact]
    public async Task Only_twelve_occurrences_are_kept_and_an_end_before_its_start_is_the_start()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(
            Document("series", "Drinks", [.. Enumerable.Range(1, 20).Select(week => InDays(week * 7))]),
            Document("backwards", "Drinks", new SearchTimeSpan(Now.AddDays(1), Now.AddDays(-1))));

        Assert.Equal("backwards series", await index.KeysAsync(Upcoming));
        Assert.Equal("backwards", await index.KeysAsync(Past with { Now = Now.AddDays(12 * 7) }));
        Assert.Equal("series backwards", await index.KeysAsync(Past with { Now = Now.AddDays(12 * 7 + 1) }));
    }

    [Fact]
    public async Task A_document_without_a_time_is_kept_but_found_by_nothing()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Someday") with { Occurrences = [] });

        Assert.Equal("", await index.KeysAsync(Any));
        Assert.Equal("", await index.KeysAsync(Any with { Text = "someday" }));
        Assert.Equal(1, await index.Index.CountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_or_repetition_and_the_total_stays()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync([.. Enumerable.Range(0, 45).Select(number => Document($"{number}", "Drinks", InDays(1 + number % 3)))]);

        foreach (var query in new[] { Upcoming, Upcoming with { Text = "drinks" }, Any })
        {
            var pages = new List<SearchResults>();
            for (var offset = 0; offset < 60; offset += 20)
                pages.Add(await index.FindAsync(query with { Offset = offset }));

            Assert.Equal([20, 20, 5], pages.Select(page => page.Hits.Count));
            Assert.All(pages, page => Assert.Equal((45, true), (page.Total, page.IsTotalExact)));
            Assert.Equal(45, pages.SelectMany(page => page.Hits).Select(hit => hit.Key).Distinct().Count());
        }
    }

    [Fact]
    public async Task Counting_ends_at_ten_thousand_and_says_so()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync([.. Enumerable.Range(0, SearchLimits.Total + 1).Select(number => Document($"{number}", "Drinks"))]);

        foreach (var text in new[] { "", "drinks" })
        {
            var some = await index.FindAsync(text);
            Assert.Equal((SearchLimits.Total, false), (some.Total, some.IsTotalExact));
        }

        await index.RemoveAsync("0");
        var all = await index.FindAsync("");
        Assert.Equal((SearchLimits.Total, true), (all.Total, all.IsTotalExact));
    }

    [Fact]
    public async Task A_series_that_runs_short_is_due_from_the_moment_its_document_names()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(
            Document("second", "Drinks") with { RefreshAt = Now },
            Document("first", "Drinks") with { RefreshAt = Now.AddDays(-1) },
            Document("later", "Drinks") with { RefreshAt = Now.AddSeconds(1) },
            Document("never", "Drinks"));

        Assert.Equal(["first", "second"], await index.Index.ListDueForRefreshAsync(Now, limit: 10, CancellationToken.None));
        Assert.Equal(["first"], await index.Index.ListDueForRefreshAsync(Now, limit: 1, CancellationToken.None));
    }
}
