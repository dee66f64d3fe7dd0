namespace OuiShare.Federation.Cli;

/// <summary>Why a command did not do what it was asked.</summary>
/// <param name="ExitCode">What the process returns.</param>
/// <param name="Reason">A stable word for scripts: the node's <c>ErrorReason</c> without its prefix, or one of this tool's own.</param>
/// <param name="Message">A sentence for a person: what is wrong and what to do.</param>
internal sealed record Failure(ExitCode ExitCode, string Reason, string Message)
{
    /// <summary>The values that break a rule, when the node named them.</summary>
    public IReadOnlyList<RefusedField> Fields { get; init; } = [];

    /// <summary>The command line is wrong.</summary>
    public static Failure Usage(string message) => new(ExitCode.WrongUsage, "WRONG_USAGE", message);

    /// <summary>No node answers.</summary>
    public static Failure NotReachable(string message) => new(ExitCode.NotReachable, "NODE_NOT_REACHABLE", message);

    /// <summary>A file could not be read or written.</summary>
    public static Failure File(string message) => new(ExitCode.Failed, "FILE_FAILED", message);
}

/// <summary>A value that breaks a rule.</summary>
/// <param name="Name">The field's name in the request message.</param>
/// <param name="Message">The rule, in words.</param>
internal sealed record RefusedField(string Name, string Message);
