using System.Text;
using static OuiShare.Federation.Search.Tests.TemporaryIndex;

namespace OuiShare.Federation.Search.Tests;

public sealed class ChangeTests
{
    [Fact]
    public async Task A_new_version_takes_the_place_of_the_old_one_in_every_way_of_asking()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(
            Document("a", "Drinks", InDays(1), InDays(2)) with { Tags = ["old"], Stored = "1"u8.ToArray() }, Document("b", "Talk", InDays(3)));

        await index.PutAsync(Document("a", "Workshop", InDays(-5)) with { Group = "rome", Tags = ["new"], Stored = "2"u8.ToArray() });

        Assert.Equal("b", await index.KeysAsync(""));
        Assert.Equal("", await index.KeysAsync("drinks"));
        Assert.Equal("", await index.KeysAsync(new SearchQuery { Now = Now, When = SearchWhen.Any, Tag = "old" }));
        var query = new SearchQuery { Now = Now, When = SearchWhen.Past, Text = "workshop", Group = "rome", Tag = "new" };
        var hit = Assert.Single((await index.FindAsync(query)).Hits);
        Assert.Equal(("2", InDays(-5)), (Encoding.UTF8.GetString(hit.Stored), hit.Occurrence));
        Assert.Equal(2, await index.Index.CountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_removed_document_is_found_by_nothing_and_removing_it_again_changes_nothing()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync(Document("a", "Drinks"), Document("b", "Drinks"));

        await index.RemoveAsync("a");
        await index.RemoveAsync("a");

        Assert.Equal("b", await index.KeysAsync(""));
        Assert.Equal("b", await index.KeysAsync("drinks"));
        Assert.Equal(1, await index.Index.CountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Changes_of_a_batch_take_effect_in_their_order()
    {
        await using var index = new TemporaryIndex();

        await index.Index.ApplyAsync(
            [
                new IndexChange.Put(Document("a", "First")), new IndexChange.Remove("a"), new IndexChange.Put(Document("a", "Second")),
                new IndexChange.Put(Document("b", "Gone")), new IndexChange.Remove("b"),
            ],
            new Dictionary<string, long>(), CancellationToken.None);

        Assert.Equal("a", await index.KeysAsync("second"));
        Assert.Equal("", await index.KeysAsync("first"));
        Assert.Equal("a", await index.KeysAsync(""));
    }

    [Fact]
    public async Task Words_of_what_was_removed_leave_the_file_when_it_is_compacted()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync([.. Enumerable.Range(0, 200).Select(number => Document($"{number}", "Drinks"))]);
        await index.PutAsync(Document("a", "Zanzibarian") with { Stored = "zanzibarian"u8.ToArray(), FeedText = "zanzibarian" });

        await index.RemoveAsync("a");
        await index.Index.CompactAsync(CancellationToken.None);
        var count = (await index.FindAsync("drinks")).Total;
        await index.ReopenAsync();

        Assert.Equal(200, count);
        Assert.Equal(200, (await index.FindAsync("drinks")).Total);
        Assert.DoesNotContain("anzibarian", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(index.Path)), StringComparison.Ordinal);
    }

    /// <summary>
    /// The feed's fingerprint is what a calendar program sends back to ask "anything new?". It must change with every change a
    /// subscriber could see and with none other, and must not depend on the order in which this copy came by its documents.
    /// </summary>
    [Fact]
    public async Task A_feed_keeps_its_fingerprint_until_something_in_it_changes()
    {
        await using var index = new TemporaryIndex();
        await using var copy = new TemporaryIndex();
        var drinks = Document("a", "Drinks", InDays(2)) with { FeedText = "A" };
        var talk = Document("b", "Talk", InDays(1)) with { FeedText = "B" };
        await index.PutAsync(drinks, talk, Document("c", "No feed"), Document("d", "Past", InDays(-1)) with { FeedText = "D" });
        await copy.PutAsync(talk);
        await copy.PutAsync(drinks);

        var (first, texts) = await FeedAsync(index);
        var (same, _) = await FeedAsync(copy);
        await index.PutAsync(Document("d", "Past and changed", InDays(-1)) with { FeedText = "D2" });
        var (unmoved, _) = await FeedAsync(index);
        await index.PutAsync(talk with { FeedText = "B2" });
        var (changed, newTexts) = await FeedAsync(index);

        Assert.Equal("B A", texts);
        Assert.Equal("B2 A", newTexts);
        Assert.Equal((first, first), (same, unmoved));
        Assert.NotEqual(first, changed);
    }

    [Fact]
    public async Task A_feed_has_a_limit_and_says_when_it_was_reached()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync([.. Enumerable.Range(0, 600)
            .Select(number => Document($"{number}", "Drinks", InDays(number + 1)) with { FeedText = $"{number}" })]);
        var query = new SearchQuery { Now = Now, Text = "drinks" };

        var all = await index.Index.ReadFeedAsync(query, limit: 600, CancellationToken.None);
        var some = await index.Index.ReadFeedAsync(query, limit: 599, CancellationToken.None);

        Assert.Equal((600, true), (all.Count, all.IsComplete));
        Assert.Equal((599, false), (some.Count, some.IsComplete));
        var texts = new List<string>();
        await foreach (var text in some.ReadTextsAsync(CancellationToken.None))
            texts.Add(text);
        Assert.Equal(Enumerable.Range(0, 599).Select(number => $"{number}"), texts);
    }

    private static async Task<(string Fingerprint, string Texts)> FeedAsync(TemporaryIndex index)
    {
        var feed = await index.Index.ReadFeedAsync(new() { Now = Now }, SearchLimits.Feed, CancellationToken.None);
        var texts = new List<string>();
        await foreach (var text in feed.ReadTextsAsync(CancellationToken.None))
            texts.Add(text);
        return (feed.Fingerprint, string.Join(' ', texts));
    }
}
