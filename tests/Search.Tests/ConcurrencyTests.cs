using static OuiShare.Federation.Search.Tests.TemporaryIndex;

namespace OuiShare.Federation.Search.Tests;

public sealed class ConcurrencyTests
{
    /// <summary>
    /// Batches put pairs that are moved together, so any reader that saw half a batch would find an odd number. Sixteen readers ask
    /// while the writer works; a reader that had to wait for it would show as a test that never ends.
    /// </summary>
    [Fact]
    public async Task Readers_on_many_threads_see_whole_batches_only()
    {
        await using var index = new TemporaryIndex();
        using var written = new CancellationTokenSource();

        var readers = Enumerable.Range(0, 16).Select(number => Task.Run(async () =>
        {
            var reads = 0;
            do
            {
                var results = await index.FindAsync(number % 2 == 0 ? "" : "drinks");
                Assert.True(results.Total % 2 == 0, $"{results.Total} documents are half a batch.");
                reads++;
            }
            while (!written.IsCancellationRequested);
            return reads;
        })).ToArray();
        for (var batch = 0; batch < 100; batch++)
        {
            await index.PutAsync(Document($"{batch}", "Drinks"), Document($"{batch} too", "Drinks"));
            if (batch % 4 == 3)
                await index.Index.ApplyAsync(
                    [new IndexChange.Remove($"{batch - 1}"), new IndexChange.Remove($"{batch - 1} too")],
                    new Dictionary<string, long>(), CancellationToken.None);
        }
        await written.CancelAsync();

        Assert.All(await Task.WhenAll(readers), reads => Assert.True(reads > 0));
        Assert.Equal(150, (await index.FindAsync("drinks")).Total);
    }

    [Fact]
    public async Task A_cancelled_query_ends_and_the_next_one_is_answered()
    {
        await using var index = new TemporaryIndex();
        await index.PutAsync([.. Enumerable.Range(0, 3000).Select(number => Document($"{number}", "Drinks"))]);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await index.Index.FindAsync(new() { Now = Now, Text = "drinks" }, cancelled.Token));

        Assert.Equal(3000, (await index.FindAsync("drinks")).Total);
    }

    [Fact]
    public async Task Disposing_twice_is_disposing_once()
    {
        await using var index = new TemporaryIndex();

        await index.Index.DisposeAsync();
        await index.Index.DisposeAsync();
    }
}
