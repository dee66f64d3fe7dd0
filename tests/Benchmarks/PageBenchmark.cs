using System.Diagnostics;
using System.Net;

namespace OuiShare.Federation.Benchmarks;

/// <summary>What pages and feeds of a running node cost, uncompressed.</summary>
internal static class PageBenchmark
{
    private const int Times = 25;

    /// <summary>Asks for the home page.</summary>
    public static async Task HomeAsync(RunningNode node, ulong upcoming)
    {
        var (times, bytes, _) = await AskAsync(node, "/");
        FigureTable.AtMost($"home page, {upcoming:N0} upcoming events", times.Median, 60, "ms", $"{times.Smallest:N1} to {times.Largest:N1}");
        FigureTable.AtMost("home page, bytes", bytes / 1_000.0, 60, "KB");
    }

    /// <summary>Asks for the calendar of everything, and asks again with the version it has.</summary>
    public static async Task CalendarAsync(RunningNode node, ulong upcoming)
    {
        const string Path = "/calendar.ics";
        var (times, bytes, tag) = await AskAsync(node, Path);
        FigureTable.AtMost($"calendar feed, {upcoming:N0} upcoming events", times.Median, 300, "ms", $"{times.Smallest:N0} to {times.Largest:N0}; {bytes / 1_000.0:N0} KB");
        var unchanged = new List<double>();
        for (var i = 0; i < Times; i++)
            unchanged.Add(await UnchangedAsync(node, Path, tag));
        FigureTable.Row("calendar feed, unchanged (ETag, 304)", new Samples(unchanged).Median, "ms");
    }

    /// <summary>Asks for a page of results.</summary>
    public static async Task ResultsAsync(RunningNode node)
    {
        var (times, bytes, _) = await AskAsync(node, "/search?q=reparation");
        FigureTable.Row("search page", times.Median, "ms", $"{bytes / 1_000.0:N0} KB");
    }

    private static async Task<(Samples Times, int Bytes, string Tag)> AskAsync(RunningNode node, string path)
    {
        var times = new List<double>();
        var (bytes, tag) = (0, "");
        for (var i = 0; i < Times; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await node.Http.GetAsync(new Uri(node.Address, path));
            bytes = (await response.Content.ReadAsByteArrayAsync()).Length;
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            response.EnsureSuccessStatusCode();
            tag = response.Headers.ETag?.ToString() ?? "";
        }

        return (new Samples(times), bytes, tag);
    }

    private static async Task<double> UnchangedAsync(RunningNode node, string path, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, path));
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        var started = Stopwatch.GetTimestamp();
        using var response = await node.Http.SendAsync(request);
        return response.StatusCode == HttpStatusCode.NotModified
            ? Stopwatch.GetElapsedTime(started).TotalMilliseconds
            : throw new InvalidOperationException($"{path} was asked for with its own ETag and answered {(int)response.StatusCode}, not 304.");
    }
}
