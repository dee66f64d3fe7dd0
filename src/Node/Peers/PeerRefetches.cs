using System.Collections.Concurrent;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>What was asked of one peer again, and who waits for it. Thread-safe.</summary>
internal sealed class PeerRefetches
{
    private readonly ConcurrentDictionary<FetchAgain, TaskCompletionSource<IReadOnlyList<VerifiedEntry>?>> _waiting = new(ReferenceEqualityComparer.Instance);
    private volatile bool _isOver;

    /// <summary>Completes with what the peer sends; null: it has it not, or the session ended.</summary>
    public Task<IReadOnlyList<VerifiedEntry>?> WaitAsync(FetchAgain request)
    {
        var answer = _waiting.GetOrAdd(request, _ => new TaskCompletionSource<IReadOnlyList<VerifiedEntry>?>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_isOver)
            End();
        return answer.Task;
    }

    /// <summary>The answer came.</summary>
    public void Done(Effect.FetchedAgain answer)
    {
        if (_waiting.TryRemove(answer.Request, out var waiting))
            waiting.TrySetResult(answer.Entries);
    }

    /// <summary>The session is over; nothing more comes.</summary>
    public void End()
    {
        _isOver = true;
        foreach (var request in _waiting.Keys)
            Done(new Effect.FetchedAgain(request, null));
    }
}
