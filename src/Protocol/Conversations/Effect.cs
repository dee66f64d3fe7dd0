using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What a conversation asks of its node. Effects are carried out in the order they come in.</summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Send this message to the peer.</summary>
    /// <param name="Message">The message.</param>
    public sealed record Send(SyncMessage Message) : Effect;

    /// <summary>
    /// The peer proved its key: may it talk to us? The node answers with <see cref="Conversation.Admitted"/> or
    /// <see cref="Conversation.Refused"/>; both sides are asked, the caller too.
    /// </summary>
    /// <param name="Peer">The proven key.</param>
    /// <param name="Hello">What the peer says about itself.</param>
    /// <param name="Invitation">The invitation the caller redeems; null when it names none, and always at the caller.</param>
    /// <param name="Alive">Which process of the peer this is, as it signed; null: it does not say.</param>
    public sealed record AskAdmission(Origin Peer, PeerHello Hello, InvitationClaim? Invitation, Alive? Alive) : Effect;

    /// <summary>The peer's process answered <see cref="Conversation.AskAlive"/>.</summary>
    /// <param name="Alive">What it signed, a moment ago.</param>
    public sealed record AliveHeard(Alive Alive) : Effect;

    /// <summary>
    /// Send the peer entries of a journal: <c>Entries</c> messages of about <see cref="Limits.BatchBytes"/>, as
    /// <see cref="JournalHead.Compose"/> makes them, until <paramref name="MaxBytes"/> are reached or all that is held was sent; the
    /// final one, and only that one, has last = true. Then call <see cref="Conversation.ReadDone"/>. At most
    /// <see cref="Limits.ReadsAtOnce"/> are under way at a time, of different journals, and they may run side by side.
    /// </summary>
    /// <param name="Journal">The journal; this node holds entries of it from <paramref name="From"/> on.</param>
    /// <param name="From">First position.</param>
    /// <param name="MaxBytes">Bytes of entries and bodies after which to stop; the entry that reaches it is still sent.</param>
    public sealed record Read(JournalId Journal, ulong From, int MaxBytes) : Effect;

    /// <summary>
    /// Store these entries in one transaction, onto a journal of exactly <c>Range.From</c> entries; then call
    /// <see cref="Conversation.Stored"/> here and <see cref="Conversation.Grown"/> at the node's other conversations, or else
    /// <see cref="Conversation.StoreFailed"/>. Ranges of one journal are stored in the order they come in.
    /// </summary>
    /// <param name="Range">The entries.</param>
    /// <param name="Peer">Who carried them here.</param>
    /// <param name="Traceparent">W3C trace context of what made the journal grow, or empty; from the peer, so not to be trusted.</param>
    public sealed record Store(VerifiedRange Range, Origin Peer, string Traceparent) : Effect;

    /// <summary>What <see cref="Conversation.FetchAgain"/> asked for has come, or does not come from this peer.</summary>
    /// <param name="Request">What was asked for.</param>
    /// <param name="Entries">The entries, each signed by its origin at its place; null: the peer has them not, or not sound.</param>
    public sealed record FetchedAgain(FetchAgain Request, IReadOnlyList<VerifiedEntry>? Entries) : Effect;

    /// <summary>
    /// What the peer says about this journal cannot be true. The conversation asks this peer no more about it; other journals go on.
    /// </summary>
    /// <param name="Journal">The journal.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="Sentence">Why, in English, for an admin.</param>
    /// <param name="Ours">Our signed checkpoint; with <paramref name="Theirs"/> the evidence of a fork. Null when we have none.</param>
    /// <param name="Theirs">The peer's signed checkpoint; null when it was not the matter.</param>
    public sealed record Reject(
        JournalId Journal, RejectReason Reason, string Sentence, SignedCheckpoint? Ours, SignedCheckpoint? Theirs) : Effect;

    /// <summary>
    /// The peer showed a checkpoint of a journal that is smaller than our copy: compare it with the root of our first entries, and answer with
    /// <see cref="Conversation.Compared"/>. Another root is a fork.
    /// </summary>
    /// <param name="Journal">The journal; at least <paramref name="Size"/> entries of it are held.</param>
    /// <param name="Size">The checkpoint's size.</param>
    public sealed record Compare(JournalId Journal, ulong Size) : Effect;

    /// <summary>
    /// The search for another version of a journal (<see cref="Conversation.SearchBranch"/>) needs the range of our first entries: answer
    /// with <see cref="Conversation.Prefix"/>.
    /// </summary>
    /// <param name="Journal">The journal.</param>
    /// <param name="Size">How many entries; we hold at least as many.</param>
    public sealed record ReadPrefix(JournalId Journal, ulong Size) : Effect;

    /// <summary>
    /// The search found what the peer holds, from a position on up to which both versions are the same: the origin signed both, and the node
    /// decides by <see cref="ForkRule"/> what becomes of them.
    /// </summary>
    /// <param name="Journal">The journal.</param>
    /// <param name="Branch">The other version.</param>
    /// <param name="Ours">Our signed checkpoint; null when we hold nothing.</param>
    public sealed record BranchFound(JournalId Journal, JournalBranch Branch, SignedCheckpoint? Ours) : Effect;

    /// <summary>The search found nothing: what the peer holds does not lead to what the origin signed, wherever it begins.</summary>
    /// <param name="Journal">The journal.</param>
    /// <param name="Sentence">Why, in English, for an admin.</param>
    public sealed record BranchMissed(JournalId Journal, string Sentence) : Effect;

    /// <summary>
    /// A peer holds more of this node's own journal than the node itself: it was restored from a backup, or its key runs elsewhere.
    /// The node stops writing to that journal and either calls <see cref="Conversation.TakeBack"/> or opens a new epoch.
    /// </summary>
    /// <param name="Theirs">What this node's key once signed.</param>
    /// <param name="HeldByPeer">How many entries of it the peer holds.</param>
    public sealed record OwnJournalAhead(SignedCheckpoint Theirs, ulong HeldByPeer) : Effect;

    /// <summary>
    /// The peer has told all it holds: what it did not name, it does not have. A restored node that waits to hear about its own
    /// journal has heard from this peer.
    /// </summary>
    /// <param name="IsEqual">Both held the same when they met.</param>
    public sealed record FrontierHeard(bool IsEqual) : Effect;

    /// <summary>The conversation is over: close the connection.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Detail">Why, in a sentence for an admin.</param>
    /// <param name="ByPeer">The peer hung up; else we did.</param>
    /// <param name="Other">What another process with our key signed, as the peer shows it; null: nothing.</param>
    public sealed record HangUp(GoodbyeReason Reason, string Detail, bool ByPeer, Alive? Other = null) : Effect;
}

/// <summary>Why a conversation rejects what a peer says about a journal.</summary>
public enum RejectReason
{
    /// <summary>The origin signed two roots for one size. Proof in two notes: the journal is forked, whoever carries it.</summary>
    Fork,

    /// <summary>Its origin gave up the version that we hold, and the peer may hold the one that counts; nobody is at fault.</summary>
    GivenUp,

    /// <summary>Entries do not lead to the root the origin signed: the peer changed them, or the journal forked at an earlier size.</summary>
    WrongRoot,

    /// <summary>Entries or bodies break a rule of the format.</summary>
    BadEntries,

    /// <summary>A checkpoint is not one, is not signed by its origin, or is another journal's.</summary>
    BadCheckpoint,

    /// <summary>The peer carries more than <see cref="Limits.JournalsOfPeer"/> journals; this and further ones are not followed.</summary>
    TooManyJournals,
}
