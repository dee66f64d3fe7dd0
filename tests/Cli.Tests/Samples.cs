using Google.Protobuf.WellKnownTypes;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests;

/// <summary>Messages of an imagined network.</summary>
internal static class Samples
{
    public const string RomeKey = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    /// <summary>
    /// The time at which every test begins. An hour ahead of the real one: deadlines counted from here reach a real server, and none
    /// must pass however long the tests take.
    /// </summary>
    public static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow().AddHours(1);

    public static GetStatusResponse Status(TimeSpan? startedAgo = null) => new()
    {
        ChapterName = "OuiShare Paris",
        Origin = new string('a', 64),
        Addresses = { "https://paris.example.org" },
        Version = "0.1.0",
        StartedAt = At(-(startedAgo ?? TimeSpan.FromHours(3))),
        IsSetUp = true,
        IsJournalOpen = true,
        OwnEntries = 1_204,
        AllEntries = 9_412,
        Journals = 15,
        Events = 2_313,
        UpcomingEvents = 412,
        Peers = 4,
        ConnectedPeers = 3,
        DataBytes = 12_400_000,
        FrontierDigest = new string('f', 64),
    };

    public static Peer Rome(PeerState state, ulong behind = 0, ulong received = 0) => new()
    {
        Origin = RomeKey,
        ChapterName = "OuiShare Rome",
        Address = "https://rome.example.org",
        State = state,
        BehindEntries = behind,
        ReceivedEntries = received,
    };

    public static Timestamp At(TimeSpan fromNow) => Timestamp.FromDateTimeOffset(Now + fromNow);
}
