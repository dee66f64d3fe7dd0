using OuiShare.Federation.V1;

namespace OuiShare.Federation.Protocol;

/// <summary>What one conversation knows of one journal: how far our copy reaches, how far the peer's does, and what goes on between.</summary>
internal sealed class PeerJournal(JournalId id)
{
    public JournalId Id { get; } = id;

    /// <summary>Our durable copy; null when we hold nothing of it.</summary>
    public JournalHead? Ours { get; set; }

    /// <summary>Entries we hold.</summary>
    public ulong Held => Ours?.Size ?? 0;

    /// <summary>Entries we held when the digests were made.</summary>
    public ulong HeldAtMeeting { get; set; }

    /// <summary>The largest checkpoint the peer showed that we verified; null when it needed none.</summary>
    public SignedCheckpoint? Theirs { get; set; }

    /// <summary>Entries the peer holds, as far as it said.</summary>
    public ulong HeldByPeer { get; set; }

    /// <summary>Entries we hold, as far as we told the peer.</summary>
    public ulong Told { get; set; }

    /// <summary>Trace context of the peer's last announcement, or empty.</summary>
    public string Traceparent { get; set; } = "";

    /// <summary>What the peer says about it was found untrue; it is not asked again.</summary>
    public bool IsRejected { get; set; }

    /// <summary>The two sides hold different versions of it, or may: what both say of sizes does not make them equal.</summary>
    public bool IsContradicted { get; set; }

    /// <summary>A note of the peer itself that contradicts our copy of its journal; null: we have none.</summary>
    public ReadOnlyMemory<byte>? OtherNote { get; set; }

    /// <summary>Its origin gave our version up: the one that counts is looked for wherever a peer shows another note.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>How often it was followed again after a search (<see cref="Limits.Agreements"/>).</summary>
    public int Agreements { get; set; }

    /// <summary>
    /// Smaller checkpoints that the peer showed, in turn; our first entries are being compared with the first of them. A peer may show what
    /// contradicts its copy, and then its copy: each tells something of its own.
    /// </summary>
    public List<SaidCheckpoint> ToCompare { get; } = [];

    /// <summary>It is the node's own, which is fetched only when the node takes it back.</summary>
    public bool IsWithheld { get; set; }

    /// <summary>Entries of our own journal at which the node was told that the peer is ahead.</summary>
    public ulong AheadSaid { get; set; }

    /// <summary>Not asked for before.</summary>
    public DateTimeOffset PausedUntil { get; set; }

    /// <summary>The fetch under way; null when there is none.</summary>
    public Fetch? Fetch { get; set; }

    /// <summary>Entries of it that we hold are asked for once more: what comes is the answer to that, so nothing else is asked meanwhile.</summary>
    public bool IsAskedAgain { get; set; }

    /// <summary>What the peer wants of it and we have not begun to send.</summary>
    public Queue<Want> Wanted { get; } = [];

    /// <summary>Entries of it are on their way to the peer.</summary>
    public bool IsBeingRead { get; set; }

    /// <summary>Where the last answer to the peer ended; null before the first.</summary>
    public ulong? AnsweredTo { get; set; }

    /// <summary>The peer holds entries that we lack and would take.</summary>
    public bool IsLacking => !IsRejected && !IsWithheld && HeldByPeer > Held;

    /// <summary>
    /// A checkpoint we believe that has the same size as this one and another root: with it, proof that the journal was forked. Null
    /// when they agree.
    /// </summary>
    public SignedCheckpoint? Contradicted(Checkpoint checkpoint)
    {
        if (Ours is { } ours)
        {
            if (ours.Checkpoint.Checkpoint.Size == checkpoint.Size)
                return ours.Checkpoint.Checkpoint.Root == checkpoint.Root ? null : ours.Checkpoint;
            if (ours.Size == checkpoint.Size)
                return ours.Range.Root() == checkpoint.Root ? null : ours.Checkpoint;
        }

        return Theirs?.Checkpoint.Size == checkpoint.Size && Theirs.Checkpoint.Root != checkpoint.Root ? Theirs : null;
    }
}

/// <summary>A checkpoint as somebody showed it; the signature is not checked yet.</summary>
internal sealed record SaidCheckpoint(Checkpoint Checkpoint, ReadOnlyMemory<byte> Note);

/// <summary>A fetch of one journal from the peer.</summary>
internal sealed class Fetch(MerkleRange verified, DateTimeOffset now)
{
    private long _bytes;
    private long _entries;

    /// <summary>The leaves verified so far, [0, n); ahead of what is stored.</summary>
    public MerkleRange Verified { get; private set; } = verified;

    /// <summary>Wants the peer has not finished answering; 0 to 2.</summary>
    public int Wants { get; set; }

    /// <summary>Bytes the peer may still send for the Want it answers now.</summary>
    public long BytesLeft { get; set; }

    /// <summary>Sizes of the ranges the node is storing.</summary>
    public Queue<int> Storing { get; } = [];

    /// <summary>It ends as soon as nothing is under way; what still comes is dropped.</summary>
    public bool IsDraining { get; set; }

    /// <summary>When the peer last sent any of it, or was asked.</summary>
    public DateTimeOffset ProgressAt { get; set; } = now;

    /// <summary>Nothing is under way.</summary>
    public bool IsQuiet => Wants == 0 && Storing.Count == 0;

    /// <summary>Entries were verified.</summary>
    public void Verify(VerifiedRange range)
    {
        Verified = range.After;
        _bytes += range.Bytes;
        _entries += range.Entries.Count;
        Storing.Enqueue(range.Bytes);
    }

    /// <summary>Bytes that the entries up to a size will take, judging by those that came.</summary>
    public double BytesUntil(ulong size) => _entries == 0 ? 0 : (double)_bytes / _entries * (size - Verified.End);
}
