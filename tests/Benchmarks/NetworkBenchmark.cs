using System.Diagnostics;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>
/// Two published nodes. One has published the corpus; the other joins it and takes the whole history, verified and durable. Then one event at a
/// time, what pages cost with all that is upcoming, and a thousand searches.
/// </summary>
internal static class NetworkBenchmark
{
    private const int LiveEvents = 200;
    private static readonly TimeSpan SyncLimit = TimeSpan.FromMinutes(10);

    public static async Task RunAsync(string program, int count)
    {
        FigureTable.Begin($"network: {count:N0} events of the corpus, one chapter to another");
        using var folder = new TemporaryFolder();
        var corpus = await Corpus.GenerateAsync(count, folder.Path);
        var (originFolder, peerFolder) = (Path.Combine(folder.Path, "origin"), Path.Combine(folder.Path, "peer"));
        await using (var fresh = await RunningNode.StartAsync(program, originFolder))
            await fresh.SetUpAsync("Origin", "Paris");
        var bodyBytes = await SeededNode.PublishAsync(originFolder, corpus);

        await using (var peer = await RunningNode.StartAsync(program, peerFolder))
        {
            await using var origin = await RunningNode.StartAsync(program, originFolder);
            await peer.SetUpAsync("Peer", "Rome");
            await SearchReadyAsync(origin);
            await FirstSyncAsync(origin, peer, (ulong)count, folder.Path, bodyBytes);
            await SearchReadyAsync(peer);
            await LiveAsync(origin, peer, corpus[0]);
            await SearchReadyAsync(peer);
            var upcoming = (await peer.Operator.GetStatusAsync(new GetStatusRequest(), peer.Token)).UpcomingEvents;
            await PageBenchmark.HomeAsync(peer, upcoming);
            await PageBenchmark.ResultsAsync(peer);
            await PageBenchmark.CalendarAsync(peer, upcoming);
            FigureTable.Row("resident memory of the peer after all this", peer.ResidentMib, "MiB", $"origin {origin.ResidentMib:N0} MiB");
        }

        await SearchBenchmark.RunAsync(peerFolder);
    }

    private static async Task FirstSyncAsync(RunningNode origin, RunningNode peer, ulong count, string folder, int bodyBytes)
    {
        var before = BareSqlite.CommitOnce(folder, (int)count, bodyBytes);
        var anchor = BareSqlite.CommitEach(folder, rows: 2_000, bodyBytes);
        var invitation = await origin.Operator.CreateInvitationAsync(new CreateInvitationRequest(), origin.Token);
        var (giving, taking) = (origin.Processor, peer.Processor);
        var started = Stopwatch.GetTimestamp();
        await peer.Operator.JoinPeerAsync(new JoinPeerRequest { Invitation = invitation.Invitation }, peer.Token);
        while (await EntriesAsync(peer) < count)
        {
            if (Stopwatch.GetElapsedTime(started) > SyncLimit)
                throw new InvalidOperationException($"After {SyncLimit} the first sync was not complete.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        var rate = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        (giving, taking) = (origin.Processor - giving, peer.Processor - taking);
        // The ceiling before and after, since a long figure meets more of what else the machine does.
        var ceiling = (before + BareSqlite.CommitOnce(folder, (int)count, bodyBytes)) / 2;
        FigureTable.Row("anchor: bare SQLite, a commit each", anchor, "/s");
        FigureTable.Row("ceiling: bare SQLite, one commit for all", ceiling, "/s");
        FigureTable.Row("first sync, each entry verified and durable", rate, "/s", $"{rate / anchor:N1} × anchor, {rate / ceiling:P0} of ceiling");
        FigureTable.Row("  processor time an entry, both nodes and search's reading", (giving + taking).TotalMicroseconds / count, "µs", $"of which the origin {giving.TotalMicroseconds / count:N1} µs");
    }

    private static async Task LiveAsync(RunningNode origin, RunningNode peer, EventRecord record)
    {
        var latencies = new List<double>();
        for (var i = 0; i < LiveEvents; i++)
        {
            var before = await EntriesAsync(peer);
            var started = Stopwatch.GetTimestamp();
            await origin.Events.CreateEventAsync(new CreateEventRequest { RequestId = $"benchmark-live-{i:D12}", Record = record }, origin.Token);
            while (await EntriesAsync(peer) == before)
            {
                // Asked again at once: the question takes a millisecond itself, which the figure contains.
            }

            latencies.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var live = new Samples(latencies);
        FigureTable.Row("one new event, from the call until durable at a peer: p50", live.Median, "ms");
        FigureTable.Row("one new event: p99", live.At(0.99), "ms", $"worst {live.Largest:N0} ms");
    }

    private static async Task<ulong> EntriesAsync(RunningNode node) =>
        (await node.Operator.ListJournalsAsync(new ListJournalsRequest(), node.Token)).Journals.Aggregate(0UL, (sum, journal) => sum + journal.Size);

    private static async Task SearchReadyAsync(RunningNode node)
    {
        while ((await node.Operator.GetStatusAsync(new GetStatusRequest(), node.Token)).SearchLagEntries > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
    }
}
