using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using OuiShare.Federation.Search.Words;
using SQLitePCL;

namespace OuiShare.Federation.Search.Storage;

/// <summary>Applies changes through the one writing connection. Not thread-safe.</summary>
internal sealed class IndexWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statements _statements;
    private readonly StringBuilder _text = new();
    private readonly Dictionary<string, IndexChange> _lastChanges = [];
    private readonly List<long> _erased = [];
    private readonly List<(long Id, SearchDocument Document)> _put = [];
    private long _nextId;
    private (string Key, long Id)? _lastGroup;
    private bool _hasRemoved;

    public IndexWriter(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new(connection);
        _nextId = 1 + (long)_statements.Get("SELECT coalesce(max(id), 0) FROM documents").ExecuteScalar()!;
        HasRemains = CountRemains() > 0;
    }

    /// <summary>Words of removed documents still stand in the file.</summary>
    public bool HasRemains { get; private set; }

    /// <summary>Null, or what SQLite finds damaged in the file or in the word lists.</summary>
    public string? Check()
    {
        try
        {
            var answer = (string)_statements.Get("PRAGMA integrity_check(1)").ExecuteScalar()!;
            if (answer != "ok")
                return answer.ReplaceLineEndings(" ");
            Run("INSERT INTO words (words) VALUES ('integrity-check')");
            return null;
        }
        catch (SqliteException exception) when (IndexFile.IsDamage(exception))
        {
            return exception.Message;
        }
    }

    /// <summary>Applies all changes and cursors, or nothing.</summary>
    public void Apply(IReadOnlyList<IndexChange> changes, IReadOnlyDictionary<string, long> cursors)
    {
        // Prepared statements outlive a transaction object of the provider, so the transaction is begun in words.
        Run("BEGIN IMMEDIATE");
        try
        {
            ApplyTables(changes);
            ApplyWords();
            foreach (var (name, position) in cursors)
                Run("INSERT INTO cursors VALUES ($name, $position) ON CONFLICT DO UPDATE SET position = excluded.position",
                    ("$name", name), ("$position", position));
            Run("COMMIT");
            HasRemains |= _hasRemoved;
        }
        finally
        {
            // Documents of a finished batch are not kept alive, and a group of a failed one is gone with the rest.
            _lastChanges.Clear();
            _erased.Clear();
            _put.Clear();
            _lastGroup = null;
            _hasRemoved = false;
            // Still open only when something failed.
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                Run("ROLLBACK");
        }
    }

    /// <summary>
    /// Merges the word lists into one and rewrites the file, so that nothing of removed documents is left in it. Something is left, and
    /// <see cref="HasRemains"/> stays, when a reader kept the write-ahead log from being emptied.
    /// </summary>
    public void Compact()
    {
        Run("INSERT INTO words (words) VALUES ('optimize')");
        Run("VACUUM");
        if ((long)Run("PRAGMA wal_checkpoint(TRUNCATE)")! != 0)
            return;
        Run("DELETE FROM remains");
        HasRemains = false;
    }

    public void Dispose()
    {
        _statements.Dispose();
        _connection.Dispose();
    }

    // Tables first and words after them: FTS5 gathers its terms in memory until another statement's savepoint makes it write
    // them down, and doing so between each two documents doubled the time. So only a key's last change counts.
    private void ApplyTables(IReadOnlyList<IndexChange> changes)
    {
        foreach (var change in changes)
            _lastChanges[change.Key] = change;
        foreach (var change in _lastChanges.Values)
        {
            var known = Find(change.Key);
            if (known is { } id)
                Erase(id);
            if (change is IndexChange.Put { Document: var document })
                Put(known ?? _nextId++, document);
            else if (known is { } removed)
                KeepInMind(removed);
        }
    }

    private void ApplyWords()
    {
        foreach (var id in _erased)
            Run("DELETE FROM words WHERE rowid = $id", ("$id", id));
        foreach (var (id, document) in _put)
            Run("INSERT INTO words (rowid, title, tags, place, text) VALUES ($id, $title, $tags, $place, $text)",
                ("$id", id),
                ("$title", Searchable(document.Texts.Select(text => text.Title), SearchLimits.IndexedTitle)),
                ("$tags", SearchableTags(document)),
                ("$place", Searchable([document.PlaceWords, document.GroupName], SearchLimits.IndexedTitle)),
                ("$text", Searchable(document.Texts.Select(text => text.Description), SearchLimits.IndexedText)));
    }

    private void Put(long id, SearchDocument document)
    {
        _put.Add((id, document));
        var occurrences = OccurrenceList.From(document.Occurrences);
        var groupId = GroupId(document.Group);
        var languages = DocumentFacts.Languages(document);
        var format = DocumentFacts.FoldFormat(document.Format);
        var point = SpherePoint.From(document.Point);
        object x = point?.X ?? (object)DBNull.Value, y = point?.Y ?? (object)DBNull.Value, z = point?.Z ?? (object)DBNull.Value;

        Run("""
            INSERT INTO documents VALUES ($id, $group, $languages, $format, $tags, $isOnline, $isCancelled, $x, $y, $z,
                $lastEnd, $refreshAt, $feedHash, $occurrences)
            """,
            ("$id", id), ("$group", groupId), ("$languages", languages), ("$format", format), ("$tags", DocumentFacts.Tags(document)),
            ("$isOnline", document.IsOnline), ("$isCancelled", document.IsCancelled), ("$x", x), ("$y", y), ("$z", z),
            ("$lastEnd", occurrences.Count > 0 ? occurrences[^1].End : DBNull.Value),
            ("$refreshAt", document.RefreshAt?.ToUnixTimeSeconds() ?? (object)DBNull.Value),
            ("$feedHash", document.FeedText is { } feed ? FeedHash(document.Key, feed) : DBNull.Value),
            ("$occurrences", OccurrenceList.ToBytes(occurrences)));

        Run("INSERT INTO contents VALUES ($id, $key, $stored, $feedText)",
            ("$id", id), ("$key", document.Key), ("$stored", document.Stored.ToArray()),
            ("$feedText", document.FeedText ?? (object)DBNull.Value));

        for (var i = 0; i < occurrences.Count; i++)
            Run("INSERT INTO spans VALUES ($end, $id, $start, $previousEnd, $isLast, $group, $languages, $format, $isOnline, $x, $y, $z)",
                ("$end", occurrences[i].End), ("$id", id), ("$start", occurrences[i].Start),
                ("$previousEnd", i == 0 ? long.MinValue : occurrences[i - 1].End), ("$isLast", i == occurrences.Count - 1),
                ("$group", groupId), ("$languages", languages), ("$format", format), ("$isOnline", document.IsOnline),
                ("$x", x), ("$y", y), ("$z", z));
    }

    private void KeepInMind(long removed)
    {
        Run("INSERT INTO remains VALUES ($id) ON CONFLICT DO NOTHING", ("$id", removed));
        _hasRemoved = true;
    }

    private long CountRemains() => (long)Run("SELECT count(*) FROM remains")!;

    private long? Find(string key) => Run("SELECT id FROM contents WHERE key = $key", ("$key", key)) as long?;

    private void Erase(long id)
    {
        _erased.Add(id);
        var occurrences = (byte[])Run("SELECT occurrences FROM documents WHERE id = $id", ("$id", id))!;
        foreach (var (_, end) in OccurrenceList.FromBytes(occurrences))
            Run("""DELETE FROM spans WHERE "end" = $end AND document_id = $id""", ("$end", end), ("$id", id));
        Run("DELETE FROM contents WHERE id = $id", ("$id", id));
        Run("DELETE FROM documents WHERE id = $id", ("$id", id));
    }

    // Documents arrive journal by journal, so the group is mostly the one of the document before.
    private long GroupId(string key)
    {
        if (_lastGroup is { } last && last.Key == key)
            return last.Id;
        var id = Run("SELECT id FROM groups WHERE key = $key", ("$key", key)) as long?
            ?? (long)Run("INSERT INTO groups (key) VALUES ($key) RETURNING id", ("$key", key))!;
        _lastGroup = (key, id);
        return id;
    }

    private string Searchable(IEnumerable<string> texts, int characters)
    {
        _text.Clear();
        foreach (var part in texts)
        {
            var read = part.AsSpan(0, Math.Min(part.Length, characters));
            WordSplitter.AppendWords(_text, read);
            characters -= read.Length;
        }
        return _text.ToString();
    }

    // The folded tag stands unbroken, so that a query for the whole tag is a phrase; joined forms of its words follow.
    private string SearchableTags(SearchDocument document)
    {
        _text.Clear();
        foreach (var tag in document.Tags.Take(SearchLimits.Tags))
        {
            _text.Append(MatchExpression.FoldTag(tag)).Append(' ');
            foreach (var word in WordSplitter.Split(tag.AsSpan(0, Math.Min(tag.Length, SearchLimits.QueryText))))
                _text.Append(word.Joined).Append(' ');
        }
        return _text.ToString();
    }

    private object? Run(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        _statements.Get(sql, parameters).ExecuteScalar();

    // Of the content, not of when it came, so that a rebuilt index and another silo's copy give the same fingerprint.
    private static long FeedHash(string key, string feedText)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\0{feedText}"), hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
