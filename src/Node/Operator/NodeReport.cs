using Google.Protobuf.WellKnownTypes;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Integrity;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Problems;
using OuiShare.Federation.Node.Search;
using OuiShare.Federation.V1;
using Origin = OuiShare.Federation.Protocol.Origin;

namespace OuiShare.Federation.Node.Operator;

/// <summary>How the node, its peers and its journals are, in the operator's messages and in English.</summary>
internal sealed class NodeReport(
    ChapterDirectory chapters, NodeLocation location, JournalRegister register, OwnJournal own, PeerDirectory peers, EventSearch search, DataFolder folder, NodeProblems problems,
    DiskWatch disk, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public async Task<GetStatusResponse> MakeAsync(CancellationToken cancellationToken)
    {
        var peerList = await peers.ListAsync(cancellationToken);
        var upcoming = await search.FindAsync(new EventQuery { Limit = 1 }, cancellationToken);
        var response = new GetStatusResponse
        {
            ChapterName = chapters.OwnRecord?.Name ?? "",
            Origin = chapters.Own.ToString(),
            Version = NodeVersion.Text,
            StartedAt = _startedAt.ToTimestamp(),
            IsSetUp = chapters.IsSetUp,
            OwnEntries = register.Of(chapters.Own).Aggregate(0UL, (sum, journal) => sum + journal.Size),
            AllEntries = register.All.Aggregate(0UL, (sum, journal) => sum + journal.Size),
            Journals = (uint)register.Count,
            Events = (ulong)await search.CountAsync(cancellationToken),
            UpcomingEvents = (ulong)upcoming.Total,
            Peers = (uint)peerList.Count,
            ConnectedPeers = (uint)peerList.Count(peer => peer.Activity is PeerActivity.Syncing or PeerActivity.UpToDate),
            SearchLagEntries = (ulong)search.LagEntries,
            DataBytes = (ulong)new DirectoryInfo(folder.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length),
            FrontierDigest = peers.FrontierDigest(),
            IsJournalOpen = own.IsOpen,
        };
        response.Addresses.AddRange(location.Bound);
        // Only a real write tells whether the disk takes one; what it finds is among the problems.
        await disk.ProbeAsync(cancellationToken);
        response.Problems.AddRange(Problems(response, peerList));
        return response;
    }

    public V1.Peer Describe(PeerStatus status)
    {
        var peer = new V1.Peer
        {
            Origin = status.Origin,
            ChapterName = Origin.TryParse(status.Origin, out var origin) && chapters.Find(origin) is { } record ? record.Name : status.ChapterName,
            Address = status.Address,
            State = StateOf(status.Activity),
            LastContact = status.LastContact?.ToTimestamp(),
            StateSince = status.Since.ToTimestamp(),
            BehindEntries = status.BehindEntries,
            BehindFor = (status.LackingSince is { } since ? time.GetUtcNow() - since : TimeSpan.Zero).ToDuration(),
            ReceivedEntries = status.Received,
            RejectedEntries = status.Rejected,
            LastError = status.LastError?.Sentence ?? "",
            LastErrorAt = status.LastErrorAt?.ToTimestamp(),
            Advice = SentenceOf(status.Advice),
            NextCallAt = status.NextCallAt?.ToTimestamp(),
            Software = status.Software,
            ClockSkew = status.ClockSkew.ToDuration(),
            IsEqual = status.IsEqual,
            AheadEntries = status.AheadEntries,
            Acting = SideOf(status.Actor),
        };
        peer.Addresses.AddRange((status.Addresses ?? []).Select(address => new V1.PeerAddress
        {
            Address = address.Address,
            IsSet = address.IsSet,
            ToldAt = address.ToldAt?.ToTimestamp(),
            WorkedAt = address.WorkedAt?.ToTimestamp(),
        }));
        return peer;
    }

    public IReadOnlyList<V1.Journal> ListJournals() =>
        [.. peers.ListJournals().Select(journal => new V1.Journal
        {
            Origin = journal.Origin,
            ChapterName = chapters.Find(Origin.Parse(journal.Origin))?.Name ?? "",
            Epoch = journal.Epoch,
            Size = journal.Size,
            Root = journal.Root,
            NewestEntryAt = journal.NewestEntryAt?.ToTimestamp(),
            CarriedBy = journal.CarriedBy ?? "",
            Quarantine = journal.Quarantine ?? "",
            MissingBodies = (ulong)journal.MissingBodies,
            IsBlocked = journal.IsBlocked,
        }).OrderBy(journal => journal.ChapterName, StringComparer.CurrentCultureIgnoreCase)];

    private IEnumerable<string> Problems(GetStatusResponse status, IReadOnlyList<PeerStatus> peerList)
    {
        if (!status.IsSetUp)
            yield return "The node is not set up. Open the set-up link (`ouishare setup-link` makes a new one), or use `ouishare setup`.";
        foreach (var problem in problems.List())
            yield return problem.Sentence;
        foreach (var peer in peerList.Where(peer => peer.Advice is not (PeerAdvice.None or PeerAdvice.Resume)))
            yield return $"{NameOf(peer)}: {SaidOf(peer)}{SentenceOf(peer.Advice)}";
    }

    // Of a peer that is connected, an old failure is over, and what lacks is said by the advice.
    private static string SaidOf(PeerStatus peer) => (peer.LastError, peer.IsConnected) switch
    {
        (_, true) when peer.Advice == PeerAdvice.SetClock => "connected. ",
        ({ } error, _) => error.Sentence + " ",
        (null, true) => "",
        (null, false) => "not connected. ",
    };

    private static string NameOf(PeerStatus peer) => peer.ChapterName.Length > 0 ? peer.ChapterName : peer.Origin[..8];

    private static ActingSide SideOf(PeerActor actor) => actor switch
    {
        PeerActor.Us => ActingSide.Us,
        PeerActor.Them => ActingSide.Them,
        _ => ActingSide.Nobody,
    };

    private static PeerState StateOf(PeerActivity activity) => activity switch
    {
        PeerActivity.Syncing => PeerState.Syncing,
        PeerActivity.UpToDate => PeerState.UpToDate,
        PeerActivity.Connecting => PeerState.Connecting,
        PeerActivity.Unreachable => PeerState.Unreachable,
        PeerActivity.Paused => PeerState.Paused,
        PeerActivity.Blocked => PeerState.Blocked,
        PeerActivity.Refused => PeerState.Refused,
        PeerActivity.Waiting => PeerState.Waiting,
        _ => PeerState.Unspecified,
    };

    private static string SentenceOf(PeerAdvice advice) => advice switch
    {
        PeerAdvice.None => "",
        PeerAdvice.WaitOrAsk => "It is called again by itself, and nothing is lost meanwhile. If it lasts, ask its admin whether the node runs and is reachable.",
        PeerAdvice.NewInvitation => "Ask its admin for a new invitation and join with it.",
        PeerAdvice.AskPeer => "Its admin paused, blocked or removed this node: ask why.",
        PeerAdvice.LookAtJournals => "Something it carries cannot be verified. See `ouishare journals`, and tell the chapter concerned.",
        PeerAdvice.Resume => "Resume it when you want it again.",
        PeerAdvice.SetClock => "Its clock and this node's differ by more than a minute: set the wrong one.",
        PeerAdvice.NewAddress => "Ask its chapter for its present address, and set it: ouishare peers set-address.",
        PeerAdvice.FixServer => "Send this sentence to its admin: it is their web server that needs the change. It is called again by itself.",
        PeerAdvice.Update => "One of the two programs breaks the rules of the exchange: update the older one. If both are new, report it.",
        PeerAdvice.StopCopy => "A data folder was copied: stop one of the two nodes.",
        PeerAdvice.CheckNetwork => "Look at this machine's network; everything goes on by itself afterwards.",
        PeerAdvice.LookAtLimits => "The rest comes by itself, tomorrow or when there is room. If a chapter floods, block it.",
        _ => "",
    };
}
