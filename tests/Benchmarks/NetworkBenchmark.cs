using System.Diagnostics;
using System.Net;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>
/// Two published nodes: one publishes the corpus, one event a call as programs do; the other joins it and takes the whole history,
/// verified and durable. Then one event at a time, and what pages cost with all that is upcoming.
/// </summary>
internal static class NetworkBenchmark
{
    private const int Callers = 128;
    private const int PageRounds = 20;
    private const int LiveEvents = 100;

    public static async Task RunAsync(int count)
    {
        using var folder = new TemporaryFolder();
        var program = await StartBenchmark.PublishAsync(Path.Combine(folder.Path, "program"));
        var corpus = await Corpus.GenerateAsync(count, folder.Path);
        await using var origin = await RunningNode.StartAsync(program);
        await using var peer = await RunningNode.StartAsync(program);
        await origin.SetUpAsync("Origin", "Paris");
        await peer.SetUpAsync("Peer", "Rome");

        Console.WriteLine($"network: {count:N0} events between two nodes");
        await PublishAsync(origin, corpus);
        await FirstSyncAsync(origin, peer, (ulong)count);
        await LiveAsync(origin, peer, corpus[0]);
        await SearchReadyAsync(peer);
        await PageAsync(peer, "/", "home page");
        await PageAsync(peer, "/search?q=reparation", "search");
        await PageAsync(peer, "/calendar.ics", "calendar feed");
        Console.WriteLine($"  memory: origin {origin.ResidentMb:N0} MB, peer {peer.ResidentMb:N0} MB resident");
    }

    private static async Task PublishAsync(RunningNode origin, IReadOnlyList<EventRecord> corpus)
    {
        var started = Stopwatch.GetTimestamp();
        var (events, token) = (origin.Events, origin.Token);
        await Parallel.ForEachAsync(
            corpus.Select((record, i) => (record, i)),
            new ParallelOptions { MaxDegreeOfParallelism = Callers },
            async (item, cancellation) => await events.CreateEventAsync(
                new CreateEventRequest { RequestId = $"benchmark-event-{item.i:D12}", Record = item.record }, token, cancellationToken: cancellation));
        Report("published by calls", corpus.Count, Stopwatch.GetElapsedTime(started));
    }

    private static async Task FirstSyncAsync(RunningNode origin, RunningNode peer, ulong count)
    {
        var invitation = await origin.Operator.CreateInvitationAsync(new CreateInvitationRequest(), origin.Token);
        var started = Stopwatch.GetTimestamp();
        await peer.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = invitation.Invitation }, peer.Token);
        while ((await peer.Operator.GetStatusAsync(new GetStatusRequest(), peer.Token)).AllEntries < count)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        Report("first sync, verified and durable", (int)count, Stopwatch.GetElapsedTime(started));
    }

    private static async Task LiveAsync(RunningNode origin, RunningNode peer, EventRecord record)
    {
        var latencies = new List<double>();
        for (var i = 0; i < LiveEvents; i++)
        {
            var before = (await peer.Operator.ListJournalsAsync(new ListJournalsRequest(), peer.Token)).Journals.Aggregate(0UL, (sum, journal) => sum + journal.Size);
            var started = Stopwatch.GetTimestamp();
            await origin.Events.CreateEventAsync(new CreateEventRequest { RequestId = $"benchmark-live-{i:D12}", Record = record }, origin.Token);
            while ((await peer.Operator.ListJournalsAsync(new ListJournalsRequest(), peer.Token)).Journals.Aggregate(0UL, (sum, journal) => sum + journal.Size) == before)
            {
                // Asked again at once: the question takes a millisecond itself, which the figure contains.
            }

            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        latencies.Sort();
        Console.WriteLine($"  one event, asked for until durable at the peer: p50 {latencies[LiveEvents / 2]:N1} ms, p99 {latencies[LiveEvents - 2]:N1} ms");
    }

    private static async Task SearchReadyAsync(RunningNode node)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await node.Operator.GetStatusAsync(new GetStatusRequest(), node.Token)).SearchLagEntries > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Console.WriteLine($"  search has read all {Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s after that");
    }

    private static async Task PageAsync(RunningNode node, string path, string what)
    {
        var times = new List<double>();
        var (bytes, tag) = (0, "");
        for (var i = 0; i < PageRounds; i++)
        {
            var started = Stopwatch.GetTimestamp();
            using var response = await node.Http.GetAsync(new Uri(node.Address, path));
            bytes = (await response.Content.ReadAsByteArrayAsync()).Length;
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            tag = response.Headers.ETag?.ToString() ?? "";
            response.EnsureSuccessStatusCode();
        }

        times.Sort();
        Console.WriteLine($"  {what}: median {times[PageRounds / 2]:N1} ms (first and worst {times[^1]:N1}), {bytes / 1024.0:N0} KB");
        if (tag.Length > 0)
            await UnchangedAsync(node, path, tag);
    }

    private static async Task UnchangedAsync(RunningNode node, string path, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Address, path));
        request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        var started = Stopwatch.GetTimestamp();
        using var response = await node.Http.SendAsync(request);
        Console.WriteLine($"    unchanged: {(response.StatusCode == HttpStatusCode.NotModified ? "304" : response.StatusCode.ToString())} in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:N1} ms");
    }

    private static void Report(string what, int count, TimeSpan time) =>
        Console.WriteLine($"  {what}: {count / time.TotalSeconds:N0} events/s ({time.TotalSeconds:N1} s)");
}
