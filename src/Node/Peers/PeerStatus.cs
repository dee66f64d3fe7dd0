namespace OuiShare.Federation.Node.Peers;

/// <summary>How a peer is, for its admin.</summary>
/// <param name="Origin">Its key, 64 hexadecimal digits.</param>
/// <param name="ChapterName">Its chapter's name as it told.</param>
/// <param name="Address">Where it is called; empty: only it calls.</param>
/// <param name="Activity">What it is doing.</param>
/// <param name="Since">Since when, however many calls failed since; for a peer that is not well, since it last was.</param>
/// <param name="LastContact">When it was last heard; null: never.</param>
/// <param name="BehindEntries">Entries it holds and we lack, as far as it said.</param>
/// <param name="LackingSince">Since when we lack any; null: we lack none.</param>
/// <param name="AheadEntries">Entries we hold and it lacks, as far as it said.</param>
/// <param name="IsEqual">Both hold the same.</param>
/// <param name="Received">Entries stored from it since this process started.</param>
/// <param name="Rejected">Entries refused since this process started.</param>
/// <param name="LastError">The last thing that went wrong; null: nothing.</param>
/// <param name="LastErrorAt">When.</param>
/// <param name="Advice">What the admin can do; null: nothing needs doing.</param>
/// <param name="NextCallAt">When it is called next; null: not waiting.</param>
/// <param name="Software">Program and version it told.</param>
/// <param name="ClockSkew">Its clock minus ours.</param>
/// <param name="Actor">Who is to follow the advice.</param>
/// <param name="Addresses">The addresses known of it, set, told or found; null: none.</param>
[GenerateSerializer, Immutable, Alias("peer-status")]
public sealed record PeerStatus(
    [property: Id(0)] string Origin,
    [property: Id(1)] string ChapterName,
    [property: Id(2)] string Address,
    [property: Id(3)] PeerActivity Activity,
    [property: Id(4)] DateTimeOffset Since,
    [property: Id(5)] DateTimeOffset? LastContact,
    [property: Id(6)] ulong BehindEntries,
    [property: Id(7)] DateTimeOffset? LackingSince,
    [property: Id(8)] ulong AheadEntries,
    [property: Id(9)] bool IsEqual,
    [property: Id(10)] ulong Received,
    [property: Id(11)] ulong Rejected,
    [property: Id(12)] PeerError? LastError,
    [property: Id(13)] DateTimeOffset? LastErrorAt,
    [property: Id(14)] PeerAdvice Advice,
    [property: Id(15)] DateTimeOffset? NextCallAt,
    [property: Id(16)] string Software,
    [property: Id(17)] TimeSpan ClockSkew,
    [property: Id(18)] PeerActor Actor = PeerActor.Nobody,
    [property: Id(19)] IReadOnlyList<KnownAddress>? Addresses = null)
{
    /// <summary>A session with it is open.</summary>
    public bool IsConnected => Activity is PeerActivity.Syncing or PeerActivity.UpToDate;
}

/// <summary>Who is to do something about a peer that is not well.</summary>
public enum PeerActor
{
    /// <summary>Nobody, or nobody yet: it heals by itself.</summary>
    Nobody,

    /// <summary>This node's admin.</summary>
    Us,

    /// <summary>The other chapter's admin, who may not know of it: to be told.</summary>
    Them,
}

/// <summary>What a peer is doing.</summary>
public enum PeerActivity
{
    /// <summary>Connected, and entries are on their way.</summary>
    Syncing,

    /// <summary>Connected, nothing lacks.</summary>
    UpToDate,

    /// <summary>Being called.</summary>
    Connecting,

    /// <summary>Not connected; it will be called again.</summary>
    Unreachable,

    /// <summary>Paused by the admin.</summary>
    Paused,

    /// <summary>Blocked by the admin.</summary>
    Blocked,

    /// <summary>It refuses us; a person must act.</summary>
    Refused,

    /// <summary>We have no address: it must call us.</summary>
    Waiting,
}

/// <summary>What an admin can do about a peer; pages and the operator's tool have the words.</summary>
public enum PeerAdvice
{
    /// <summary>Nothing needs doing.</summary>
    None,

    /// <summary>It will be called again by itself; if it lasts, ask the other chapter's admin whether the node runs.</summary>
    WaitOrAsk,

    /// <summary>Ask its admin for a new invitation and accept it here.</summary>
    NewInvitation,

    /// <summary>Its admin paused or blocked us: ask why.</summary>
    AskPeer,

    /// <summary>A journal it carries cannot be verified: look at the journals and tell its chapter.</summary>
    LookAtJournals,

    /// <summary>Resume it here when you want it again.</summary>
    Resume,

    /// <summary>Its clock and ours differ by more than a minute: set the wrong one.</summary>
    SetClock,

    /// <summary>It is not at its address: ask its chapter for the new one, and set it.</summary>
    NewAddress,

    /// <summary>What stands before its node is set up wrongly: send its admin the sentence.</summary>
    FixServer,

    /// <summary>One of the two programs breaks the rules of the exchange: update both.</summary>
    Update,

    /// <summary>Two nodes run with one key: stop the copy.</summary>
    StopCopy,

    /// <summary>This machine reaches no network.</summary>
    CheckNetwork,

    /// <summary>More came than this node, or that one, takes in a day: look who publishes so much.</summary>
    LookAtLimits,
}
