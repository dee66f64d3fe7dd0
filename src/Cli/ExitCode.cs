namespace OuiShare.Federation.Cli;

/// <summary>What the process tells the script that called it. The numbers are part of the tool's contract and are listed in <c>--help</c>.</summary>
public enum ExitCode
{
    /// <summary>Done, and nothing is wrong.</summary>
    Done = 0,

    /// <summary>The node refused, something it found is wrong (damage, a rejected event), or a file could not be read or written.</summary>
    Failed = 1,

    /// <summary>The command line is wrong: an unknown word, a missing value, a file that is not there.</summary>
    WrongUsage = 2,

    /// <summary>No node was found or it does not answer.</summary>
    NotReachable = 3,

    /// <summary>The node does not accept the token, or the token may not be read.</summary>
    NotAuthorised = 4,

    /// <summary>Stopped with Ctrl-C: 128 + SIGINT, as shells count.</summary>
    Cancelled = 130,

    /// <summary>Whoever read the output has closed it, as <c>head</c> does: 128 + SIGPIPE.</summary>
    OutputClosed = 141,

    /// <summary>Asked to end, as by <c>kill</c> or systemd: 128 + SIGTERM.</summary>
    Terminated = 143,
}
