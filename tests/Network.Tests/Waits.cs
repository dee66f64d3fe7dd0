namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// How long a condition may take to come true before a test fails. They are many times what a quiet machine needs: a wait ends as soon as
/// its condition holds, so a generous limit costs nothing but the patience of whoever looks at a failure.
/// </summary>
internal static class Waits
{
    /// <summary>From the start of a process until it serves and stores; 1 to 2 s on a quiet machine.</summary>
    public static readonly TimeSpan Start = TimeSpan.FromSeconds(90);

    /// <summary>From asking a process to stop until it has; a second on a quiet machine.</summary>
    public static readonly TimeSpan Stop = TimeSpan.FromSeconds(30);

    /// <summary>Until nodes that can reach each other hold the same; a call that failed is repeated after a minute at most.</summary>
    public static readonly TimeSpan Convergence = TimeSpan.FromMinutes(3);

    /// <summary>For anything that follows from one message between two connected nodes.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Within this time an admin must read what is wrong with a peer: a promise of the design, not of the tests.</summary>
    public static readonly TimeSpan AdminLearns = TimeSpan.FromSeconds(10);

    /// <summary>How often a condition is looked at.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
}
