using System.Runtime.CompilerServices;
using OuiShare.Federation.Search.Storage;

namespace OuiShare.Federation.Search;

/// <summary>The feed texts of all documents that match a query, in the order of time, to be streamed.</summary>
public sealed class SearchFeed
{
    // Small enough that a reader is free again in under a millisecond, whatever the pace of whom the feed is sent to, and that texts of a
    // megabyte, the largest there are, do not fill the memory.
    private const int TextsAtOnce = 64;

    private readonly ReaderPool _readers;
    private readonly List<(long Id, long Hash)> _documents;

    internal SearchFeed(ReaderPool readers, List<(long Id, long Hash)> documents, string fingerprint, bool isComplete) =>
        (_readers, _documents, Fingerprint, IsComplete) = (readers, documents, fingerprint, isComplete);

    /// <summary>
    /// 32 hexadecimal digits that are the same as long as the same documents with the same feed texts answer the query, on every
    /// copy of the index: an ETag that costs no reading of texts.
    /// </summary>
    public string Fingerprint { get; }

    /// <summary>How many documents were found.</summary>
    public int Count => _documents.Count;

    /// <summary>False when more than the limit match.</summary>
    public bool IsComplete { get; }

    /// <summary>The texts. One that changed since the feed was found is the new one; one that was removed is left out.</summary>
    public async IAsyncEnumerable<string> ReadTextsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var chunk in _documents.Chunk(TextsAtOnce))
        {
            var texts = await _readers.ReadAsync(
                reader => Array.ConvertAll(chunk, document => reader.FeedText(document.Id)), cancellationToken);
            foreach (var text in texts)
            {
                if (text is not null)
                    yield return text;
            }
        }
    }
}
