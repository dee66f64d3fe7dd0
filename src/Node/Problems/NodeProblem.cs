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

    /// <summary>The disk has only the reserve left that is for this chapter's own writes.</summary>
    NoRoomForOthers,

    /// <summary>A chapter published more in a day than is taken of one.</summary>
    ChapterOverQuota,

    /// <summary>Texts or entries of journals are damaged on this disk; peers give them back. Values: how many, the first in English.</summary>
    TextsDamaged,

    /// <summary>The node's own files are damaged. Values: in how many places, the first in English.</summary>
    DatabaseDamaged,

    /// <summary>The disk is full. Values: the folder it holds.</summary>
    DiskFull,

    /// <summary>The disk is nearly full. Values: the folder it holds, the megabytes left.</summary>
    DiskNearlyFull,

    /// <summary>Records of chapters that this program could not read; they are not shown. {0}: how many.</summary>
    RecordsSetAside,

    /// <summary>A part of the node failed and is started again after growing pauses. {0}: its name; {1}: what it failed with.</summary>
    PartFailed,

    /// <summary>The node ran on older data than its peers held; how many entries were taken back, how many written again.</summary>
    RolledBack,

    /// <summary>The node's data folder is run twice; nothing can be published until one is stopped and the other restarted.</summary>
    RunTwice,
}
