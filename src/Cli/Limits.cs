namespace OuiShare.Federation.Cli;

/// <summary>Every bound of the operator's tool.</summary>
internal static class Limits
{
    /// <summary>How long a single call may take; a call that dials another node is answered within the node's own 20 seconds.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the TCP and TLS handshake; the node is near, or at the end of a tunnel.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// When a stream has been silent this long the connection is probed, and given up after as long again: streams have no deadline,
    /// because an honest verification of a large journal takes its time.
    /// </summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    /// <summary>A connection on which nothing came for this long was not broken off by the node: it does not answer. Less than any limit that ends a call.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1.5);

    /// <summary>The node stops counting upcoming events here (operator.proto).</summary>
    public const ulong CountedEvents = 10_000;

    /// <summary>Largest piece of a file in one message; the node refuses larger ones (operator.proto).</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <summary>Pages read of a list; at 1,000 a page more than any network has. Guards against a node that never ends its list.</summary>
    public const int Pages = 1_000;

    /// <summary>Between two looks at the peers during a first sync.</summary>
    public static readonly TimeSpan SyncPoll = TimeSpan.FromMilliseconds(500);

    /// <summary>A first sync in which nothing moves this long is no longer watched; the node itself goes on trying.</summary>
    public static readonly TimeSpan SyncStall = TimeSpan.FromMinutes(2);

    /// <summary>Between two refreshes of <c>peers --watch</c>.</summary>
    public static readonly TimeSpan WatchPoll = TimeSpan.FromSeconds(2);

    /// <summary>How long <c>--wait</c> waits for a node that starts: seconds as a rule, longer when it brings a large database up to date.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromMinutes(2);

    /// <summary>Between two attempts to reach a node that restarts.</summary>
    public static readonly TimeSpan RestartPoll = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a node may take to come back after a restore: it checks the whole backup when it starts.</summary>
    public static readonly TimeSpan Restart = TimeSpan.FromMinutes(5);

    /// <summary>How long one attempt to reach a restarting node may take.</summary>
    public static readonly TimeSpan RestartCall = TimeSpan.FromSeconds(5);

    /// <summary>Longest token or node.json that is read; both are under a kilobyte. A wrong file is not slurped into memory.</summary>
    public const int SmallFileBytes = 64 * 1024;

    /// <summary>Width of tables when the output is no terminal and COLUMNS says nothing: wide, so that a line stays a line for grep.</summary>
    public const int PlainWidth = 240;
}
