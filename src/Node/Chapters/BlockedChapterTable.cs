using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Chapters;

/// <summary>A chapter that this node's admin blocked.</summary>
/// <param name="Origin">Its node's key.</param>
/// <param name="Name">Its name when it was blocked; empty when it was not known.</param>
/// <param name="BlockedAt">Since when.</param>
public sealed record BlockedChapter(Origin Origin, string Name, DateTimeOffset BlockedAt);

/// <summary>Reads and writes rows of <c>blocked_chapters</c>.</summary>
internal static class BlockedChapterTable
{
    /// <summary>Most chapters that are blocked: a search leaves out each of them.</summary>
    public const int Most = 1_000;

    /// <summary>Every blocked chapter, the last one first.</summary>
    public static List<BlockedChapter> List(DatabaseSession session) => session.List(
        $"SELECT origin, name, blocked_at FROM blocked_chapters ORDER BY blocked_at DESC, origin LIMIT {Most}",
        row => new BlockedChapter(
            Origin.FromBytes(row.GetFieldValue<byte[]>(0)), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))));

    public static void Add(DatabaseSession session, BlockedChapter chapter) => session.Execute(
        "INSERT INTO blocked_chapters(origin, name, blocked_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        chapter.Origin.ToByteArray(), chapter.Name, chapter.BlockedAt.ToUnixTimeMilliseconds());

    public static void Remove(DatabaseSession session, Origin origin) =>
        session.Execute("DELETE FROM blocked_chapters WHERE origin = ?1", origin.ToByteArray());
}
