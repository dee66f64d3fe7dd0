using System.Buffers.Binary;

namespace OuiShare.Federation.Search.Storage;

/// <summary>The occurrences of a document in Unix seconds, ordered by end, no two with the same end.</summary>
/// <remarks>
/// As bytes, little-endian, for each occurrence:
/// <code>
/// start: int64 | end: int64
/// </code>
/// </remarks>
internal static class OccurrenceList
{
    private const int OccurrenceBytes = 16;

    /// <summary>The list for occurrences in any order; the first <see cref="SearchLimits.Occurrences"/> of them.</summary>
    public static List<(long Start, long End)> From(IReadOnlyList<SearchTimeSpan> occurrences) =>
    [
        .. occurrences
            .Take(SearchLimits.Occurrences)
            .Select(span => (Start: span.Start.ToUnixTimeSeconds(), End: span.End.ToUnixTimeSeconds()))
            .Select(span => (span.Start, End: Math.Max(span.Start, span.End)))
            .OrderBy(span => span.End).ThenBy(span => span.Start)
            .DistinctBy(span => span.End),
    ];

    public static byte[] ToBytes(List<(long Start, long End)> occurrences)
    {
        var bytes = new byte[occurrences.Count * OccurrenceBytes];
        for (var i = 0; i < occurrences.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * OccurrenceBytes), occurrences[i].Start);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * OccurrenceBytes + 8), occurrences[i].End);
        }
        return bytes;
    }

    public static List<(long Start, long End)> FromBytes(ReadOnlySpan<byte> bytes)
    {
        var occurrences = new List<(long, long)>(bytes.Length / OccurrenceBytes);
        for (; bytes.Length >= OccurrenceBytes; bytes = bytes[OccurrenceBytes..])
            occurrences.Add((BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[8..])));
        return occurrences;
    }

    /// <summary>The one to show at a moment: the first that has not ended, or the last when all have.</summary>
    public static SearchTimeSpan Shown(ReadOnlySpan<byte> bytes, long now)
    {
        var occurrences = FromBytes(bytes);
        var next = occurrences.FindIndex(span => span.End >= now);
        var (start, end) = occurrences[next >= 0 ? next : ^1];
        return new(DateTimeOffset.FromUnixTimeSeconds(start), DateTimeOffset.FromUnixTimeSeconds(end));
    }
}
