namespace OuiShare.Federation.Node.Peers;

/// <summary>What went wrong with a peer.</summary>
/// <param name="Reason">What sort of thing, for translations.</param>
/// <param name="Detail">What exactly, in English, with its figures; the peer's own words when it hung up.</param>
/// <param name="IsSaidByPeer">The detail is what the peer said.</param>
[GenerateSerializer, Immutable, Alias("peer-error")]
public sealed record PeerError(
    [property: Id(0)] PeerErrorReason Reason,
    [property: Id(1)] string Detail,
    [property: Id(2)] bool IsSaidByPeer = false)
{
    /// <summary>The whole in an English sentence.</summary>
    public string Sentence => IsSaidByPeer ? $"The peer hung up: {Detail}" : Detail;
}

/// <summary>
/// What sort of thing went wrong with a peer. Pages have words for each. The names are stored and never change their meaning.
/// </summary>
public enum PeerErrorReason
{
    /// <summary>One this program does not know, kept by a newer one; the detail alone says it.</summary>
    Unknown,

    /// <summary>Nothing answers at its address.</summary>
    Unanswered,

    /// <summary>The address we have is none.</summary>
    BadAddress,

    /// <summary>Another node answers at its address, or it called another node at ours.</summary>
    OtherNode,

    /// <summary>The connection broke.</summary>
    ConnectionBroke,

    /// <summary>It said nothing for too long.</summary>
    Silent,

    /// <summary>It heard nothing from us for too long.</summary>
    HeardNothing,

    /// <summary>It does not read what it is sent.</summary>
    DoesNotRead,

    /// <summary>It stops or restarts.</summary>
    PeerStops,

    /// <summary>It has a fault of its own.</summary>
    PeerFailed,

    /// <summary>This node has a fault of its own.</summary>
    NodeFailed,

    /// <summary>We are no peer of it.</summary>
    NotItsPeer,

    /// <summary>It refuses our invitation.</summary>
    InvitationRefused,

    /// <summary>Its admin paused us.</summary>
    PausedByPeer,

    /// <summary>Its admin blocked us.</summary>
    BlockedByPeer,

    /// <summary>Our admin paused it.</summary>
    PausedHere,

    /// <summary>Our admin blocked it.</summary>
    BlockedHere,

    /// <summary>We refuse it: it is no peer, or its invitation is no good.</summary>
    RefusedHere,

    /// <summary>Both speak no version of the protocol in common.</summary>
    NoCommonVersion,

    /// <summary>Both have the same key: a copied data folder.</summary>
    SameKey,

    /// <summary>There is another connection already, or one side thinks so.</summary>
    AlreadyConnected,

    /// <summary>It broke the rules of the protocol.</summary>
    BrokeRules,

    /// <summary>It says that we broke the rules of the protocol.</summary>
    SaysWeBrokeRules,

    /// <summary>It hung up for a reason this program does not know.</summary>
    HungUp,

    /// <summary>An origin whose journal it carries signed two different ones.</summary>
    JournalForked,

    /// <summary>What it sent of a journal cannot be verified.</summary>
    JournalUnverified,

    /// <summary>It carries more journals than are followed.</summary>
    TooManyJournals,

    /// <summary>Its address is a name that does not exist.</summary>
    NameUnknown,

    /// <summary>The machine answers, and nothing listens there.</summary>
    ConnectionRefused,

    /// <summary>No answer within the time for one.</summary>
    TimedOut,

    /// <summary>This machine has no way to it.</summary>
    NoNetwork,

    /// <summary>Its certificate ran out, or is not valid yet by this machine's clock.</summary>
    CertificateExpired,

    /// <summary>Its certificate is another name's.</summary>
    CertificateOfOther,

    /// <summary>Its certificate is signed by nobody this machine trusts.</summary>
    CertificateUntrusted,

    /// <summary>It does not speak TLS at an https address, or its TLS fails.</summary>
    NoTls,

    /// <summary>What answers speaks no HTTP/2.</summary>
    NoHttp2,

    /// <summary>A proxy before it ends long bodies.</summary>
    BodyLimit,

    /// <summary>It connects and lets nothing be heard: a frozen node, or a proxy that collects the call.</summary>
    HeldBack,

    /// <summary>A proxy answers, and the node behind it does not.</summary>
    NodeBehindProxyDown,

    /// <summary>A web page answers, or a program that is no node.</summary>
    NotANode,

    /// <summary>More bytes came of it, or of a chapter it brings, than are taken in a day.</summary>
    OverQuota,

    /// <summary>This node's disk has no room for others' entries any more.</summary>
    NoRoom,

    /// <summary>Its data folder was copied and is run twice: two of its processes called.</summary>
    RunTwice,

    /// <summary>It says that our data folder is run twice.</summary>
    RunTwiceHere,
}
