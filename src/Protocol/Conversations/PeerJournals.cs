namespace OuiShare.Federation.Protocol;

/// <summary>A journal that a node does not follow any more, and why.</summary>
/// <param name="Head">How far its copy reaches.</param>
/// <param name="OtherNote">A note of the origin that contradicts the copy; null when it was left for another reason.</param>
public sealed record LeftJournal(JournalHead Head, ReadOnlyMemory<byte>? OtherNote);

/// <summary>The journals of one conversation, and which of them we lack entries of.</summary>
internal sealed class PeerJournals(ConversationSettings settings)
{
    private readonly Dictionary<JournalId, PeerJournal> _all = [];
    private readonly HashSet<PeerJournal> _lacking = [];
    private int _carriedByPeer;

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<PeerJournal> All => _all.Values;

    /// <summary>Those of which the peer holds entries that we lack.</summary>
    public IReadOnlyCollection<PeerJournal> Lacking => _lacking;

    /// <summary>Since when, without a break, we have lacked any; null when we lack none.</summary>
    public DateTimeOffset? LackingSince { get; private set; }

    /// <summary>The journal, if either side holds it.</summary>
    public PeerJournal? Find(JournalId id) => _all.GetValueOrDefault(id);

    /// <summary>A journal that we hold.</summary>
    public PeerJournal Ours(JournalId id) => Find(id) ?? Add(id);

    /// <summary>What we hold when the digests are made, and which journals we left.</summary>
    /// <param name="held">What is told to everybody.</param>
    /// <param name="left">What is not followed: neither told nor asked for.</param>
    /// <param name="peer">The peer, who is told of its own journals also when they are left: it alone can put them right.</param>
    public void Meet(IReadOnlyCollection<JournalHead> held, IReadOnlyCollection<LeftJournal> left, Origin peer)
    {
        foreach (var head in held)
        {
            var journal = Ours(head.Journal);
            (journal.Ours, journal.HeldAtMeeting) = (head, head.Size);
        }

        foreach (var givenUp in settings.FindGivenUp(held))
            Ours(givenUp).IsGivenUp = true;

        foreach (var (head, otherNote) in left)
        {
            var journal = Ours(head.Journal);
            (journal.IsRejected, journal.IsContradicted) = (true, true);
            if (head.Journal.Origin == peer)
                (journal.Ours, journal.OtherNote) = (head, otherNote);
        }
    }

    /// <summary>A journal that the peer names; null when it names too many that we do not hold.</summary>
    public PeerJournal? OfPeer(JournalId id) =>
        Find(id) ?? (_carriedByPeer++ < Limits.JournalsOfPeer ? Add(id) : null);

    /// <summary>A size changed: is it lacking now?</summary>
    public void Changed(PeerJournal journal, DateTimeOffset now)
    {
        if (journal.IsLacking)
            _lacking.Add(journal);
        else
            _lacking.Remove(journal);
        LackingSince = _lacking.Count == 0 ? null : LackingSince ?? now;
    }

    private PeerJournal Add(JournalId id) => _all[id] = new PeerJournal(id) { IsWithheld = id.Origin == settings.Key.Origin, IsRejected = settings.IsLeft(id.Origin) };
}
