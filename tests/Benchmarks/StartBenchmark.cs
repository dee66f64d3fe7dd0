using System.Diagnostics;

namespace OuiShare.Federation.Benchmarks;

/// <summary>
/// How long a published node takes from the start of its process until its first page, beside the same program when it only says its version, and
/// what memory it holds when idle. On a busy machine the processor's time tells more than the clock's.
/// </summary>
internal static class StartBenchmark
{
    private const int Starts = 5;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(string program)
    {
        FigureTable.Begin($"start: a fresh node from a published build; medians of {Starts}");
        var (anchors, pages, processor) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < Starts; i++)
        {
            anchors.Add(await SayVersionAsync(program));
            using var folder = new TemporaryFolder();
            await using var node = await RunningNode.StartAsync(program, folder.Path);
            pages.Add(node.FirstPage.TotalMilliseconds);
            processor.Add(node.FirstPageProcessor.TotalMilliseconds);
        }

        var (anchor, page) = (new Samples(anchors), new Samples(pages));
        FigureTable.Row("anchor: the program says its version", anchor.Median, "ms", $"best {anchor.Smallest:N0}");
        FigureTable.AtMost(
            "start of the process until the first page", page.Median, 1_500, "ms",
            $"{page.Median / anchor.Median:N1} × anchor; {page.Smallest:N0} to {page.Largest:N0}");
        FigureTable.Row("  of which this process computed, on all cores", new Samples(processor).Median, "ms");

        using var place = new TemporaryFolder();
        await using var idle = await RunningNode.StartAsync(program, place.Path);
        await Task.Delay(Idle, TimeProvider.System);
        FigureTable.AtMost($"idle memory of a fresh node after {Idle.TotalSeconds:N0} s, resident", idle.ResidentMib, 160, "MiB");
    }

    private static async Task<double> SayVersionAsync(string program)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
