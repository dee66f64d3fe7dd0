using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OuiShare.Federation.Node;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Search;

namespace OuiShare.Federation.Benchmarks;

/// <summary>A thousand questions as people type them, to the search of a node that has stopped: the first ten answers of each, one after another.</summary>
internal static class SearchBenchmark
{
    public static async Task RunAsync(string dataFolder)
    {
        using var folder = DataFolder.Open(dataFolder, mustExist: true);
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSingleton(TimeProvider.System);
        await using var files = builder.AddNode(folder);
        using var host = builder.Build(); // Never started: nothing follows, nothing calls.
        var search = host.Services.GetRequiredService<EventSearch>();
        var queries = await Corpus.ReadQueriesAsync();

        await AskAsync(search, queries); // Reads the file's pages into the system's memory.
        var times = await AskAsync(search, queries);
        FigureTable.Row($"search, {queries.Count:N0} queries: p50", times.Median, "ms");
        FigureTable.Row("search: p95", times.At(0.95), "ms", $"p99 {times.At(0.99):N1}, worst {times.Largest:N0} ms");
    }

    private static async Task<Samples> AskAsync(EventSearch search, IReadOnlyList<EventQuery> queries)
    {
        var times = new List<double>(queries.Count);
        foreach (var query in queries)
        {
            var started = Stopwatch.GetTimestamp();
            await search.FindAsync(query);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return new Samples(times);
    }
}
