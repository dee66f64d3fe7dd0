using OuiShare.Federation.Faults.Checking;

namespace OuiShare.Federation.Faults.Nodes;

/// <summary>What came of starting a node.</summary>
internal abstract record StartOutcome
{
    /// <summary>It serves and stores.</summary>
    internal sealed record Ready : StartOutcome;

    /// <summary>It ended instead.</summary>
    internal sealed record Ended(NodeEnd End) : StartOutcome;

    /// <summary>It runs, and says that it is not ready.</summary>
    internal sealed record Unready(string Why) : StartOutcome;
}
