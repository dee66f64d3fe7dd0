using System.Collections.Concurrent;

namespace OuiShare.Federation.Node.Storage;

/// <summary>Read-only connections with their prepared statements, lent one at a time. Thread-safe.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    private readonly ConcurrentBag<DatabaseSession> _idle = [];
    private bool _disposed;

    public DatabaseSession Take() =>
        _idle.TryTake(out var session) ? session : NodeDatabase.OpenReader(path);

    public void Return(DatabaseSession session)
    {
        if (_disposed || _idle.Count >= StorageLimits.IdleReaders)
            session.Dispose();
        else
            _idle.Add(session);
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var session))
            session.Dispose();
    }
}
