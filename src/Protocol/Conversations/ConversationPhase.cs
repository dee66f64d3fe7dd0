namespace OuiShare.Federation.Protocol;

/// <summary>How far a conversation has come.</summary>
public enum ConversationPhase
{
    /// <summary>Waiting for the peer's Hello.</summary>
    Hello,

    /// <summary>Waiting for the peer's proof of its key.</summary>
    Proof,

    /// <summary>Waiting for this node's own decision.</summary>
    Admission,

    /// <summary>Both tell what they hold.</summary>
    Frontiers,

    /// <summary>Each knows what the other holds; what grows is told at once.</summary>
    Open,

    /// <summary>Nothing more is said.</summary>
    Over,
}
