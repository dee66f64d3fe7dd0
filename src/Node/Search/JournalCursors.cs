using System.Globalization;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Search;

/// <summary>
/// How far each journal was read, in memory and under the names that the index keeps beside what it read. Where another version took the place
/// of a journal's end, its generation grows and it is read from its first entry again, under a cursor of its own. Thread-safe.
/// <code>
/// key = origin "/" epoch [ "/" generation ]       generation 0 is left out
/// </code>
/// </summary>
internal sealed class JournalCursors
{
    private readonly Lock _lock = new();
    private readonly Dictionary<JournalId, (long Generation, ulong Position)> _cursors = [];

    /// <summary>The next position to read; 0 when nothing was.</summary>
    public ulong this[JournalId journal]
    {
        get
        {
            lock (_lock)
                return _cursors.GetValueOrDefault(journal).Position;
        }

        set
        {
            lock (_lock)
                _cursors[journal] = (_cursors.GetValueOrDefault(journal).Generation, value);
        }
    }

    /// <summary>Entries stored and not read yet.</summary>
    public long LagOf(IEnumerable<StoredJournal> journals) => journals.Sum(journal => (long)(journal.Size - Math.Min(journal.Size, this[journal.Journal])));

    /// <summary>Takes a kept cursor in, unless one of a later generation is known. One that the disk damaged is none: its journal is read again.</summary>
    public void TryLoad(string key, long position)
    {
        var parts = key.Split('/');
        if (parts.Length is < 2 or > 3 || !Origin.TryParse(parts[0], out var origin) || !uint.TryParse(parts[1], CultureInfo.InvariantCulture, out var epoch) || position < 0)
            return;
        var generation = 0L;
        if (parts.Length == 3 && !long.TryParse(parts[2], CultureInfo.InvariantCulture, out generation))
            return;
        var journal = new JournalId(origin, epoch);
        lock (_lock)
        {
            if (!_cursors.TryGetValue(journal, out var known) || known.Generation <= generation)
                _cursors[journal] = (generation, (ulong)position);
        }
    }

    /// <summary>Begins a journal anew when another version took the place of its end.</summary>
    public void Follow(StoredJournal journal)
    {
        lock (_lock)
        {
            if (_cursors.GetValueOrDefault(journal.Journal).Generation != journal.Generation)
                _cursors[journal.Journal] = (journal.Generation, 0);
        }
    }

    /// <summary>Under which name the index keeps a journal's cursor.</summary>
    public string KeyOf(JournalId journal)
    {
        long generation;
        lock (_lock)
            generation = _cursors.GetValueOrDefault(journal).Generation;
        return generation > 0 ? $"{journal.Origin}/{journal.Epoch}/{generation}" : $"{journal.Origin}/{journal.Epoch}";
    }

    /// <summary>Everything is read again.</summary>
    public void Clear()
    {
        lock (_lock)
            _cursors.Clear();
    }
}
