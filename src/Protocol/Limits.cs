namespace OuiShare.Federation.Protocol;

/// <summary>
/// Every limit that two nodes must agree on, and those that keep one node from wearing out another. A message beyond a limit is
/// refused, never cut.
/// </summary>
public static class Limits
{
    /// <summary>Version of the protocol this program speaks.</summary>
    public const uint ProtocolVersion = 1;

    /// <summary>Bytes of a serialised <c>SyncMessage</c>: 1 MiB, so that a receiver needs no more memory for each connection.</summary>
    public const int MessageBytes = 1 << 20;

    /// <summary>Bytes of an entry: about 140 are needed today; the rest is room for fields of later versions.</summary>
    public const int EntryBytes = 512;

    /// <summary>Bytes of salt before a record: 128 random bits, which nobody guesses.</summary>
    public const int SaltBytes = 16;

    /// <summary>Bytes of a record: 64 KiB hold 20,000 characters in three languages, and a message holds fifteen of them.</summary>
    public const int RecordBytes = 64 << 10;

    /// <summary>Bytes of a checkpoint's signed note: ours has 360; the rest is room for about four witnesses' signatures.</summary>
    public const int NoteBytes = 1 << 10;

    /// <summary>Bytes a sender aims at in one <c>Entries</c> message: large enough to make messages cheap, small enough to interleave.</summary>
    public const int BatchBytes = 256 << 10;

    /// <summary>Entries in one <c>Entries</c> message: what fits in a message when all of them are withdrawals.</summary>
    public const int BatchEntries = 8192;

    /// <summary>Bytes one <c>Want</c> may ask for: 8 MiB keep a link of 1 Gbit/s busy for 60 ms, and bound what the asker must hold.</summary>
    public const int WantBytes = 8 << 20;

    /// <summary>Bytes we ask for in one <c>Want</c>; the next goes out when half of them have come, so that the link never idles.</summary>
    public const int AskedBytes = 4 << 20;

    /// <summary>Bytes that are verified but not yet stored, beyond which nothing more is asked for: memory for each connection.</summary>
    public const int UnstoredBytes = 16 << 20;

    /// <summary>Entries fetched again at once: those of one kept subtree, so that they can be checked against its hash.</summary>
    public const int AgainEntries = 256;

    /// <summary>Bytes we ask for at a time when entries are fetched again: a block of usual ones, and little more than that.</summary>
    public const int AgainBytes = 128 << 10;

    /// <summary>Requests to fetch again that wait for one peer; they are asked one after the other, when nothing else is fetched.</summary>
    public const int AgainWaiting = 64;

    /// <summary>Journals fetched from one peer at the same time.</summary>
    public const int FetchesAtOnce = 8;

    /// <summary>Bytes a second of a journal below which another peer that holds it is asked instead: a modem of 128 kbit/s.</summary>
    public const int SlowestFetch = 16 << 10;

    /// <summary>
    /// Journals that may turn out unverifiable in one conversation before it ends: an honest peer verified what it carries, and a disk
    /// that damaged a few must not stop the others.
    /// </summary>
    public const int RejectedJournals = 16;

    /// <summary>Bytes that a received entry counts for at least, whatever is in it: a header alone is larger.</summary>
    public const int SmallestEntry = 32;

    /// <summary>Answers to one peer that are read and sent at the same time: a live entry need not wait behind a first copy.</summary>
    public const int ReadsAtOnce = 4;

    /// <summary>Unanswered <c>Want</c> messages of one peer, beyond which it breaks the rules: twice what this program sends.</summary>
    public const int WantsWaiting = 4 * FetchesAtOnce;

    /// <summary>Journals one peer may carry: a network of some thousand chapters; at 1 KiB of state each, 8 MiB for each connection.</summary>
    public const int JournalsOfPeer = 8192;

    /// <summary>Checkpoints in one message: 256 notes of 1 KiB stay far below <see cref="MessageBytes"/>.</summary>
    public const int CheckpointsInMessage = 256;

    /// <summary>Entries in a journal: 2^48, which no chapter writes, and which keeps all arithmetic within signed 64 bits.</summary>
    public const ulong JournalEntries = 1UL << 48;

    /// <summary>Epochs of an origin: one for each time that it lost data, so this many are somebody's game.</summary>
    public const int EpochsOfOrigin = 256;

    /// <summary>
    /// Bytes of another version of a journal that are held in memory at a time, one for each conversation: about 20,000 entries, which no
    /// chapter writes between a snapshot and its return.
    /// </summary>
    public const int BranchBytes = 16 << 20;

    /// <summary>
    /// Smaller checkpoints of one journal that wait for the disk to be compared: what contradicts a peer's copy, the copy, and what it grew by meanwhile.
    /// </summary>
    public const int Comparisons = 4;

    /// <summary>
    /// How often a conversation believes a peer again about a journal after its note contradicted ours and its entries did not: a copy of a version that
    /// was given up catches up with a few notes, and who goes on contradicting itself is left alone.
    /// </summary>
    public const int Agreements = 8;

    /// <summary>Hashes to the right of a range: two for each level of the largest tree.</summary>
    public const int RightHashes = 2 * 48;

    /// <summary>Latest time an entry may name, in milliseconds since 1970: the last of the year 9999, which date libraries still know.</summary>
    public const long WrittenAtUnixMs = 253_402_300_799_999;

    /// <summary>
    /// First year an event may lie in. Outside these years somebody mistyped, zones' rules are guesses, and libraries differ in what they can
    /// count; in them every zone turns a local time into a moment.
    /// </summary>
    public const int EarliestYear = 1900;

    /// <summary>Last year an event may lie in; see <see cref="EarliestYear"/>.</summary>
    public const int LatestYear = 2200;

    /// <summary>Protocol versions in a <c>Hello</c>.</summary>
    public const int VersionsInHello = 16;

    /// <summary>Bytes of a handshake nonce.</summary>
    public const int NonceBytes = 32;

    /// <summary>Characters of a chapter's name in a <c>Hello</c> or an invitation.</summary>
    public const int ChapterNameLength = 100;

    /// <summary>Characters of a node's address.</summary>
    public const int AddressLength = 300;

    /// <summary>Characters of a program's name and version.</summary>
    public const int SoftwareLength = 60;

    /// <summary>Characters of a <c>Goodbye</c>'s sentence.</summary>
    public const int DetailLength = 300;

    /// <summary>Characters of a W3C trace context.</summary>
    public const int TraceparentLength = 64;

    /// <summary>Bytes of an invitation's id.</summary>
    public const int InvitationIdBytes = 16;

    /// <summary>Bytes of an invitation's secret.</summary>
    public const int SecretBytes = 32;

    /// <summary>Characters of an invitation as text, white space included: four times what the longest needs after mail programs broke it.</summary>
    public const int InvitationLength = 4096;

    /// <summary>How long the handshake may take, from the open connection to both proofs.</summary>
    public static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which the caller sends a heartbeat. Home routers forget a connection after 30 s or more.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>Silence after which the other side is given up: three heartbeats.</summary>
    public static readonly TimeSpan SilenceTime = TimeSpan.FromSeconds(45);

    /// <summary>How often a node calls <c>Tick</c> of each conversation.</summary>
    public static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long a fetch may make no progress before another peer is asked for the same journal.</summary>
    public static readonly TimeSpan FetchPatience = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer may owe an answer to a <c>Want</c> without sending any of it.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);

    /// <summary>Pause before a journal is asked for again after it could not be stored.</summary>
    public static readonly TimeSpan StorePause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Pause before a peer is asked again for a journal of which it sent nothing although it said it holds more: longer than another
    /// conversation waits between two looks, so that one which does hold it gets its turn.
    /// </summary>
    public static readonly TimeSpan EmptyPause = TimeSpan.FromSeconds(10);

    /// <summary>How long a fetch may crawl (<see cref="SlowestFetch"/>) before another conversation may take its journal over.</summary>
    public static readonly TimeSpan SlowTime = TimeSpan.FromSeconds(30);
}
