using Microsoft.Extensions.Options;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Journal;

/// <summary>
/// How much of others' journals this node takes: so many bytes a day of each chapter and from each peer, and nothing while the disk has only
/// its reserve left, which is for what this chapter writes itself. What is refused is not lost: it is asked for again on the next day, or when
/// there is room. Counts are of this process: only this node's admin can start it anew. Thread-safe.
/// </summary>
internal sealed class JournalIntake(IOptions<NodeOptions> options, NodeKey key, TimeProvider time, Func<DiskSpace> measure) : IProblemSource
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Origin, long> _ofChapter = [];
    private readonly Dictionary<Origin, long> _fromPeer = [];
    private readonly Dictionary<Origin, DateTimeOffset> _refused = [];
    private DateTimeOffset _day;
    private DateTimeOffset _measuredAt;
    private DateTimeOffset? _fullSince;

    /// <summary>When what was refused may be asked for again: the next day by UTC, or when the disk is looked at again.</summary>
    public DateTimeOffset AgainAt(IntakeRefusal refusal) => refusal.Reason == IntakeReason.NoRoom
        ? time.GetUtcNow() + JournalLimits.RoomPause
        : new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(1);

    /// <summary>Counts a range of a chapter's journal that a peer brought, or says why it is not taken; null: it is.</summary>
    public IntakeRefusal? Take(VerifiedRange range, Origin peer)
    {
        var chapter = range.Journal.Origin;
        // What was lost here and comes back, is our own.
        if (chapter == key.Origin)
            return null;
        var bytes = BytesOf(range);
        lock (_lock)
        {
            BeginDay();
            if (IsFull())
                return new IntakeRefusal(IntakeReason.NoRoom, "This node's disk is nearly full; what is left is for its own chapter.");
            if (_ofChapter.GetValueOrDefault(chapter) + bytes > Megabytes(options.Value.DailyMegabytesOfChapter))
            {
                _refused.TryAdd(chapter, time.GetUtcNow());
                return new IntakeRefusal(IntakeReason.OfChapter, $"{chapter.Short[..8]} published more than the {options.Value.DailyMegabytesOfChapter} MB a day that this node takes of a chapter; the rest is taken tomorrow.");
            }

            if (_fromPeer.GetValueOrDefault(peer) + bytes > Megabytes(options.Value.DailyMegabytesFromPeer))
                return new IntakeRefusal(IntakeReason.FromPeer, $"{peer.Short[..8]} sent more than the {options.Value.DailyMegabytesFromPeer} MB a day that this node takes from a peer; the rest is taken tomorrow.");

            _ofChapter[chapter] = _ofChapter.GetValueOrDefault(chapter) + bytes;
            _fromPeer[peer] = _fromPeer.GetValueOrDefault(peer) + bytes;
            return null;
        }
    }

    /// <summary>A range that was counted is not stored after all.</summary>
    public void GiveBack(VerifiedRange range, Origin peer)
    {
        lock (_lock)
        {
            foreach (var (counts, origin) in ((Dictionary<Origin, long>, Origin)[])[(_ofChapter, range.Journal.Origin), (_fromPeer, peer)])
                counts[origin] = Math.Max(0, counts.GetValueOrDefault(origin) - BytesOf(range));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodeProblem> FindProblems()
    {
        lock (_lock)
        {
            BeginDay();
            List<NodeProblem> problems = [];
            if (_fullSince is { } since)
            {
                problems.Add(new NodeProblem(
                    NodeProblemReason.NoRoomForOthers,
                    "The disk is nearly full: nothing of other chapters is taken any more, so that this one can go on. Make room, and it goes on by itself.", [], since));
            }

            foreach (var (chapter, at) in _refused)
            {
                problems.Add(new NodeProblem(
                    NodeProblemReason.ChapterOverQuota,
                    $"The chapter {chapter.Short[..8]} published more today than this node takes ({options.Value.DailyMegabytesOfChapter} MB). The rest is taken tomorrow. If it is a flood, block the chapter; if not, raise Node:DailyMegabytesOfChapter.",
                    [chapter.Short[..8], options.Value.DailyMegabytesOfChapter.ToString(System.Globalization.CultureInfo.CurrentCulture)],
                    at));
            }

            return problems;
        }
    }

    private static long BytesOf(VerifiedRange range) =>
        range.Entries.Sum(entry => (long)entry.Bytes.Length + (entry.Body is { } body ? body.Salt.Length + body.Record.Length : 0));

    private static long Megabytes(int count) => count * 1_000_000L;

    private void BeginDay()
    {
        var day = new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        if (day == _day)
            return;
        _day = day;
        _ofChapter.Clear();
        _fromPeer.Clear();
        _refused.Clear();
    }

    private bool IsFull()
    {
        var now = time.GetUtcNow();
        if ((now - _measuredAt).Duration() < JournalLimits.RoomLook)
            return _fullSince is not null;
        _measuredAt = now;
        var space = measure();
        var reserve = Math.Min(space.TotalBytes / JournalLimits.ReservePart, JournalLimits.ReserveBytes);
        _fullSince = space.FreeBytes < reserve ? _fullSince ?? now : null;
        return _fullSince is not null;
    }
}

/// <summary>How much room a disk has.</summary>
internal readonly record struct DiskSpace(long FreeBytes, long TotalBytes)
{
    /// <summary>The disk that a folder lies on.</summary>
    public static DiskSpace Of(string folder)
    {
        var disk = new DriveInfo(folder);
        return new DiskSpace(disk.AvailableFreeSpace, disk.TotalSize);
    }
}

/// <summary>Why something of others is not taken now.</summary>
/// <param name="Reason">For the program.</param>
/// <param name="Sentence">For both admins.</param>
internal sealed record IntakeRefusal(IntakeReason Reason, string Sentence);

/// <summary>What sort of thing is too much.</summary>
internal enum IntakeReason
{
    /// <summary>Of one chapter in a day.</summary>
    OfChapter,

    /// <summary>From one peer in a day.</summary>
    FromPeer,

    /// <summary>For the disk.</summary>
    NoRoom,
}
