using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Integrity;

/// <summary>
/// Checks one journal from what its origin signed down to each byte. It reads block by block, each in a snapshot of its own, and blocks nobody.
/// <list type="number">
/// <item>The checkpoint is signed by the origin.</item>
/// <item>Each entry stands where it says, and its body is the one it names (<see cref="BlockInspection"/>).</item>
/// <item>Each block of 256 entries leads to the hash that is kept for it, and these hashes to the signed root. Where the two do not agree,
/// the root decides which is damaged.</item>
/// <item>All higher kept hashes are those that follow.</item>
/// </list>
/// </summary>
internal sealed class JournalInspection(NodeDatabase database, StoredJournal journal, BlockInspection blockInspection, Findings findings)
{
    private readonly List<(Hash? Computed, Hash? Kept)> _blocks = [];
    private MerkleRange? _tail;

    private string Name => Damage.NameOf(journal.Journal);

    /// <summary>Checks the journal from a position on; of what lies before it, only the kept hashes.</summary>
    /// <param name="from">A multiple of <see cref="IntegrityLimits.Block"/>; 0: everything.</param>
    /// <param name="checkedTo">Called after each block with the position it ends at.</param>
    /// <param name="cancellationToken">Ends the inspection.</param>
    public async Task RunAsync(ulong from, Func<ulong, Task> checkedTo, CancellationToken cancellationToken)
    {
        if (journal.Head is not { } head)
            return;

        CheckSignature(head);
        CheckRow(head);
        // A connection of its own for each block: one that has met a malformed page may not be used on.
        for (var begin = 0UL; begin < head.Size; begin += IntegrityLimits.Block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = Math.Min(begin + IntegrityLimits.Block, head.Size);
            var isPassed = end <= from && end - begin == IntegrityLimits.Block;
            var place = new SubtreePlace(Subtree.LowestKeptLevel, begin / IntegrityLimits.Block);
            var block = isPassed ? null : CheckBlock(begin, end);
            var kept = end - begin == IntegrityLimits.Block ? FindKept(place) : null;
            if (end - begin == IntegrityLimits.Block)
                _blocks.Add((block?.Hashes[0], kept));
            else
                _tail = block;
            if (!isPassed)
                await checkedTo(end);
        }

        CheckTail(head);
        CheckTree(head);
    }

    private void CheckSignature(JournalHead head)
    {
        findings.Signatures++;
        if (SignedCheckpoint.Verify(head.Checkpoint.Note) is CheckpointVerification.Refused refused)
            findings.Add(new Damage(DamageKind.Proof, "journals", $"{refused.Sentence} It stood so in journal {Name}. Restore a backup.") { Journal = journal.Journal });
    }

    // What the node goes on from was checked when it was read at the start; the row may have been damaged since.
    private void CheckRow(JournalHead head)
    {
        try
        {
            var stored = database.Read(session => JournalTables.Find(session, journal.Journal));
            if (stored?.Head is { } row && (row.Size != head.Size || (row.Range.Hashes.SequenceEqual(head.Range.Hashes) && row.Right.Hashes.SequenceEqual(head.Right.Hashes))))
                return;
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            // Said below.
        }

        findings.Add(new Damage(
            DamageKind.Head, "journals", $"What this node keeps of the end of journal {Name} is damaged on this disk: the node would not start again. It is written anew from memory; `ouishare verify --repair` does it now.")
        {
            Journal = journal.Journal,
        });
    }

    private MerkleRange? CheckBlock(ulong begin, ulong end)
    {
        using var session = NodeDatabase.OpenReader(database.Path);
        return blockInspection.Check(session, journal, begin, end);
    }

    private Hash? FindKept(SubtreePlace place)
    {
        try
        {
            var kept = database.Read(session => session.Scalar<byte[]>(
                "SELECT hash FROM subtrees WHERE journal_number = ?1 AND level = ?2 AND subtree_index = ?3", journal.Number, place.Level, (long)place.Index));
            return kept is not null && Hash.TryFromBytes(kept, out var hash) ? hash : null;
        }
        catch (Exception e) when (DatabaseDamage.IsShownBy(e))
        {
            return null;
        }
    }

    // The last entries, fewer than a block, lead to the last hashes of what the node keeps of the whole.
    private void CheckTail(JournalHead head)
    {
        var begin = head.Size / IntegrityLimits.Block * IntegrityLimits.Block;
        if (_tail is { } tail && !tail.Hashes.SequenceEqual(head.Range.Hashes[^MerkleRange.CountSubtrees(begin, head.Size)..]))
            AddUnproven(begin, (int)(head.Size - begin));
    }

    private void CheckTree(JournalHead head)
    {
        var begin = head.Size / IntegrityLimits.Block * IntegrityLimits.Block;
        var expected = head.Range.Hashes[..^MerkleRange.CountSubtrees(begin, head.Size)].ToArray();
        var entriesAreSound = Leads(_blocks.Select(block => block.Computed ?? block.Kept), expected);
        var keptAreSound = Leads(_blocks.Select(block => block.Kept ?? block.Computed), expected);
        for (var i = 0; i < _blocks.Count; i++)
        {
            var (computed, kept) = _blocks[i];
            if (computed == kept)
                continue;
            if (computed is not null && !entriesAreSound)
                AddUnproven((ulong)i * IntegrityLimits.Block, IntegrityLimits.Block);
            if (computed is not null && (entriesAreSound || !keptAreSound))
                AddKept(new SubtreePlace(Subtree.LowestKeptLevel, (ulong)i));
            else if (kept is null)
                AddKept(new SubtreePlace(Subtree.LowestKeptLevel, (ulong)i));
        }

        if (entriesAreSound || keptAreSound)
            CheckHigher(_blocks.Select(block => entriesAreSound ? block.Computed ?? block.Kept : block.Kept ?? block.Computed));
        else if (_blocks.TrueForAll(block => block.Computed == block.Kept))
            AddUnproven(0, (int)Math.Min(int.MaxValue, head.Size));
    }

    private static bool Leads(IEnumerable<Hash?> blocks, Hash[] expected)
    {
        var tree = new MerkleRange();
        foreach (var block in blocks)
        {
            if (block is not { } hash)
                return false;
            tree.Merge(BlockRange(tree.End, hash));
        }

        return tree.Hashes.SequenceEqual(expected);
    }

    private void CheckHigher(IEnumerable<Hash?> blocks)
    {
        var tree = new MerkleRange();
        var higher = new List<Subtree>();
        foreach (var block in blocks)
        {
            tree.Merge(BlockRange(tree.End, block!.Value), higher.Add);
            foreach (var subtree in higher.Where(subtree => FindKept(subtree.Place) != subtree.Hash))
                AddKept(subtree.Place);
            higher.Clear();
        }
    }

    private static MerkleRange BlockRange(ulong begin, Hash hash) => MerkleRange.FromSubtrees(begin, begin + IntegrityLimits.Block, [hash]);

    private void AddUnproven(ulong begin, int count) => findings.Add(new Damage(
        DamageKind.Entries, "", $"Entries {begin} to {begin + (ulong)count - 1} of journal {Name} do not lead to the root its origin signed: at least one was changed on this disk. They are fetched again from a peer that has them.")
    {
        Journal = journal.Journal,
        From = begin,
        Count = count,
    });

    private void AddKept(SubtreePlace place) => findings.Add(Damage.Derived(
        "subtrees", $"A kept hash of journal {Name} (level {place.Level}, {place.Index}) is damaged on this disk. It is made again from the entries; `ouishare verify --repair` does it now.") with
    {
        Journal = journal.Journal,
        From = place.Begin + (ulong)place.Level,
    });
}
