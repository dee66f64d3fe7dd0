using System.Diagnostics;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Journal;

/// <summary>
/// Stores what peers send of others' journals. Only <see cref="VerifiedRange"/> comes in; the database refuses a range that does not start where
/// the replica ends, so two conversations that fetched the same range store it once.
/// </summary>
internal sealed class ReplicaJournals(NodeDatabase database, JournalRegister register, JournalFeed feed, TimeProvider time)
{
    /// <summary>Stores a range; on disk when the task completes.</summary>
    public async Task<StoreResult> StoreAsync(VerifiedRange range, Origin? carriedBy, CancellationToken cancellationToken)
    {
        using var activity = Hosting.Telemetry.Source.StartActivity("journal store");
        activity?.SetTag("journal.origin", range.Journal.Origin.Short);
        activity?.SetTag("journal.entries", range.Entries.Count);

        var result = await database.WriteAsync(session => Store(session, range, carriedBy), cancellationToken);
        if (result is StoreResult.Stored { Journal: var journal })
        {
            register.Update(journal);
            feed.Publish(journal.Journal, activity?.Context ?? Activity.Current?.Context ?? default);
            Hosting.Telemetry.EntriesReceived.Add(range.Entries.Count);
            var now = time.GetUtcNow();
            // One measurement a range, of its newest entry: a first copy is not propagation.
            Hosting.Telemetry.PropagationTime.Record(Math.Max(0, (now - range.Entries[^1].WrittenAt).TotalSeconds));
        }

        return result;
    }

    /// <summary>Follows a journal no longer, and says why; what is held stays.</summary>
    public async Task QuarantineAsync(JournalId journal, string reason, CancellationToken cancellationToken)
    {
        var updated = await database.WriteAsync(
            session =>
            {
                if (JournalTables.Find(session, journal) is not { } known)
                    return null;
                session.Execute("UPDATE journals SET quarantine = ?2 WHERE journal_number = ?1", known.Number, reason);
                return known with { Quarantine = reason };
            },
            cancellationToken);
        if (updated is not null)
            register.Update(updated);
    }

    private StoreResult Store(DatabaseSession session, VerifiedRange range, Origin? carriedBy)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var journal = JournalTables.FindOrAdd(session, range.Journal, carriedBy, now);
        if (journal.Quarantine is not null)
            return new StoreResult.Quarantined(journal.Quarantine);
        if (journal.Size != range.From)
            return new StoreResult.Stale(journal);

        return new StoreResult.Stored(JournalTables.Append(session, journal, range, now));
    }
}

/// <summary>What came of storing a range.</summary>
internal abstract record StoreResult
{
    private StoreResult()
    {
    }

    /// <summary>It is on disk.</summary>
    public sealed record Stored(StoredJournal Journal) : StoreResult;

    /// <summary>The replica ends elsewhere than the range begins: somebody else stored it, or a part is missing.</summary>
    public sealed record Stale(StoredJournal Journal) : StoreResult;

    /// <summary>The journal is not followed any more.</summary>
    public sealed record Quarantined(string Why) : StoreResult;
}
