using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Tests.Journal;

/// <summary>
/// What <see cref="JournalStoreContract"/> knows of a store: it appends to one journal of its own, keeps replicas of others, and reads
/// runs of both. Each database the node can run on has one.
/// </summary>
internal interface IJournalStoreUnderTest : IAsyncDisposable
{
    /// <summary>The store's own journal, in the epoch being written.</summary>
    JournalId Own { get; }

    /// <summary>Appends all drafts in one piece of work; durable when the task completes.</summary>
    Task<IReadOnlyList<EntryPlace>> AppendAsync(params IReadOnlyList<EntryDraft> drafts);

    /// <summary>Goes on in a new epoch.</summary>
    Task StartEpochAsync();

    Task<StoreResult> StoreAsync(VerifiedRange range);

    Entries? ReadRun(JournalId journal, ulong from, int maxBytes);

    /// <summary>How far a journal is held; null: not at all.</summary>
    JournalHead? Head(JournalId journal);

    StoredRecord? FindRecord(Origin origin, RecordId id);

    /// <summary>Living records whose newest entry is in the journal and whose body is not held.</summary>
    long CountMissingBodies(JournalId journal);

    /// <summary>Whether any of the store's files holds these letters, once what was erased is off the disk.</summary>
    Task<bool> HoldsAsync(string letters);

    /// <summary>Closes the store and opens what it left.</summary>
    Task ReopenAsync();
}
