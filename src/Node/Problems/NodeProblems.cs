namespace OuiShare.Federation.Node.Problems;

/// <summary>A part of the node that knows when something is wrong with it.</summary>
internal interface IProblemSource
{
    /// <summary>What is wrong now; empty when all is well. Answers at once, from memory. Thread-safe.</summary>
    IReadOnlyList<NodeProblem> FindProblems();
}

/// <summary>
/// What is wrong with this node, from every part of it: the one list that the page <i>Network</i>, <c>ouishare status</c> and the gauge
/// <c>ouishare.problems</c> all tell. Thread-safe.
/// </summary>
public sealed class NodeProblems
{
    private readonly IReadOnlyList<IProblemSource> _sources;

    internal NodeProblems(IEnumerable<IProblemSource> sources) => _sources = [.. sources];

    /// <summary>What is wrong now, the longest known first.</summary>
    public IReadOnlyList<NodeProblem> List() => [.. _sources.SelectMany(source => source.FindProblems()).OrderBy(problem => problem.Since ?? DateTimeOffset.MinValue)];
}
