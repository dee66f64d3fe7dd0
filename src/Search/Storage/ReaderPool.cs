using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace OuiShare.Federation.Search.Storage;

/// <summary>Readers for many threads: at most one for each query that can really run at once, opened when first needed.</summary>
internal sealed class ReaderPool(string path) : IAsyncDisposable
{
    // SQLite works on the calling thread, so more readers than processors would only take memory.
    private static readonly int Size = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly ConcurrentBag<IndexReader> _idle = [];
    private readonly SemaphoreSlim _free = new(Size, Size);

    /// <summary>Waits for a reader and reads with it from one state of the index.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<IndexReader, T> read, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            var reader = _idle.TryTake(out var rested) ? rested : new(IndexFile.OpenReader(path));
            try
            {
                return reader.Read(read, cancellationToken);
            }
            catch (SqliteException exception) when (IndexFile.NoteDamage(path, exception))
            {
                throw;
            }
            finally
            {
                _idle.Add(reader);
            }
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Does something to the file while nobody reads it: what is read after that is read by new readers.</summary>
    public async ValueTask PauseAsync(Action change)
    {
        await CloseAsync();
        try
        {
            change();
        }
        finally
        {
            _free.Release(Size);
        }
    }

    /// <summary>Closes all readers after they have finished.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _free.Dispose();
    }

    private async ValueTask CloseAsync()
    {
        for (var i = 0; i < Size; i++)
            await _free.WaitAsync();
        while (_idle.TryTake(out var reader))
            reader.Dispose();
    }
}
