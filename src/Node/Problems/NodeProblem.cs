namespace OuiShare.Federation.Node.Problems;

/// <summary>Something about this node, not about one peer, that its admin should know.</summary>
/// <param name="Reason">What sort of thing, for translations, metrics and scripts.</param>
/// <param name="Sentence">The whole in English: what is wrong, and what to do or that nothing needs doing.</param>
/// <param name="Values">What the words of <paramref name="Reason"/> name: {0}, {1}, … in this order. Never a member's private data.</param>
/// <param name="Since">Since when; null when that is not known.</param>
public sealed record NodeProblem(NodeProblemReason Reason, string Sentence, IReadOnlyList<string> Values, DateTimeOffset? Since = null);

/// <summary>What sort of thing is wrong with a node. Pages have words for each; the names never change their meaning.</summary>
public enum NodeProblemReason
{
    /// <summary>The node asks its peers how far its journal had come; nothing can be published for a moment.</summary>
    JournalClosed,

    /// <summary>The node ran on older data than its peers held; how many entries were taken back, how many written again.</summary>
    RolledBack,

    /// <summary>The node's data folder is run twice; nothing can be published until one is stopped and the other restarted.</summary>
    RunTwice,
}
