using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.Search;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>Shows in the search index what came back, and has the index made anew when its file is damaged.</summary>
internal sealed partial class RepairedViews(
    EventIndex index, SearchDocuments documents, JournalReader reader, JournalFeed feed, JournalRegister register, DamageRegister damages, TimeProvider time, ILogger<RepairedViews> logger)
{
    /// <summary>Indexes an event whose text came back.</summary>
    public async Task ShowAsync(VerifiedEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Kind != RecordKind.Event)
            return;
        // Asked again after it was written: a newer entry may have been indexed meanwhile.
        for (var shown = (EntryPlace?)null; reader.FindRecord(entry.Journal.Origin, RecordKind.Event, entry.RecordId) is { Body: { } body } stored && stored.Place != shown; shown = stored.Place)
        {
            if (documents.TryMake(entry.Journal.Origin, entry.RecordId, body, stored.StoredAt, time.GetUtcNow()) is not { } document)
                return;
            await index.ApplyAsync([new IndexChange.Put(document)], new Dictionary<string, long>(), cancellationToken);
        }
    }

    /// <summary>Checks the index's file; null: it is sound.</summary>
    public async Task<Damage?> CheckIndexAsync(CancellationToken cancellationToken) =>
        await index.CheckAsync(cancellationToken) is { } problem
            ? new Damage(DamageKind.Index, "views.db", $"The search index is damaged on this disk ({problem}). It is made again from the journals by itself; until then search finds less.")
            : null;

    /// <summary>Begins the index anew when damage of it is known; search finds less until all journals are read again.</summary>
    public async Task RebuildIndexAsync(CancellationToken cancellationToken)
    {
        if (!index.IsDamaged && damages.List().All(damage => damage.Kind != DamageKind.Index))
            return;
        await index.ResetAsync(cancellationToken);
        damages.Remove(damage => damage.Kind == DamageKind.Index);
        LogIndex();
        foreach (var journal in register.All)
            feed.Publish(journal.Journal, default);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The search index was damaged and is made again from the journals; search finds less until that is done.")]
    private partial void LogIndex();
}
