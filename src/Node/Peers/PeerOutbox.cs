using System.Threading.Channels;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// What waits to be sent to a peer: small messages first, then entries. Entries wait for a slot before they are read from the journal, so a
/// slow peer holds back its own reads and nothing else.
/// </summary>
internal sealed class PeerOutbox
{
    private readonly Channel<SyncMessage> _small = Channel.CreateBounded<SyncMessage>(PeerLimits.WaitingMessages);
    private readonly Channel<SyncMessage> _entries = Channel.CreateUnbounded<SyncMessage>();
    private readonly SemaphoreSlim _slots = new(PeerLimits.WaitingEntries);
    private readonly SemaphoreSlim _waiting = new(0);

    /// <summary>Queues a small message; false when too many wait.</summary>
    public bool TryPost(SyncMessage message)
    {
        if (!_small.Writer.TryWrite(message))
            return _small.Reader.Completion.IsCompleted;
        _waiting.Release();
        return true;
    }

    /// <summary>Waits until one more message with entries may be queued.</summary>
    public Task EntriesSlotAsync(CancellationToken cancellationToken) => _slots.WaitAsync(cancellationToken);

    /// <summary>Queues entries in the slot waited for.</summary>
    public void PostEntries(SyncMessage message)
    {
        if (_entries.Writer.TryWrite(message))
            _waiting.Release();
    }

    /// <summary>Nothing more is queued; what waits is still sent.</summary>
    public void Complete()
    {
        if (_small.Writer.TryComplete() && _entries.Writer.TryComplete())
            _waiting.Release();
    }

    /// <summary>Sends what is queued until <see cref="Complete"/>.</summary>
    public async Task DrainAsync(Func<SyncMessage, CancellationToken, Task> sendAsync, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _waiting.WaitAsync(cancellationToken);
            if (_small.Reader.TryRead(out var message))
            {
                await sendAsync(message, cancellationToken);
            }
            else if (_entries.Reader.TryRead(out message))
            {
                await sendAsync(message, cancellationToken);
                _slots.Release();
            }
            else
            {
                return;
            }
        }
    }
}
