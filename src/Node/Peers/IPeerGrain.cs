namespace OuiShare.Federation.Node.Peers;

/// <summary>
/// One peer: calls it, decides whether it is answered, and knows how it is. Its key is the peer's public key, 64 hexadecimal digits.
/// One for each peer in a node, however many silos.
/// </summary>
[Alias("peer")]
internal interface IPeerGrain : IGrainWithStringKey
{
    /// <summary>Begins to keep up with the peer. Idempotent.</summary>
    [Alias("start")]
    Task Start(CancellationToken cancellationToken = default);

    /// <summary>Calls now instead of waiting.</summary>
    [Alias("call-now")]
    Task CallNow(CancellationToken cancellationToken = default);

    /// <summary>Hangs up and neither calls nor answers until resumed.</summary>
    [Alias("pause")]
    Task Pause(CancellationToken cancellationToken = default);

    /// <summary>Ends a pause or a block.</summary>
    [Alias("resume")]
    Task Resume(CancellationToken cancellationToken = default);

    /// <summary>Hangs up and refuses the peer; what is held stays.</summary>
    [Alias("block")]
    Task Block(CancellationToken cancellationToken = default);

    /// <summary>Ends a block, if the peer is one and blocked.</summary>
    [Alias("unblock")]
    Task Unblock(CancellationToken cancellationToken = default);

    /// <summary>Sets the address that is called before all others, and calls it; empty: none is set any more.</summary>
    [Alias("set-address")]
    Task SetAddress(string address, CancellationToken cancellationToken = default);

    /// <summary>Forgets the peer; what is held stays.</summary>
    [Alias("remove")]
    Task Remove(CancellationToken cancellationToken = default);

    /// <summary>How the peer is; null: it is none.</summary>
    [Alias("status")]
    Task<PeerStatus?> Status(CancellationToken cancellationToken = default);

    /// <summary>A session with the peer tells how it stands.</summary>
    [Alias("report")]
    Task Report(PeerReport report);

    /// <summary>A session, or an attempt at one, ended.</summary>
    [Alias("ended")]
    Task Ended(PeerEnd end);
}

/// <summary>How a session stands; sent once a second while it lasts.</summary>
[GenerateSerializer, Immutable, Alias("peer-report")]
internal sealed record PeerReport(
    [property: Id(0)] string SessionId,
    [property: Id(1)] bool IsOpen,
    [property: Id(2)] ulong BehindEntries,
    [property: Id(3)] DateTimeOffset? LackingSince,
    [property: Id(4)] ulong AheadEntries,
    [property: Id(5)] bool IsEqual,
    [property: Id(6)] TimeSpan ClockSkew,
    [property: Id(7)] DateTimeOffset? LastHeard,
    [property: Id(8)] ulong Received,
    [property: Id(9)] ulong Rejected,
    [property: Id(10)] PeerError? Problem,
    [property: Id(11)] string ChapterName,
    [property: Id(12)] string Software,
    [property: Id(13)] string Address,
    [property: Id(14)] string? CalledAt = null);

/// <summary>Why a session ended.</summary>
/// <param name="SessionId">Which.</param>
/// <param name="Reason">What it means for the next call.</param>
/// <param name="Error">What the admin reads.</param>
/// <param name="CalledAt">The address this node called; null: the peer called.</param>
[GenerateSerializer, Immutable, Alias("peer-end")]
internal sealed record PeerEnd(
    [property: Id(0)] string SessionId, [property: Id(1)] PeerEndReason Reason, [property: Id(2)] PeerError Error, [property: Id(3)] string? CalledAt = null);

/// <summary>What the end of a session means for the next call.</summary>
internal enum PeerEndReason
{
    /// <summary>Nothing is wrong: another session serves, or this node stops.</summary>
    Superseded,

    /// <summary>The peer stops or restarts.</summary>
    PeerStopping,

    /// <summary>It could not be reached, or fell silent.</summary>
    Unreachable,

    /// <summary>It refuses us; a person must act.</summary>
    Refused,

    /// <summary>It, or we, broke the protocol.</summary>
    Violation,

    /// <summary>More came than one of the two takes in a day.</summary>
    OverQuota,

    /// <summary>Another node answers at its address, or the address is none; a person must act.</summary>
    WrongNode,
}
