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
            foreach (var followed in ((StoreResult.Stored)result).FollowedAgain ?? [])
                register.Update(followed);
            register.Update(journal);
            feed.Publish(journal.Journal, activity?.Context ?? Activity.Current?.Context ?? default);
            Hosting.Telemetry.EntriesReceived.Add(range.Entries.Count);
            var now = time.GetUtcNow();
            // One measurement a range, of its newest entry: a first copy is not propagation.
            Hosting.Telemetry.PropagationTime.Record(Math.Max(0, (now - range.Entries[^1].WrittenAt).TotalSeconds));
        }

        return result;
    }

    /// <summary>
    /// Follows a journal no longer, keeps the two notes that prove why, and says it in words; what is held stays. Whether it was followed till now.
    /// </summary>
    public async Task<bool> QuarantineAsync(JournalId journal, string reason, ForkProof? proof, CancellationToken cancellationToken)
    {
        var (updated, isNew) = await database.WriteAsync<(StoredJournal?, bool)>(
            session =>
            {
                if (JournalTables.Find(session, journal) is not { } known)
                    return (null, false);
                session.Execute("UPDATE journals SET quarantine = coalesce(quarantine, ?2) WHERE journal_number = ?1", known.Number, reason);
                if (proof is not null)
                {
                    session.Execute(
                        "INSERT INTO forks(journal_number, note, other_note, found_at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                        known.Number, proof.Note, proof.OtherNote, time.GetUtcNow().ToUnixTimeMilliseconds());
                }

                return (known with { Quarantine = known.Quarantine ?? reason }, known.Quarantine is null);
            },
            cancellationToken);
        if (updated is not null)
            register.Update(updated);
        return isNew;
    }

    /// <summary>
    /// A peer holds another version of a journal: does with ours what its origin decided (<see cref="ForkCase.AsReplica"/>). On disk when the task
    /// completes.
    /// </summary>
    /// <param name="branch">The other version.</param>
    /// <param name="journal">The journal.</param>
    /// <param name="theirs">The note that contradicts ours.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<ReplicaStep> SettleAsync(JournalBranch branch, JournalId journal, SignedCheckpoint theirs, CancellationToken cancellationToken)
    {
        var (step, replaced) = await database.WriteAsync(
            session =>
            {
                if (JournalTables.Find(session, journal) is not { Head: not null } known)
                    return (ReplicaStep.None, null);
                var fork = ForkTables.Case(session, known, branch);
                var decided = fork.AsReplica();
                return (decided, decided == ReplicaStep.Replace ? ForkTables.Replace(session, known, branch, time.GetUtcNow().ToUnixTimeMilliseconds()) : null);
            },
            cancellationToken);
        if (replaced is not null)
        {
            register.Update(replaced);
            feed.Publish(journal, Activity.Current?.Context ?? default);
        }

        if (step == ReplicaStep.Quarantine && register.Find(journal)?.Head is { } ours)
            await QuarantineAsync(journal, Words(journal), new ForkProof(ours.Checkpoint.Note.ToArray(), theirs.Note.ToArray()), cancellationToken);
        return step;
    }

    /// <summary>Whether a journal's origin said which of two versions counts, so that a contradiction is no reason to leave it.</summary>
    public bool IsDecided(JournalId journal) => database.Read(session => ForkTables.Ends(session, journal.Origin).ContainsKey(journal.Epoch));

    /// <summary>Which of these copies their origin gave up: <see cref="ForkRule.IsGivenUp"/>.</summary>
    public IReadOnlyCollection<JournalId> FindGivenUp(IReadOnlyCollection<JournalHead> held)
    {
        // Ends stand in the record that opens a further epoch, so most origins have none.
        Origin[] origins = [.. held.Where(head => head.Journal.Epoch > 0).Select(head => head.Journal.Origin).Distinct()];
        return origins.Length == 0 ? [] : database.Read(session => origins.SelectMany(origin => ForkTables.GivenUp(session, origin)).ToHashSet());
    }

    /// <summary>The notes that contradict the journals of an origin which were left because of them.</summary>
    public IReadOnlyCollection<LeftJournal> Left(IEnumerable<JournalHead> left) =>
        [.. left.Select(head => new LeftJournal(head, FindProof(head.Journal) is { } proof ? proof.OtherNote : (ReadOnlyMemory<byte>?)null))];

    private static string Words(JournalId journal) =>
        $"{journal.Origin.Short} signed two different journals (epoch {journal.Epoch}). It was run twice, or put back to an older state; it is followed again when it says which one counts.";

    /// <summary>The two notes for which a journal is no longer followed; null when it is, or was left for another reason.</summary>
    public ForkProof? FindProof(JournalId journal) => database.Read(session => session.First(
        """
        SELECT f.note, other_note FROM forks f JOIN journals USING (journal_number) JOIN origins USING (origin_number)
        WHERE origin = ?1 AND epoch = ?2
        """,
        row => new ForkProof(row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1)),
        journal.Origin.ToByteArray(), (long)journal.Epoch));

    private StoreResult Store(DatabaseSession session, VerifiedRange range, Origin? carriedBy)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (register.IsBlocked(range.Journal.Origin))
            return new StoreResult.Blocked();
        if (register.Find(range.Journal) is null && WhyNotAdmitted(range.Journal, carriedBy) is { } why)
            return new StoreResult.NotAdmitted(why);
        var journal = JournalTables.FindOrAdd(session, range.Journal, carriedBy, now);
        if (journal.Quarantine is not null)
            return new StoreResult.Quarantined(journal.Quarantine);
        if (journal.Size != range.From)
            return new StoreResult.Stale(journal);

        var stored = JournalTables.Append(session, journal, range, now);
        if (range.Entries[0] is not { Kind: V1.RecordKind.Epoch, Body: not null })
            return new StoreResult.Stored(stored);
        return new StoreResult.Stored(
            stored, FollowDecided(session, range.Journal.Origin), ForkTables.GivenUp(session, range.Journal.Origin).Count > 0);
    }

    // Their origin says which version counts: journals that were left because there are two are followed again. What is held may still be the
    // other one; the next peer that holds the right one shows it.
    private List<StoredJournal> FollowDecided(DatabaseSession session, Origin origin)
    {
        var ends = ForkTables.Ends(session, origin);
        return [.. register.Of(origin).Where(left => left.Quarantine is not null && ends.ContainsKey(left.Journal.Epoch))
            .Select(left => JournalTables.Find(session, left.Journal)).OfType<StoredJournal>().Select(left => ForkTables.Renew(session, left))];
    }

    // A conversation bounds what a peer carries at a time; this, what it leaves here over many of them. Keys cost nothing.
    private string? WhyNotAdmitted(JournalId journal, Origin? carriedBy)
    {
        if (register.Of(journal.Origin).Count() >= JournalLimits.EpochsOfOrigin)
            return $"{journal.Origin.Short} has begun more than {JournalLimits.EpochsOfOrigin} epochs; further ones are not followed.";
        return carriedBy is { } peer && register.All.Count(known => known.CarriedBy == peer) >= Limits.JournalsOfPeer
            ? $"{peer.Short} has brought {Limits.JournalsOfPeer} journals of others; further ones are not followed."
            : null;
    }
}

/// <summary>What came of storing a range.</summary>
internal abstract record StoreResult
{
    private StoreResult()
    {
    }

    /// <summary>It is on disk.</summary>
    /// <param name="Journal">The journal as it stands.</param>
    /// <param name="FollowedAgain">Journals of the same origin that are followed again, because the range says which version counts.</param>
    /// <param name="HasGivenUp">By what the range says, a version that is held here was given up.</param>
    public sealed record Stored(StoredJournal Journal, IReadOnlyList<StoredJournal>? FollowedAgain = null, bool HasGivenUp = false) : StoreResult;

    /// <summary>The replica ends elsewhere than the range begins: somebody else stored it, or a part is missing.</summary>
    public sealed record Stale(StoredJournal Journal) : StoreResult;

    /// <summary>The journal is not followed any more.</summary>
    public sealed record Quarantined(string Why) : StoreResult;

    /// <summary>Its chapter is blocked here.</summary>
    public sealed record Blocked : StoreResult;

    /// <summary>It is more than this node takes now.</summary>
    public sealed record TooMuch(IntakeRefusal Why) : StoreResult;

    /// <summary>The disk did not take it now.</summary>
    public sealed record Failed : StoreResult;

    /// <summary>There are too many journals like it.</summary>
    public sealed record NotAdmitted(string Why) : StoreResult;
}

/// <summary>Two notes that an origin signed and that cannot both be true: whoever has them can check it.</summary>
/// <param name="Note">A signed checkpoint that the journal held here leads to.</param>
/// <param name="OtherNote">One that contradicts it.</param>
internal sealed record ForkProof(byte[] Note, byte[] OtherNote)
{
    /// <summary>The proof in what a conversation rejected; null when it proves nothing.</summary>
    public static ForkProof? Of(Effect.Reject reject) =>
        reject is { Ours: { } ours, Theirs: { } theirs } ? new ForkProof(ours.Note.ToArray(), theirs.Note.ToArray()) : null;
}
