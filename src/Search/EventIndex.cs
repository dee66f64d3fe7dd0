using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using OuiShare.Federation.Search.Storage;

namespace OuiShare.Federation.Search;

/// <summary>An index of events in one file: documents go in, queries are answered.</summary>
/// <remarks>
/// <para>A view: everything in it can be derived again from what it was derived from. So it never repairs. A file that is damaged
/// or of another version is dropped, and its cursors with it.</para>
/// <para>Safe for any number of threads. Readers wait neither for the writer nor for each other beyond the number of processors,
/// and each sees one state of the index. SQLite works on the calling thread, so the methods mostly complete before they return.
/// A file has one index at a time.</para>
/// </remarks>
public sealed class EventIndex : IAsyncDisposable
{
    private readonly string _path;
    private IndexWriter _writer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ReaderPool _readers;
    private bool _isDisposed;

    private EventIndex(string path, SqliteConnection connection, bool wasReset)
    {
        _path = path;
        WasReset = wasReset;
        _writer = new(connection);
        _readers = new(path);
    }

    /// <summary>The file was damaged, unreadable or of another version and was begun anew: there are no documents and no cursors.</summary>
    public bool WasReset { get; }

    /// <summary>Rises with each <see cref="ResetAsync"/>: the cursors that were known are none any more.</summary>
    public int Generation { get; private set; }

    /// <summary>Somebody met damage in the file; the next start, or <see cref="ResetAsync"/>, begins it anew.</summary>
    public bool IsDamaged => IndexFile.IsDamageNoted(_path);

    /// <summary>Words of removed documents still stand in the file, until <see cref="CompactAsync"/>; also after a kill of the process.</summary>
    public bool HasRemains => _writer.HasRemains;

    /// <summary>Opens the index in a file, which is made when it is missing; its folder must exist.</summary>
    /// <exception cref="SqliteException">The file cannot be reached. It is left as it is.</exception>
    public static EventIndex Open(string path)
    {
        var (connection, wasReset) = IndexFile.OpenWriter(path);
        return new(path, connection, wasReset);
    }

    /// <summary>
    /// Applies changes and moves cursors, both or neither, even through a kill of the process. A power cut may take back the last
    /// batches whole, cursors included.
    /// </summary>
    /// <param name="changes">Any number; about a thousand at a time is fastest.</param>
    /// <param name="cursors">How far each named source has been read with these changes; others stay where they are.</param>
    /// <param name="cancellationToken">Cancels the wait for other writers; a batch that has begun is finished.</param>
    /// <exception cref="SqliteException">The disk or the file failed: nothing was applied. After damage, the next
    /// <see cref="Open"/> begins anew.</exception>
    public async ValueTask ApplyAsync(
        IReadOnlyList<IndexChange> changes, IReadOnlyDictionary<string, long> cursors, CancellationToken cancellationToken) =>
        await WriteAsync(() => _writer.Apply(changes, cursors), cancellationToken);

    /// <summary>
    /// Merges the word lists and rewrites the file: what was removed leaves no trace in it, and queries are faster. Takes about a
    /// second for 100,000 documents, in which nothing is applied; worth it once after a first copy, and while <see cref="HasRemains"/>.
    /// </summary>
    public async ValueTask CompactAsync(CancellationToken cancellationToken) => await WriteAsync(_writer.Compact, cancellationToken);

    /// <summary>The cursors as they were last applied; empty for a new index.</summary>
    public async ValueTask<IReadOnlyDictionary<string, long>> ReadCursorsAsync(CancellationToken cancellationToken) =>
        await _readers.ReadAsync(reader => reader.Cursors(), cancellationToken);

    /// <summary>How many documents there are.</summary>
    public ValueTask<int> CountAsync(CancellationToken cancellationToken) => CountAsync(withoutGroups: [], cancellationToken);

    /// <summary>How many documents there are, those of some groups left out.</summary>
    public ValueTask<int> CountAsync(IReadOnlyCollection<string> withoutGroups, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => reader.Count(withoutGroups), cancellationToken);

    /// <summary>
    /// Finds one page of documents: those that have all the words, or, when there are none, those that have any of them.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled, also while the query was running.</exception>
    public ValueTask<SearchResults> FindAsync(SearchQuery query, CancellationToken cancellationToken) =>
        _readers.ReadAsync(reader => reader.Find(query), cancellationToken);

    /// <summary>
    /// Finds what a feed of this query holds: every document that has all the words and a <see cref="SearchDocument.FeedText"/>,
    /// by time. <see cref="SearchQuery.Offset"/>, <see cref="SearchQuery.Limit"/> and <see cref="SearchQuery.Order"/> have no part.
    /// </summary>
    /// <param name="query">The question.</param>
    /// <param name="limit">Most documents, 1 to <see cref="SearchLimits.Feed"/>.</param>
    /// <param name="cancellationToken">Cancels, also while the query is running.</param>
    public async ValueTask<SearchFeed> ReadFeedAsync(SearchQuery query, int limit, CancellationToken cancellationToken)
    {
        limit = Math.Clamp(limit, 1, SearchLimits.Feed);
        var documents = await _readers.ReadAsync(reader => reader.Feed(query, limit + 1), cancellationToken);
        var isComplete = documents.Count <= limit;
        if (!isComplete)
            documents.RemoveAt(limit);

        var hashes = documents.ConvertAll(document => document.Hash);
        var hash = SHA256.HashData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(hashes)));
        return new(_readers, documents, Convert.ToHexStringLower(hash.AsSpan(0, 16)), isComplete);
    }

    /// <summary>Keys of documents whose <see cref="SearchDocument.RefreshAt"/> has come, the longest due first.</summary>
    public async ValueTask<IReadOnlyList<string>> ListDueForRefreshAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        await _readers.ReadAsync(reader => reader.DueForRefresh(now, limit), cancellationToken);

    /// <summary>Lets SQLite check the file and the word lists. Null, or what is damaged.</summary>
    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        string? problem = null;
        await WriteAsync(() => problem = _writer.Check(), cancellationToken);
        return problem;
    }

    /// <summary>Begins the index anew in an empty file, once running reads and writes have finished.</summary>
    public async ValueTask ResetAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await _readers.PauseAsync(() =>
            {
                _writer.Dispose();
                _writer = new(IndexFile.BeginAnew(_path));
                Generation++;
            });
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes the file once running reads and writes have finished. Nothing is lost without it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await _writing.WaitAsync();
        await _readers.DisposeAsync();
        _writer.Dispose();
        _writing.Dispose();
    }

    private async ValueTask WriteAsync(Action write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            write();
        }
        catch (SqliteException exception) when (IndexFile.NoteDamage(_path, exception))
        {
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }
}
