using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Journal;

/// <summary>
/// The journals this node holds, as last committed: a copy of the table <c>journals</c> for quick reading. Whoever writes decides by the
/// table. It also knows which chapters are blocked: theirs are held, and neither followed nor shown. Thread-safe.
/// </summary>
internal sealed class JournalRegister
{
    private readonly ConcurrentDictionary<JournalId, StoredJournal> _journals = [];
    private volatile ImmutableHashSet<Origin> _blocked = [];

    public IEnumerable<StoredJournal> All => _journals.Values;

    public int Count => _journals.Count;

    public StoredJournal? Find(JournalId journal) => _journals.GetValueOrDefault(journal);

    /// <summary>Origins of the chapters that are blocked here.</summary>
    public IReadOnlyCollection<Origin> Blocked => _blocked;

    /// <summary>Whether a chapter is blocked here.</summary>
    public bool IsBlocked(Origin origin) => _blocked.Contains(origin);

    /// <summary>Takes in which chapters are blocked, as committed.</summary>
    public void Block(IEnumerable<Origin> blocked) => _blocked = [.. blocked];

    /// <summary>How far the journals reach that are followed, and which are not followed any more.</summary>
    public (IReadOnlyCollection<JournalHead> Followed, IReadOnlyCollection<JournalHead> Left) Split()
    {
        var blocked = _blocked;
        var isLeft = _journals.Values.ToLookup(journal => journal.Quarantine is not null || blocked.Contains(journal.Journal.Origin));
        return ([.. isLeft[false].Select(journal => journal.Head).OfType<JournalHead>()], [.. isLeft[true].Select(journal => journal.Head).OfType<JournalHead>()]);
    }

    /// <summary>The journals of one origin, the newest epoch first.</summary>
    public IEnumerable<StoredJournal> Of(Origin origin) =>
        _journals.Values.Where(journal => journal.Journal.Origin == origin).OrderByDescending(journal => journal.Journal.Epoch);

    /// <summary>The origin whose key begins with <paramref name="shortKey"/>; null when none does.</summary>
    public Origin? FindOrigin(string shortKey)
    {
        foreach (var journal in _journals.Keys)
        {
            if (journal.Origin.Short == shortKey)
                return journal.Origin;
        }

        return null;
    }

    /// <summary>Takes in a journal as committed, unless a later state of it is known.</summary>
    public void Update(StoredJournal journal) =>
        _journals.AddOrUpdate(journal.Journal, journal, (_, known) =>
        {
            if (journal.Generation != known.Generation)
                return journal.Generation > known.Generation ? journal : known;
            // A commit and a quarantine may tell their outcomes in either order.
            var later = journal.Size >= known.Size ? journal : known;
            return later with { Quarantine = journal.Quarantine ?? known.Quarantine };
        });

    /// <summary>Reads all journals at the start.</summary>
    /// <exception cref="InvalidDataException">What is kept of a journal's end does not lead to its checkpoint: going on from there would fork it.</exception>
    public void Load(DatabaseSession session)
    {
        foreach (var journal in session.List(SelectJournals, Read))
        {
            if (journal.Head is { } head)
            {
                var tree = head.Range.Clone();
                tree.Merge(head.Right);
                if (tree.Root() != head.Checkpoint.Checkpoint.Root)
                    throw new InvalidDataException($"what is kept of journal {journal.Journal} does not lead to the root its origin signed");
            }

            _journals[journal.Journal] = journal;
        }
    }

    internal const string SelectJournals =
        """
        SELECT journal_number, origin_number, origin, epoch, size, left_range, right_range, note, carried_by, admitted_at, quarantine, generation
        FROM journals JOIN origins USING (origin_number)
        """;

    internal static StoredJournal Read(SqliteDataReader row)
    {
        var journal = new JournalId(Origin.FromBytes(row.GetFieldValue<byte[]>(2)), (uint)row.GetInt64(3));
        return new StoredJournal(
            row.GetInt64(0),
            row.GetInt64(1),
            journal,
            ReadHead(row),
            row.IsDBNull(8) ? null : Origin.FromBytes(row.GetFieldValue<byte[]>(8)),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(9)),
            row.IsDBNull(10) ? null : row.GetString(10),
            row.GetInt64(11));
    }

    private static JournalHead? ReadHead(SqliteDataReader row)
    {
        var note = row.GetFieldValue<byte[]>(7);
        if (note.Length == 0)
            return null;

        var size = (ulong)row.GetInt64(4);
        var checkpoint = SignedCheckpoint.FromTrustedNote(note);
        return new JournalHead(
            checkpoint,
            MerkleRange.FromBytes(size, row.GetFieldValue<byte[]>(5)),
            MerkleRange.FromBytes(size, checkpoint.Checkpoint.Size, row.GetFieldValue<byte[]>(6)));
    }
}
