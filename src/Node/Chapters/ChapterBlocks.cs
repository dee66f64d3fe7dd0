using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Chapters;

/// <summary>
/// Blocks chapters, peers or known only through others, and ends it. Of a blocked chapter nothing is shown, nothing is told, and nothing is
/// taken from anybody, until the block ends: removing the peer or a restart changes nothing about it. What was held stays on disk, unseen, so
/// that the end of a block brings it back at once. Thread-safe.
/// </summary>
public sealed class ChapterBlocks
{
    /// <summary>Digits of a key that name a chapter when nobody else's key begins with them.</summary>
    private const int KeyDigits = 8;

    private readonly NodeDatabase _database;
    private readonly JournalRegister _register;
    private readonly ChapterDirectory _chapters;
    private readonly PeerSessions _sessions;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;

    internal ChapterBlocks(NodeDatabase database, JournalRegister register, ChapterDirectory chapters, PeerSessions sessions, IGrainFactory grains, TimeProvider time) =>
        (_database, _register, _chapters, _sessions, _grains, _time) = (database, register, chapters, sessions, grains, time);

    /// <summary>Every blocked chapter, the last one first.</summary>
    public IReadOnlyList<BlockedChapter> List() => _database.Read(BlockedChapterTable.List);

    /// <summary>Whether a chapter is blocked.</summary>
    public bool IsBlocked(Origin origin) => _register.IsBlocked(origin);

    /// <summary>
    /// The chapter whose key begins with <paramref name="text"/> (8 digits or more) or whose name it is, blocked ones among them; null when
    /// there is none, or more than one. A whole key names a chapter that nobody here has heard of yet.
    /// </summary>
    public Origin? Find(string text)
    {
        if (Origin.TryParse(text.ToLowerInvariant(), out var whole))
            return whole;
        var known = _register.All.Select(journal => journal.Journal.Origin)
            .Concat(_database.Read(PeerTable.List).Select(peer => peer.Origin))
            .Concat(_register.Blocked)
            .Distinct();
        var matches = known.Where(origin =>
                (text.Length >= KeyDigits && origin.ToString().StartsWith(text, StringComparison.OrdinalIgnoreCase))
                || string.Equals(NameOf(origin), text, StringComparison.CurrentCultureIgnoreCase))
            .ToList();
        return matches is [var match] ? match : null;
    }

    /// <summary>A chapter's name as far as anything here tells it; the beginning of its key otherwise.</summary>
    public string NameOf(Origin origin)
    {
        if (_chapters.Find(origin)?.Name is { Length: > 0 } name)
            return name;
        var told = _database.Read(session => PeerTable.Find(session, origin)?.Name
            ?? BlockedChapterTable.List(session).Find(chapter => chapter.Origin == origin)?.Name);
        return string.IsNullOrEmpty(told) ? origin.Short[..KeyDigits] : told;
    }

    /// <summary>Blocks a chapter; on disk, and hidden, when the task completes. Idempotent.</summary>
    public async Task<BlockResult> BlockAsync(Origin origin, CancellationToken cancellationToken = default)
    {
        if (origin == _chapters.Own)
            return BlockResult.IsOwn;
        if (_register.Blocked.Count >= BlockedChapterTable.Most && !_register.IsBlocked(origin))
            return BlockResult.TooMany;

        var chapter = new BlockedChapter(origin, NameOf(origin), _time.GetUtcNow());
        // Before it is on disk: what waits for the writer now is refused already.
        _register.Block([.. _register.Blocked, origin]);
        await DecideAsync(session => BlockedChapterTable.Add(session, chapter), cancellationToken);
        await _grains.GetGrain<IPeerGrain>(origin.ToString()).Block(cancellationToken);
        _sessions.MeetAgain();
        return BlockResult.Done;
    }

    /// <summary>Ends a block; what was held is shown again at once, and peers are asked for what came since. Idempotent.</summary>
    public async Task UnblockAsync(Origin origin, CancellationToken cancellationToken = default)
    {
        await DecideAsync(session => BlockedChapterTable.Remove(session, origin), cancellationToken);
        await _grains.GetGrain<IPeerGrain>(origin.ToString()).Unblock(cancellationToken);
        _sessions.MeetAgain();
    }

    private async Task DecideAsync(Action<DatabaseSession> decide, CancellationToken cancellationToken)
    {
        try
        {
            await _database.WriteAsync(decide, cancellationToken);
        }
        finally
        {
            // The database decides, also when it could not be written.
            _register.Block(List().Select(chapter => chapter.Origin));
        }
    }
}

/// <summary>What came of blocking a chapter.</summary>
public enum BlockResult
{
    /// <summary>It is blocked.</summary>
    Done,

    /// <summary>It is this node's own chapter, which cannot be blocked.</summary>
    IsOwn,

    /// <summary>As many chapters are blocked as can be.</summary>
    TooMany,
}
