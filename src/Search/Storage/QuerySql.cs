using System.Diagnostics;

namespace OuiShare.Federation.Search.Storage;

/// <summary>The SQL that answers a query. The texts are few and hold no values, so each is prepared once.</summary>
/// <remarks>
/// Two ways lead to an answer. By relevance: FTS5 opens the candidates and each is filtered by its row of <c>documents</c>.
/// By time: <c>spans</c> is read from its end backwards or from now on, with the filters beside each row, and words, if any, are
/// a set to be in. CROSS JOIN keeps SQLite from turning the order of tables round.
/// </remarks>
internal static class QuerySql
{
    // Weights of title, tags, place and text. Nearness in time breaks ties (at most a tenth, halved after two weeks), and what is
    // cancelled steps back. bm25 is negative, the best lowest.
    private const string Best = """
        bm25(words, 8.0, 4.0, 3.0, 1.0) * (1.0 + 0.1 / (1.0 + abs(f.last_end - $now) / 1209600.0)) * iif(f.is_cancelled, 0.5, 1.0)
        """;

    private const string Filters = """
        ($group IS NULL OR f.group_id = (SELECT id FROM groups WHERE key = $group))
        AND ($without IS NULL OR f.group_id NOT IN (SELECT id FROM groups WHERE key IN (SELECT value FROM json_each($without))))
        AND ($language IS NULL OR instr(f.languages, $language) > 0)
        AND ($format IS NULL OR f.format = $format)
        AND ($isOnline IS NULL OR f.is_online = $isOnline)
        AND ($chord IS NULL OR (f.x - $x) * (f.x - $x) + (f.y - $y) * (f.y - $y) + (f.z - $z) * (f.z - $z) <= $chord)
        """;

    private const string TagFilter = "($tag IS NULL OR instr(f.tags, $tag) > 0)";

    /// <summary>Ids of one page, the best match first.</summary>
    public static string BestPage(SearchWhen when) => $"SELECT f.id {ByWords(when)} ORDER BY {Best}, f.id LIMIT $limit OFFSET $offset";

    /// <summary>How many match the words, counted one further than <see cref="SearchLimits.Total"/>.</summary>
    public static string BestCount(SearchWhen when) => Count(ByWords(when));

    /// <summary>Ids of one page in the order of time.</summary>
    public static string TimePage(SearchWhen when, bool hasMatch) =>
        $"SELECT f.document_id FROM spans f WHERE {ByTime(when, hasMatch)} {TimeOrder(when)} LIMIT $limit OFFSET $offset";

    /// <summary>How many match, counted one further than <see cref="SearchLimits.Total"/>.</summary>
    public static string TimeCount(SearchWhen when, bool hasMatch) => Count($"FROM spans f WHERE {ByTime(when, hasMatch)}");

    /// <summary>Ids and hashes of the feed texts in the order of time.</summary>
    public static string Feed(SearchWhen when, bool hasMatch) => $"""
        SELECT f.document_id, d.feed_hash FROM spans f CROSS JOIN documents d ON d.id = f.document_id
        WHERE {ByTime(when, hasMatch)} AND d.feed_hash IS NOT NULL {TimeOrder(when)} LIMIT $limit
        """;

    /// <summary>What a hit hands back of a document.</summary>
    public const string Hit = """
        SELECT c.key, c.stored, d.occurrences, d.x, d.y, d.z FROM documents d CROSS JOIN contents c ON c.id = d.id WHERE d.id = $id
        """;

    /// <summary>How many documents there are, those of some groups left out.</summary>
    public const string CountAll = """
        SELECT count(*) FROM documents f
        WHERE $without IS NULL OR f.group_id NOT IN (SELECT id FROM groups WHERE key IN (SELECT value FROM json_each($without)))
        """;

    private static string Count(string candidates) => $"SELECT count(*) FROM (SELECT 1 {candidates} LIMIT {SearchLimits.Total + 1})";

    private static string ByWords(SearchWhen when) =>
        $"FROM words CROSS JOIN documents f ON f.id = words.rowid WHERE words MATCH $match AND {EndOf(when)} AND {TagFilter} AND {Filters}";

    private static string EndOf(SearchWhen when) => when switch
    {
        SearchWhen.Upcoming => "f.last_end >= $now",
        SearchWhen.Past => "f.last_end < $now",
        SearchWhen.Any => "f.last_end IS NOT NULL",
        _ => throw new UnreachableException($"Unknown {when}."),
    };

    private static string ByTime(SearchWhen when, bool hasMatch)
    {
        var shown = when switch
        {
            SearchWhen.Upcoming => """f."end" >= $now AND f.previous_end < $now""",
            SearchWhen.Past => """f."end" < $now AND f.is_last""",
            SearchWhen.Any => """(f."end" >= $now OR f.is_last) AND f.previous_end < $now""",
            _ => throw new UnreachableException($"Unknown {when}."),
        };
        var match = hasMatch
            ? $"""
                 AND f.document_id IN
                     (SELECT words.rowid FROM words CROSS JOIN documents f ON f.id = words.rowid WHERE words MATCH $match AND {TagFilter})
                """
            : "";
        return $"{shown} AND {Filters}{match}";
    }

    private static string TimeOrder(SearchWhen when) =>
        when == SearchWhen.Upcoming ? "ORDER BY f.start, f.document_id" : """ORDER BY f."end" DESC, f.document_id DESC""";
}
