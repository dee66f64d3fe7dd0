using System.Security.Cryptography;

namespace OuiShare.Federation.Protocol;

/// <summary>Which end of the connection a node is; they differ only in the handshake and in who sends heartbeats.</summary>
public enum ConversationRole
{
    /// <summary>It opened the connection.</summary>
    Caller = 1,

    /// <summary>It was called.</summary>
    Answerer = 2,
}

/// <summary>What a conversation needs to know of its node.</summary>
public sealed record ConversationSettings
{
    /// <summary>The node's key.</summary>
    public required NodeKey Key { get; init; }

    /// <summary>Which end this is.</summary>
    public required ConversationRole Role { get; init; }

    /// <summary>Shared by all conversations of the node, so that each range is asked of one peer.</summary>
    public required FetchPlan Plan { get; init; }

    /// <summary>Where nonces come from: the system's generator, or a seeded one in tests.</summary>
    public required RandomNumberGenerator Random { get; init; }

    /// <summary>Whom the caller expects at the address it called; null: anybody. Without meaning at the answerer.</summary>
    public Origin? ExpectedPeer { get; init; }

    /// <summary>The invitation the caller redeems; null: it is a peer already. Without meaning at the answerer.</summary>
    public InvitationCode? Invitation { get; init; }

    /// <summary>
    /// Whether this node follows nothing of an origin, whoever carries it: its journals are not asked for, and what the peer says of them
    /// changes nothing. Asked when a journal is first named.
    /// </summary>
    public Func<Origin, bool> IsLeft { get; init; } = _ => false;

    /// <summary>
    /// Which of the node's copies their origin gave up (<see cref="ForkRule.IsGivenUp"/>): wherever the peer shows another note of such a journal,
    /// its version is looked for. Asked once, when the conversation begins.
    /// </summary>
    public Func<IReadOnlyCollection<JournalHead>, IReadOnlyCollection<JournalId>> FindGivenUp { get; init; } = _ => [];

    /// <summary>The process that talks, the same in all its conversations; null: it does not say.</summary>
    public NodeInstance? Instance { get; init; }

    /// <summary>The chapter's name, for people; at most <see cref="Limits.ChapterNameLength"/> characters.</summary>
    public string ChapterName { get; init; } = "";

    /// <summary>Where this node can be called, or empty; at most <see cref="Limits.AddressLength"/> characters.</summary>
    public string Address { get; init; } = "";

    /// <summary>This program and its version, for people; at most <see cref="Limits.SoftwareLength"/> characters.</summary>
    public string Software { get; init; } = "";
}
