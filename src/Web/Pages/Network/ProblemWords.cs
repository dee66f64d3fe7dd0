using OuiShare.Federation.Node.Problems;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>Something that is wrong with this node, in the reader's language.</summary>
/// <param name="Words">What is wrong and what to do.</param>
/// <param name="Since">Since when, in words; null: not known.</param>
/// <param name="Link">The page on which something can be done about it; null: none.</param>
/// <param name="IsUntilRead">It is over, and is shown until the admin says that she has read it.</param>
public sealed record SaidProblem(string Words, string? Since, string? Link, bool IsUntilRead);

/// <summary>Says what is wrong with this node, in the reader's language.</summary>
public sealed class ProblemWords(Wording say)
{
    public SaidProblem Say(NodeProblem problem, DateTimeOffset now)
    {
        var words = say["problem." + problem.Reason, [.. problem.Values]];
        return new SaidProblem(
            words.Value,
            problem.Since is { } since ? say.Ago(now - since).Value : null,
            problem.Reason == NodeProblemReason.RecordsSetAside ? "/network/set-aside" : null,
            problem.Reason == NodeProblemReason.RolledBack);
    }
}
