namespace OuiShare.Federation.Node.Peers;

/// <summary>Limits of talking to peers.</summary>
internal static class PeerLimits
{
    /// <summary>Most peers a node has; each costs an open stream.</summary>
    public const int Peers = 1_000;

    /// <summary>Messages received and not yet worked on: their sender then waits, by HTTP/2 flow control.</summary>
    public const int ReceivedMessages = 8;

    /// <summary>Messages with entries waiting to be sent: whoever reads them from the journal then waits.</summary>
    public const int WaitingEntries = 4;

    /// <summary>Small messages waiting to be sent; a peer that lets more pile up reads nothing and is hung up on.</summary>
    public const int WaitingMessages = 20_000;

    /// <summary>Bytes a message may have on the wire: the protocol's 1 MiB and its framing.</summary>
    public const int MessageBytes = Protocol.Limits.MessageBytes + 1_024;

    /// <summary>How often a peer's grain looks whether to call.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>First pause after a failed call; doubled after each further one.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between calls: a peer that returns is found within it, and it costs one connection a minute.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Pause after a refusal that only a person can end.</summary>
    public static readonly TimeSpan RefusedPause = TimeSpan.FromMinutes(5);

    /// <summary>How long a call may take to connect: an admin hears of a dead peer within 10 seconds.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a session that ends waits for its last word to be sent, or for the reason it failed.</summary>
    public static readonly TimeSpan EndTime = TimeSpan.FromSeconds(1);

    /// <summary>After this silence a connection gives way to a new one from the same peer; longer than a heartbeat.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(20);

    /// <summary>After this long without a report, which comes every second, a grain takes its session for gone.</summary>
    public static readonly TimeSpan ReportStaleAfter = TimeSpan.FromSeconds(15);

    /// <summary>How long an invitation is good for when its maker does not say.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    /// <summary>Longest an invitation may be good for.</summary>
    public static readonly TimeSpan LongestInvitation = TimeSpan.FromDays(30);

    /// <summary>How long a start waits for peers to say how far they hold this node's journal.</summary>
    public static readonly TimeSpan StartQuestion = TimeSpan.FromSeconds(3);

    /// <summary>The same after a restore, when the answer matters most.</summary>
    public static readonly TimeSpan RestoreQuestion = TimeSpan.FromSeconds(20);

    /// <summary>Pause before a journal that could not be opened again is tried again.</summary>
    public static readonly TimeSpan ReopenPause = TimeSpan.FromSeconds(5);

    /// <summary>How long a connected process may take to say that it runs, when another with its key calls: a round trip and much patience.</summary>
    public static readonly TimeSpan AliveQuestion = TimeSpan.FromSeconds(5);

    /// <summary>First pause before a journal is compared again whose other version may not take the place of ours yet; doubled each time.</summary>
    public static readonly TimeSpan ForkPause = TimeSpan.FromSeconds(2);

    /// <summary>How long a session must last before the peer's earlier faults are forgotten.</summary>
    public static readonly TimeSpan GoodSession = TimeSpan.FromMinutes(1);

    /// <summary>Addresses a peer told or was found at that are kept: it moved three times, and each is one more place that this node calls.</summary>
    public const int Addresses = 4;

    /// <summary>How long a peer that cannot be reached is nobody's business: a restart, an update, a line that is down for a moment.</summary>
    public static readonly TimeSpan HealingTime = TimeSpan.FromMinutes(15);

    /// <summary>How often the log says again what it has said of a peer.</summary>
    public static readonly TimeSpan Reminder = TimeSpan.FromDays(1);

    /// <summary>How far two clocks may differ before somebody should set one.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Callers that have not proven a key yet; beyond it the oldest gives way, so that strangers cannot keep others out.</summary>
    public const int Strangers = 256;
}
