namespace OuiShare.Federation.Node.Integrity;

/// <summary>Limits of looking for damage and mending it.</summary>
internal static class IntegrityLimits
{
    /// <summary>Entries checked in one go: the leaves of the lowest Merkle subtrees that are kept, so each block has a hash to compare with.</summary>
    public const int Block = 1 << Protocol.Subtree.LowestKeptLevel;

    /// <summary>Damages remembered one by one; the rest is counted. A disk that damaged more needs a backup, not a list.</summary>
    public const int Remembered = 1_000;

    /// <summary>Rows of a table read in one go.</summary>
    public const int TablePage = 500;

    /// <summary>Lines of SQLite's own check that are told.</summary>
    public const int CheckLines = 20;

    /// <summary>
    /// The background check rests this many times as long as it worked: one part in a hundred of a core. 100,000 entries take some
    /// 3 s of work and so 5 minutes; ten million, nine hours.
    /// </summary>
    public const int RestFactor = 99;

    /// <summary>Longest rest after one piece of work, so that the largest journals are through within a week.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(10);

    /// <summary>After a start, the background check leaves the node alone for this long.</summary>
    public static readonly TimeSpan FirstCheckAfter = TimeSpan.FromMinutes(5);

    /// <summary>From the end of one background check to the next.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromDays(1);

    /// <summary>How often a malformed page may have everything checked at once.</summary>
    public static readonly TimeSpan UrgentInterval = TimeSpan.FromHours(1);

    /// <summary>How often the background check remembers on disk how far it is: what a restart makes it do again.</summary>
    public static readonly TimeSpan RememberInterval = TimeSpan.FromMinutes(1);

    /// <summary>Missing texts asked for in one round.</summary>
    public const int RepairPage = 500;

    /// <summary>How often what is missing is looked at when nothing calls for it sooner.</summary>
    public static readonly TimeSpan RepairInterval = TimeSpan.FromSeconds(30);

    /// <summary>Pause before peers that had it not are asked for the same again.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(10);

    /// <summary>How long one peer may take to answer before another is asked: it may have much else to send first.</summary>
    public static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(60);

    /// <summary>How often a health check commits a real row; asked more often, it answers what it found then. A probe every 10 s is 300 MB a day.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a health check writes: as much as publishing an event with long texts does.</summary>
    public const int ProbeBytes = 32 << 10;

    /// <summary>How often the free space is looked at.</summary>
    public static readonly TimeSpan SpaceInterval = TimeSpan.FromSeconds(5);

    /// <summary>Free space below which the disk is called nearly full: some weeks of a lively network, and a backup.</summary>
    public const long ReserveBytes = 200L << 20;

    /// <summary>The same as a part of the disk; the smaller of the two counts.</summary>
    public const double ReservePart = 0.05;
}
