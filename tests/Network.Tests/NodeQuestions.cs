using Google.Protobuf;
using Grpc.Core;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Network.Tests;

/// <summary>What tests ask of a node and have it do, over gRPC as its operator or a program would.</summary>
internal static class NodeQuestions
{
    private const int Chunk = 64 << 10;

    public static async Task<GetStatusResponse> StatusAsync(this NodeProcess node) => await node.Operator.GetStatusAsync(new GetStatusRequest());

    /// <summary>Every journal the node holds, in one order on all nodes.</summary>
    public static async Task<IReadOnlyList<HeldJournal>> JournalsAsync(this NodeProcess node)
    {
        var journals = await node.Operator.ListJournalsAsync(new ListJournalsRequest());
        return [.. journals.Journals
            .Select(journal => new HeldJournal(journal.Origin, journal.Epoch, journal.Size, journal.Root, journal.Quarantine))
            .OrderBy(journal => journal.Origin, StringComparer.Ordinal).ThenBy(journal => journal.Epoch)];
    }

    /// <summary>Entries that the node holds of another's journals, all epochs.</summary>
    public static async Task<ulong> HeldOfAsync(this NodeProcess node, NodeProcess origin) =>
        (await node.JournalsAsync()).Where(journal => journal.Origin == origin.Origin).Aggregate(0UL, (sum, journal) => sum + journal.Size);

    /// <summary>How the node sees a peer; null: it is none.</summary>
    public static async Task<Peer?> FindPeerAsync(this NodeProcess node, NodeProcess peer) =>
        (await node.Operator.ListPeersAsync(new ListPeersRequest())).Peers.SingleOrDefault(listed => listed.Origin == peer.Origin);

    /// <summary>Has the node check every hash, root and signature it holds.</summary>
    public static async Task<VerifyReport> VerifyAsync(this NodeProcess node)
    {
        using var call = node.Operator.VerifyJournals(new VerifyJournalsRequest());
        VerifyReport? report = null;
        await foreach (var progress in call.ResponseStream.ReadAllAsync())
            report = progress.Report ?? report;
        return report ?? throw new InvalidOperationException($"{node.Name} ended its verification without a report.");
    }

    /// <summary>Publishes an event in a far year and returns its id.</summary>
    public static async Task<string> PublishAsync(this NodeProcess node, string title, string? description = null)
    {
        var record = new EventRecord
        {
            Title = Text(title),
            Time = new EventTime { Start = "2093-05-14T19:00", End = "2093-05-14T22:00", Zone = "Europe/Paris" },
            Format = EventFormat.Drink,
        };
        if (description is not null)
            record.Description = Text(description);
        var requestId = $"{title}-{node.Name}".PadRight(16, '-');
        return (await node.Events.CreateEventAsync(new CreateEventRequest { RequestId = requestId, Record = record })).Event.Id;
    }

    /// <summary>Publishes events one after the other and returns their ids.</summary>
    public static async Task<IReadOnlyList<string>> PublishAsync(this NodeProcess node, string title, int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
            ids.Add(await node.PublishAsync($"{title} {i}"));
        return ids;
    }

    /// <summary>Whether the node has an event of a chapter.</summary>
    public static async Task<bool> HasEventAsync(this NodeProcess node, NodeProcess origin, string id)
    {
        try
        {
            return (await node.Events.GetEventAsync(new GetEventRequest { Origin = origin.Origin, Id = id })).Event is not null;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Imports an iCalendar file as the operator's tool does.</summary>
    public static async Task<ImportReport> ImportAsync(this NodeProcess node, string path)
    {
        using var call = node.Operator.ImportCalendar();
        var reading = LastReportAsync(call);
        foreach (var chunk in (await File.ReadAllBytesAsync(path)).Chunk(Chunk))
            await call.RequestStream.WriteAsync(new ImportCalendarRequest { Chunk = ByteString.CopyFrom(chunk) });
        await call.RequestStream.CompleteAsync();
        return await reading;
    }

    /// <summary>Has the node make a backup.</summary>
    public static async Task<byte[]> BackUpAsync(this NodeProcess node)
    {
        using var call = node.Operator.BackUp(new BackUpRequest());
        using var backup = new MemoryStream();
        await foreach (var part in call.ResponseStream.ReadAllAsync())
            part.Chunk.WriteTo(backup);
        return backup.ToArray();
    }

    /// <summary>Puts a backup in place of what the node holds; the node restarts itself afterwards.</summary>
    public static async Task<RestoreResponse> RestoreAsync(this NodeProcess node, byte[] backup)
    {
        using var call = node.Operator.Restore();
        foreach (var chunk in backup.Chunk(Chunk))
            await call.RequestStream.WriteAsync(new RestoreRequest { Chunk = ByteString.CopyFrom(chunk), Replace = true });
        await call.RequestStream.CompleteAsync();
        return await call.ResponseAsync;
    }

    private static async Task<ImportReport> LastReportAsync(AsyncDuplexStreamingCall<ImportCalendarRequest, ImportCalendarResponse> call)
    {
        ImportReport? report = null;
        await foreach (var progress in call.ResponseStream.ReadAllAsync())
            report = progress.Report ?? report;
        return report ?? throw new InvalidOperationException("The import ended without a report.");
    }

    private static LocalizedText Text(string text) => new()
    {
        SourceLanguage = "en",
        Translations = { new Translation { Language = "en", Text = text, Version = 1 } },
    };
}

/// <summary>A journal as a node holds it; two nodes hold the same when these are equal.</summary>
internal sealed record HeldJournal(string Origin, uint Epoch, ulong Size, string Root, string Quarantine);
