using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Tests.Peers;

/// <summary>Waits for what happens in nodes on its own.</summary>
internal static class Watching
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Half a second of the machine's time for each of the node's, at most 40: before the silence that ends a conversation.
    private const int PollsInTurn = 25;
    private const int MostTurns = 40;

    /// <summary>Waits until something holds, looking again in a moment.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            Assert.False(patience.IsCancellationRequested, $"Not within {Patience.TotalSeconds} s: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}})"/>
    public static Task UntilAsync(string what, Func<bool> holds) => UntilAsync(what, () => Task.FromResult(holds()));

    /// <summary>Waits until a node holds a journal up to a size.</summary>
    public static Task HoldsAsync(this TestNode node, JournalId journal, ulong size) =>
        UntilAsync($"{size} entries of {journal}", () => node.Get<JournalRegister>().Find(journal)?.Size >= size);

    /// <summary>The same where nodes must call each other first: for that the clock is turned.</summary>
    public static Task HoldsInTurnAsync(this TestNode node, JournalId journal, ulong size) =>
        UntilInTurnAsync(node, $"{size} entries of {journal}", () => Task.FromResult(node.Get<JournalRegister>().Find(journal)?.Size >= size));

    /// <summary>Waits until a node's admin sees a peer so; sessions report once a second of the node's clock, which is turned for it.</summary>
    public static async Task<PeerStatus> SeesAsync(this TestNode node, Origin peer, string what, Func<PeerStatus, bool> isSo)
    {
        var grain = node.Grains.GetGrain<IPeerGrain>(peer.ToString());
        PeerStatus? status = null;
        await UntilInTurnAsync(node, what, async () =>
        {
            status = await grain.Status();
            return status is not null && isSo(status);
        });
        return status!;
    }

    private static async Task UntilInTurnAsync(TestNode node, string what, Func<Task<bool>> holds)
    {
        var turns = 0;
        await UntilAsync(what, async () =>
        {
            if (await holds())
                return true;
            // Slowly, as machines are, and not too far, or everybody falls silent.
            if (turns++ % PollsInTurn == 0 && turns <= MostTurns * PollsInTurn)
                node.Time.Advance(Limits.TickInterval);
            return false;
        });
    }
}
