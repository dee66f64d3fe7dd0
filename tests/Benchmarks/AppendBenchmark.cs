using System.Diagnostics;
using OuiShare.Federation.Node;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>
/// Acknowledged appends to a node's own journal: hashed, in the Merkle tree, under a signed checkpoint, and on disk with
/// <c>synchronous=FULL</c>; beside bare SQLite with a commit for each row and with one for all. Everything is measured in every round, so that
/// whatever else the machine does meets all of it.
/// </summary>
internal static class AppendBenchmark
{
    private const int BodyBytes = 700;
    private const int Rounds = 5;
    private const int Entries = 30_000;
    private const int AnchorRows = 1_000;
    private static readonly int[] Callers = [1, 64, 1_024];

    public static async Task RunAsync()
    {
        FigureTable.Begin($"append: entries of {BodyBytes} bytes, acknowledged when on disk (synchronous=FULL); medians of {Rounds} rounds");
        using var temporary = new TemporaryFolder();
        using var folder = DataFolder.Open(Path.Combine(temporary.Path, "node"));
        await using var files = NodeFiles.Open(folder, TimeProvider.System);
        files.Own.Open();
        await MeasureAsync(files.Own, callers: 64, Entries); // Compiles what is measured.

        var rounds = new List<Round>();
        for (var i = 0; i < Rounds; i++)
        {
            var anchor = BareSqlite.CommitEach(temporary.Path, AnchorRows, BodyBytes);
            var before = Environment.CpuUsage.TotalTime;
            var ceiling = BareSqlite.CommitOnce(temporary.Path, Entries, BodyBytes);
            var ceilingMicroseconds = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Entries;
            var appends = new List<Appends>();
            foreach (var callers in Callers)
                appends.Add(await MeasureAsync(files.Own, callers, callers == 1 ? AnchorRows : Entries));
            rounds.Add(new Round(anchor, ceiling, ceilingMicroseconds, appends));
        }

        FigureTable.Row("anchor: bare SQLite, a commit each", new Samples(rounds.Select(round => round.Anchor)).Median, "/s");
        FigureTable.Row("ceiling: bare SQLite, one commit for all", new Samples(rounds.Select(round => round.Ceiling)).Median, "/s");
        for (var i = 0; i < Callers.Length; i++)
            Print(Callers[i], rounds, i);
    }

    private static void Print(int callers, List<Round> rounds, int at)
    {
        var rate = new Samples(rounds.Select(round => round.Appends[at].Rate));
        var p50 = new Samples(rounds.Select(round => round.Appends[at].Latency.Median)).Median;
        var p99 = new Samples(rounds.Select(round => round.Appends[at].Latency.At(0.99))).Median;
        var toAnchor = new Samples(rounds.Select(round => round.Appends[at].Rate / round.Anchor)).Median;
        var toCeiling = new Samples(rounds.Select(round => round.Appends[at].Rate / round.Ceiling)).Median;
        var beside = $"{toAnchor:N1} × anchor, {toCeiling:P0} of ceiling; best {rate.Largest:N0}";
        var who = callers == 1 ? "one caller" : $"{callers:N0} callers at once";
        if (callers == 64)
        {
            FigureTable.AtLeast($"{who}: entries", rate.Median, 20_000, "/s", beside);
            FigureTable.AtMost($"{who}: p50 until acknowledged", p50, 5, "ms", $"p99 {p99:N1} ms");
            FigureTable.Row(
                $"{who}: processor time an entry, callers included", new Samples(rounds.Select(round => round.Appends[at].Microseconds)).Median, "µs",
                $"ceiling {new Samples(rounds.Select(round => round.CeilingMicroseconds)).Median:N1} µs");
            return;
        }

        if (callers > 1)
            FigureTable.AtLeast($"{who}: entries", rate.Median, 20_000, "/s", beside);
        else
            FigureTable.Row($"{who}: entries", rate.Median, "/s", beside);
        FigureTable.Row($"{who}: p50 until acknowledged", p50, "ms", $"p99 {p99:N1} ms");
    }

    private static async Task<Appends> MeasureAsync(OwnJournal journal, int callers, int entries)
    {
        var latencies = new double[entries];
        var next = -1;
        var processor = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < entries)
            {
                var before = Stopwatch.GetTimestamp();
                await journal.WriteAsync((_, own) =>
                    own.Append(new EntryDraft(RecordKind.Event, RecordId.From(Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), own.NewBody(new byte[BodyBytes]))));
                latencies[i] = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
            }
        }));
        var rate = entries / Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new Appends(rate, (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / entries, new Samples(latencies));
    }

    private sealed record Appends(double Rate, double Microseconds, Samples Latency);

    private sealed record Round(double Anchor, double Ceiling, double CeilingMicroseconds, List<Appends> Appends);
}
