using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Operator;

/// <summary>
/// Checks again everything that can be checked: each entry's place and hash, each body against its entry, each journal's root against its
/// signed checkpoint, each kept subtree. It reads as it goes and blocks nobody.
/// </summary>
internal sealed class JournalVerification(NodeDatabase database, JournalRegister register)
{
    /// <summary>Entries read at a time.</summary>
    private const int PageSize = 2_000;

    /// <summary>Problems told in words; the rest are counted.</summary>
    private const int ProblemsTold = 100;

    public async Task RunAsync(Origin? origin, Func<VerifyJournalsResponse, Task> tell, CancellationToken cancellationToken)
    {
        var journals = register.All.Where(journal => origin is null || journal.Journal.Origin == origin).OrderBy(journal => journal.Journal).ToList();
        var progress = new VerifyJournalsResponse { Total = journals.Aggregate(0UL, (sum, journal) => sum + journal.Size) };
        var report = new VerifyReport { Journals = (uint)journals.Count };
        foreach (var journal in journals)
            await CheckAsync(journal, report, progress, tell, cancellationToken);
        progress.Report = report;
        await tell(progress);
    }

    private async Task CheckAsync(
        StoredJournal journal, VerifyReport report, VerifyJournalsResponse progress, Func<VerifyJournalsResponse, Task> tell, CancellationToken cancellationToken)
    {
        if (journal.Head is not { } head)
            return;

        CheckSignature(head, report);
        var range = new MerkleRange();
        var subtrees = new List<Subtree>();
        while (range.End < head.Size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = range.End;
            database.Read(session =>
            {
                CheckPage(session, journal, range, subtrees, report);
                return true;
            });
            if (range.End == before)
            {
                Tell(report, $"Journal {Name(journal)} lacks its entry {before} and what follows. Restore a backup, or let a peer send it again.");
                return;
            }

            progress.Done += range.End - before;
            await tell(progress);
        }

        if (!range.Hashes.SequenceEqual(head.Range.Hashes))
            Tell(report, $"What this node keeps of the end of journal {Name(journal)} is damaged on this disk: the journal cannot grow. Restore a backup.");
        range.Merge(head.Right);
        if (range.Root() != head.Checkpoint.Checkpoint.Root)
            Tell(report, $"The entries of journal {Name(journal)} do not lead to the root its origin signed: at least one was changed on this disk.");
    }

    private static void CheckSignature(JournalHead head, VerifyReport report)
    {
        report.Signatures++;
        if (SignedCheckpoint.Verify(head.Checkpoint.Note) is CheckpointVerification.Refused refused)
            Tell(report, refused.Sentence);
    }

    private static void CheckPage(DatabaseSession session, StoredJournal journal, MerkleRange range, List<Subtree> subtrees, VerifyReport report)
    {
        using var reader = session.Query(
            """
            SELECT e.entry_number, e.bytes, b.salt, b.record FROM entries e LEFT JOIN bodies b ON b.entry_number = e.entry_number
            WHERE e.entry_number >= ?1 AND e.entry_number < ?2 ORDER BY e.entry_number LIMIT ?3
            """,
            JournalNumbers.Entry(journal.Number, range.End), JournalNumbers.Entry(journal.Number, journal.Size), PageSize);
        while (reader.Read())
        {
            var position = JournalNumbers.Position(reader.GetInt64(0));
            if (position != range.End)
                return;

            var bytes = reader.GetFieldValue<byte[]>(1);
            report.Entries++;
            var isReadable = EntryHeader.TryRead(bytes, out var header, out var problem);
            if (!isReadable || header.Journal != journal.Journal || header.Position != position)
                Tell(report, $"Entry {position} of journal {Name(journal)} is not what stood there: {problem ?? "it names another place"}.");
            else if (!reader.IsDBNull(2) && new RecordBody(reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3)).Hash() != header.BodyHash)
                Tell(report, $"The text of entry {position} of journal {Name(journal)} is damaged on this disk.");
            if (!reader.IsDBNull(2))
                report.Bodies++;
            range.Append(Hash.OfLeaf(bytes), subtrees.Add);
        }

        foreach (var subtree in subtrees.Where(subtree => subtree.Place.Level >= Subtree.LowestKeptLevel))
        {
            var kept = session.Scalar<byte[]>(
                "SELECT hash FROM subtrees WHERE journal_number = ?1 AND level = ?2 AND subtree_index = ?3",
                journal.Number, subtree.Place.Level, (long)subtree.Place.Index);
            if (kept is null || Hash.FromBytes(kept) != subtree.Hash)
                Tell(report, $"A kept hash of journal {Name(journal)} (level {subtree.Place.Level}, {subtree.Place.Index}) is damaged on this disk.");
        }

        subtrees.Clear();
    }

    private static void Tell(VerifyReport report, string problem)
    {
        report.ProblemCount++;
        if (report.Problems.Count < ProblemsTold)
            report.Problems.Add(problem);
    }

    private static string Name(StoredJournal journal) => $"{journal.Journal.Origin.Short[..8]}/{journal.Journal.Epoch}";
}
