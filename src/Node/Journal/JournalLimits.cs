namespace OuiShare.Federation.Node.Journal;

/// <summary>Limits of keeping journals.</summary>
internal static class JournalLimits
{
    /// <summary>How long a write waits for the journal to open: longer than a start's questions to peers take, shorter than a person waits.</summary>
    public static readonly TimeSpan OpeningWait = TimeSpan.FromSeconds(10);

    /// <summary>Epochs of one origin: one for each restore without an answer from peers, so this many are somebody's game.</summary>
    public const int EpochsOfOrigin = Protocol.Limits.EpochsOfOrigin;

    /// <summary>How long an admin is told that the node was rolled back, unless she says sooner that she has read it.</summary>
    public static readonly TimeSpan NoticeTime = TimeSpan.FromDays(30);

    /// <summary>The part of the disk that is kept for what this chapter writes itself: a tenth…</summary>
    public const long ReservePart = 10;

    /// <summary>…and no more than a gigabyte, which a chapter does not fill in a year.</summary>
    public const long ReserveBytes = 1_000_000_000;

    /// <summary>How often the disk's room is looked at.</summary>
    public static readonly TimeSpan RoomLook = TimeSpan.FromSeconds(5);

    /// <summary>When others' entries that found no room are asked for again.</summary>
    public static readonly TimeSpan RoomPause = TimeSpan.FromMinutes(5);

    /// <summary>Entries a follower reads at a time: some 256 KiB.</summary>
    public const int FollowerPage = 500;
}
