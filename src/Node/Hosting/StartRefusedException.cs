namespace OuiShare.Federation.Node.Hosting;

/// <summary>The node does not start; the message is one sentence for the person at the terminal, with what to do.</summary>
/// <remarks>Caught in <c>Program.cs</c> only, which prints the sentence to stderr and ends with <see cref="ExitCode"/>.</remarks>
public sealed class StartRefusedException : Exception
{
    /// <summary>Refuses the start.</summary>
    /// <param name="sentence">What is wrong and what to do, in words, on one line.</param>
    /// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
    /// <param name="cause">What made us refuse, or null when we saw it ourselves.</param>
    public StartRefusedException(string sentence, int exitCode, Exception? cause = null)
        : base(sentence, cause) => ExitCode = exitCode;

    /// <summary>With what the process ends; one of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; }
}
