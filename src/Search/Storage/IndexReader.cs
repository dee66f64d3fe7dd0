using System.Text.Json;
using Microsoft.Data.Sqlite;
using OuiShare.Federation.Search.Words;
using SQLitePCL;

namespace OuiShare.Federation.Search.Storage;

/// <summary>Answers questions through one reading connection. Not thread-safe.</summary>
internal sealed class IndexReader : IDisposable
{
    // Steps of SQLite's machine between two looks at the cancellation token: about a tenth of a millisecond.
    private const int StepsBetweenLooks = 10_000;

    private readonly SqliteConnection _connection;
    private readonly Statements _statements;
    private CancellationToken _running;

    public IndexReader(SqliteConnection connection)
    {
        _connection = connection;
        _statements = new(connection);
        raw.sqlite3_progress_handler(connection.Handle, StepsBetweenLooks, _ => _running.IsCancellationRequested ? 1 : 0, null);
    }

    /// <summary>Reads from one state of the index, whatever is written meanwhile.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled while SQLite was at work.</exception>
    public T Read<T>(Func<IndexReader, T> read, CancellationToken cancellationToken)
    {
        _running = cancellationToken;
        try
        {
            _statements.Get("BEGIN").ExecuteNonQuery();
            return read(this);
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            _running = CancellationToken.None;
            // SQLite ends the transaction by itself after some errors.
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
                _statements.Get("COMMIT").ExecuteNonQuery();
        }
    }

    public SearchResults Find(SearchQuery query)
    {
        var words = MatchExpression.Parse(query.Text);
        var tag = query.Tag is null ? null : MatchExpression.FoldTag(query.Tag);
        if (tag is { Length: 0 })
            return new([], Total: 0, IsTotalExact: true, SearchRelaxation.None);

        var isIgnored = words.AllWords is null && !string.IsNullOrWhiteSpace(query.Text);
        var relaxation = isIgnored ? SearchRelaxation.TextIgnored : SearchRelaxation.None;
        var answer = Find(query, words.AllWords, tag) with { Relaxation = relaxation };
        return answer.Total == 0 && words.AnyWord is { } anyWord
            ? Find(query, anyWord, tag) with { Relaxation = SearchRelaxation.AnyWord }
            : answer;
    }

    /// <summary>Ids and hashes of the documents of a feed.</summary>
    public List<(long Id, long Hash)> Feed(SearchQuery query, int limit)
    {
        var tag = query.Tag is null ? null : MatchExpression.FoldTag(query.Tag);
        if (tag is { Length: 0 })
            return [];
        var match = Match(MatchExpression.Parse(query.Text).AllWords, tag);
        using var rows = Bind(QuerySql.Feed(query.When, match is not null), query, match, tag, limit, offset: 0).ExecuteReader();
        var found = new List<(long, long)>();
        while (rows.Read())
            found.Add((rows.GetInt64(0), rows.GetInt64(1)));
        return found;
    }

    /// <summary>The feed text of a document; null when it is gone.</summary>
    public string? FeedText(long id) =>
        _statements.Get("SELECT feed_text FROM contents WHERE id = $id", ("$id", id)).ExecuteScalar() as string;

    public Dictionary<string, long> Cursors()
    {
        using var rows = _statements.Get("SELECT name, position FROM cursors").ExecuteReader();
        var cursors = new Dictionary<string, long>();
        while (rows.Read())
            cursors.Add(rows.GetString(0), rows.GetInt64(1));
        return cursors;
    }

    public int Count(IReadOnlyCollection<string> withoutGroups) =>
        (int)(long)_statements.Get(QuerySql.CountAll, ("$without", Keys(withoutGroups))).ExecuteScalar()!;

    public List<string> DueForRefresh(DateTimeOffset now, int limit)
    {
        using var rows = _statements.Get("""
            SELECT c.key FROM documents d CROSS JOIN contents c ON c.id = d.id
            WHERE d.refresh_at <= $now ORDER BY d.refresh_at LIMIT $limit
            """, ("$now", now.ToUnixTimeSeconds()), ("$limit", limit)).ExecuteReader();
        var keys = new List<string>();
        while (rows.Read())
            keys.Add(rows.GetString(0));
        return keys;
    }

    public void Dispose()
    {
        _statements.Dispose();
        _connection.Dispose();
    }

    private SearchResults Find(SearchQuery query, string? words, string? tag)
    {
        var match = Match(words, tag);
        var isRanked = words is not null && query.Order == SearchOrder.Best;
        var limit = Math.Clamp(query.Limit, 1, SearchLimits.Page);
        var offset = Math.Clamp(query.Offset, 0, SearchLimits.Depth);

        var page = isRanked ? QuerySql.BestPage(query.When) : QuerySql.TimePage(query.When, match is not null);
        var count = isRanked ? QuerySql.BestCount(query.When) : QuerySql.TimeCount(query.When, match is not null);
        var ids = Ids(Bind(page, query, match, tag, limit, offset));
        // A page that is not full ends the answers, and says how many there are without counting.
        var total = ids.Count < limit && (ids.Count > 0 || offset == 0)
            ? offset + ids.Count
            : (int)(long)Bind(count, query, match, tag, limit, offset).ExecuteScalar()!;

        var centre = SpherePoint.From(query.Near?.Point);
        var hits = ids.ConvertAll(id => Hit(id, query.Now.ToUnixTimeSeconds(), centre));
        return new(hits, Math.Min(total, SearchLimits.Total), total <= SearchLimits.Total, SearchRelaxation.None);
    }

    private SearchHit Hit(long id, long now, SpherePoint? centre)
    {
        using var row = _statements.Get(QuerySql.Hit, ("$id", id)).ExecuteReader();
        row.Read();
        double? distance = centre is { } from && !row.IsDBNull(3)
            ? from.KmTo(new(row.GetDouble(3), row.GetDouble(4), row.GetDouble(5)))
            : null;
        return new(row.GetString(0), row.GetFieldValue<byte[]>(1), OccurrenceList.Shown(row.GetFieldValue<byte[]>(2), now), distance);
    }

    private static List<long> Ids(SqliteCommand command)
    {
        using var rows = command.ExecuteReader();
        var ids = new List<long>();
        while (rows.Read())
            ids.Add(rows.GetInt64(0));
        return ids;
    }

    private static string? Match(string? words, string? tag) => (words, tag) switch
    {
        (null, null) => null,
        (null, _) => MatchExpression.ForTag(tag),
        (_, null) => words,
        _ => $"({words}) AND {MatchExpression.ForTag(tag)}",
    };

    private SqliteCommand Bind(string sql, SearchQuery query, string? match, string? tag, int limit, int offset)
    {
        // A circle around no real point, or of no real size, holds nothing: its chord is one that no distance is shorter than.
        var centre = SpherePoint.From(query.Near?.Point) ?? default;
        var chord = query.Near is not { } near ? null
            : SpherePoint.From(near.Point) is null || double.IsNaN(near.RadiusKm) ? -1
            : (double?)SpherePoint.SquaredChord(Math.Clamp(near.RadiusKm, 0, SearchLimits.RadiusKm));
        return _statements.Get(sql,
            ("$now", query.Now.ToUnixTimeSeconds()), ("$match", OrNull(match)),
            ("$tag", OrNull(tag is null ? null : DocumentFacts.Tag(tag))),
            ("$group", OrNull(query.Group)), ("$without", Keys(query.WithoutGroups)),
            ("$language", OrNull(query.Language is null ? null : DocumentFacts.Language(query.Language))),
            ("$format", OrNull(query.Format is null ? null : DocumentFacts.FoldFormat(query.Format))),
            ("$isOnline", OrNull(query.IsOnline)),
            ("$chord", OrNull(chord)), ("$x", centre.X), ("$y", centre.Y), ("$z", centre.Z), ("$limit", limit), ("$offset", offset));
    }

    // Keys are what whoever fills the index chose: written as JSON they can hold anything.
    private static object Keys(IReadOnlyCollection<string> groups) => groups.Count == 0 ? DBNull.Value : JsonSerializer.Serialize(groups);

    private static object OrNull(object? value) => value ?? DBNull.Value;
}
