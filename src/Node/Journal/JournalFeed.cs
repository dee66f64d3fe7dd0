using System.Diagnostics;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Journal;

/// <summary>
/// Tells followers and peers' conversations in this process which journals grew. A hint: what counts is the journal itself, so
/// a subscriber that is slow sees one change where there were many, and none is lost. Thread-safe.
/// </summary>
internal sealed class JournalFeed
{
    private readonly Lock _lock = new();
    private readonly HashSet<Subscription> _subscriptions = [];

    public Subscription Subscribe()
    {
        var subscription = new Subscription(this);
        lock (_lock)
            _subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>Says that <paramref name="journal"/> grew, because of <paramref name="cause"/>.</summary>
    public void Publish(JournalId journal, ActivityContext cause)
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions)
                subscription.Add(journal, cause);
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_lock)
            _subscriptions.Remove(subscription);
    }

    /// <summary>What grew since one subscriber last asked. One reader.</summary>
    internal sealed class Subscription(JournalFeed feed) : IDisposable
    {
        private readonly Lock _lock = new();
        private Dictionary<JournalId, ActivityContext> _grown = [];
        private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Waits until something grew, and returns what did with the newest cause of each.</summary>
        public async Task<IReadOnlyDictionary<JournalId, ActivityContext>> NextAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (_grown.Count > 0)
                    {
                        var grown = _grown;
                        _grown = [];
                        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                        return grown;
                    }

                    changed = _changed.Task;
                }

                await changed.WaitAsync(cancellationToken);
            }
        }

        public void Dispose() => feed.Remove(this);

        internal void Add(JournalId journal, ActivityContext cause)
        {
            lock (_lock)
            {
                _grown[journal] = cause;
                _changed.TrySetResult();
            }
        }
    }
}
