using System.Diagnostics;
using System.Runtime.CompilerServices;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Peers;

/// <summary>Which journals grew, of those that peers are told of.</summary>
internal static class GrownJournals
{
    /// <summary>How far each now reaches, and the trace of what made it grow; until cancelled.</summary>
    public static async IAsyncEnumerable<(JournalHead Head, string? Traceparent)> ReadAsync(
        JournalFeed.Subscription subscription, JournalRegister register, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var (journal, cause) in await subscription.NextAsync(cancellationToken))
            {
                if (register.Find(journal) is { Head: { } head, Quarantine: null } && !register.IsBlocked(journal.Origin))
                    yield return (head, Traceparent(cause));
            }
        }
    }

    private static string? Traceparent(ActivityContext cause) =>
        cause == default ? null : $"00-{cause.TraceId}-{cause.SpanId}-{(cause.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00")}";
}
