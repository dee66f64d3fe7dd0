using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Peers;

/// <summary>Answers what a peer wants: reads a journal run by run, each when the peer has taken one of those before.</summary>
internal sealed partial class PeerAnswer(PeerSessionParts parts, PeerOutbox outbox)
{
    /// <summary>Queues what the peer wants, and returns the position after the last entry queued.</summary>
    public async Task<ulong> SendAsync(Effect.Read read, CancellationToken cancellationToken)
    {
        var (next, sent) = (read.From, 0L);
        while (true)
        {
            await outbox.EntriesSlotAsync(cancellationToken);
            if (Run(read.Journal, next, (int)Math.Min(Limits.BatchBytes, read.MaxBytes - sent)) is not { } run)
            {
                // Nothing is held from here on any more: say so, or the peer waits for it.
                var origin = ByteString.CopyFrom(read.Journal.Origin.Bytes);
                outbox.PostEntries(new SyncMessage { Entries = new Entries { Origin = origin, Epoch = read.Journal.Epoch, From = next, Last = true } });
                return next;
            }

            sent += run.Entries_.Sum(entry => entry.Entry.Length + (entry.Body is { } body ? body.Salt.Length + body.Record.Length : 0));
            next += (ulong)run.Entries_.Count;
            run.Last |= sent >= read.MaxBytes;
            outbox.PostEntries(new SyncMessage { Entries = run });
            if (run.Last)
                return next;
        }
    }

    // A journal that the disk damaged must not end the exchange of all others.
    private Entries? Run(JournalId journal, ulong from, int maxBytes)
    {
        try
        {
            return parts.Reader.ReadRun(journal, from, maxBytes);
        }
        catch (Exception e) when (e is InvalidDataException or SqliteException)
        {
            LogUnreadable(parts.Logger, journal.Origin.Short, e.Message);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Journal {Journal} cannot be read for a peer ({Reason}): run ouishare verify, and restore a backup.")]
    private static partial void LogUnreadable(ILogger logger, string journal, string reason);
}
