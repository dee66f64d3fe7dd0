using Google.Protobuf;
using OuiShare.Federation.Node;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>A chapter that has published a lot before anybody looks.</summary>
internal static class SeededNode
{
    /// <summary>
    /// Appends events to the own journal of a node that does not run, through the journal's own code, many at once. Returns the mean of
    /// their records' bytes.
    /// </summary>
    public static async Task<int> PublishAsync(string dataFolder, IReadOnlyList<EventRecord> events)
    {
        using var folder = DataFolder.Open(dataFolder);
        await using var files = NodeFiles.Open(folder, TimeProvider.System);
        files.Own.Open();
        var bytes = 0L;
        foreach (var part in events.Chunk(10_000))
        {
            await Task.WhenAll(part.Select(record => files.Own.WriteAsync((_, own) =>
            {
                var body = record.ToByteArray();
                bytes += body.Length; // On the one writer's thread.
                return own.Append(new EntryDraft(RecordKind.Event, RecordId.From(Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), own.NewBody(body)));
            })));
        }

        return (int)(bytes / events.Count);
    }
}
