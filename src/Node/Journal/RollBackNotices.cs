using System.Globalization;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Journal;

/// <summary>
/// Tells the admin that this node ran on older data than its peers held, and what became of it: until she says that she has read it, or for
/// <see cref="JournalLimits.NoticeTime"/>. Kept in the database, so that a restart does not hide it. Thread-safe.
/// </summary>
public sealed partial class RollBackNotices : IProblemSource
{
    private readonly NodeDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger<RollBackNotices> _logger;
    private volatile Notice? _notice;

    internal RollBackNotices(NodeDatabase database, TimeProvider time, ILogger<RollBackNotices> logger)
    {
        (_database, _time, _logger) = (database, time, logger);
        _notice = Parse(database.Read(session => NodeSettings.Read(session, NodeSettings.RolledBack)));
    }

    /// <summary>The admin has read it.</summary>
    public async Task AcknowledgeAsync(CancellationToken cancellationToken = default)
    {
        await _database.WriteAsync(session => NodeSettings.Remove(session, NodeSettings.RolledBack), cancellationToken);
        _notice = null;
    }

    IReadOnlyList<NodeProblem> IProblemSource.FindProblems() => _notice is { } notice && _time.GetUtcNow() - notice.At < JournalLimits.NoticeTime
        ? [new NodeProblem(NodeProblemReason.RolledBack, notice.Sentence, [notice.Count(notice.TakenBack), notice.Count(notice.WrittenAgain)], notice.At)]
        : [];

    /// <summary>Adds what came of one more comparison; what was not read yet is counted together.</summary>
    internal async Task AddAsync(OwnSettlement settlement)
    {
        var before = _notice;
        var notice = new Notice(_time.GetUtcNow(), settlement.TakenBack + (before?.TakenBack ?? 0), (ulong)settlement.WrittenAgain + (before?.WrittenAgain ?? 0));
        await _database.WriteAsync(session => NodeSettings.Write(session, NodeSettings.RolledBack, notice.ToString()));
        _notice = notice;
        LogRolledBack(settlement.TakenBack, settlement.WrittenAgain);
    }

    private static Notice? Parse(string? text) => text?.Split(' ') is [var at, var takenBack, var writtenAgain]
        ? new Notice(
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)),
            ulong.Parse(takenBack, CultureInfo.InvariantCulture), ulong.Parse(writtenAgain, CultureInfo.InvariantCulture))
        : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node ran on older data than its peers hold: {TakenBack} of its own entries were taken back from a peer, and {WrittenAgain} of the version that was given up were written again. Nothing of either is lost.")]
    private partial void LogRolledBack(ulong takenBack, int writtenAgain);

    private sealed record Notice(DateTimeOffset At, ulong TakenBack, ulong WrittenAgain)
    {
        public string Sentence => string.Create(
            CultureInfo.InvariantCulture,
            $"On {At:yyyy-MM-dd} at {At:HH:mm} UTC this node found that it ran on older data than its peers held, as after a snapshot or a backup was put in place or its disk "
            + $"lost a write. {TakenBack} of its entries were taken back from a peer; {WrittenAgain} that it had written meanwhile were written again. No event is lost. Members' "
            + $"answers, drafts and accounts are no peer's to give back: look whether any lacks. If nobody put older data in place, check the disk. (Page Network: say that you have read this.)");

        public string Count(ulong number) => number.ToString(CultureInfo.InvariantCulture);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.ToUnixTimeMilliseconds()} {TakenBack} {WrittenAgain}");
    }
}
