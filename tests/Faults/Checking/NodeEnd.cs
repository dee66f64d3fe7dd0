namespace OuiShare.Federation.Faults.Checking;

/// <summary>How a node's process ended by itself.</summary>
/// <param name="ExitCode">With which code.</param>
/// <param name="LastWords">The sentence it said last; empty: none.</param>
/// <param name="IsTrace">It crashed with a stack trace, which no volunteer can read.</param>
internal sealed record NodeEnd(int ExitCode, string LastWords, bool IsTrace)
{
    /// <summary>What is wrong with ending like this; null: nothing.</summary>
    public string? Wrong =>
        ExitCode == 0 ? "a node that failed ended with code 0"
        : IsTrace ? $"a node crashed with a stack trace (code {ExitCode}): {LastWords}"
        : LastWords.Length == 0 ? $"a node ended with code {ExitCode} and no word"
        : null;
}
