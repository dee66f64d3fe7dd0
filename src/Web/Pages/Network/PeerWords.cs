using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Web.Pages.Network;

/// <summary>A peer as its sheet shows it.</summary>
/// <param name="Status">What the node knows of it.</param>
/// <param name="Name">Its chapter's name; the beginning of its key while unknown.</param>
/// <param name="Key">Its public key, for its face.</param>
/// <param name="State">What it is doing, in words.</param>
/// <param name="Icon">The sign beside these words.</param>
/// <param name="Tone">How its state is to be read.</param>
/// <param name="Problem">The last thing that went wrong; null: nothing that still matters.</param>
/// <param name="Advice">What to do; null: nothing.</param>
/// <param name="Readings">What is measured.</param>
public sealed record PeerSheet(
    PeerStatus Status, string Name, byte[] Key, string State, string Icon, PeerTone Tone,
    PeerProblem? Problem, string? Advice, IReadOnlyList<PeerReading> Readings)
{
    /// <summary>The reader, who runs this node, must do something.</summary>
    public bool NeedsUs => Status.Actor == PeerActor.Us;

    /// <summary>Whoever runs the other node must do something.</summary>
    public bool NeedsThem => Status.Actor == PeerActor.Them;

    /// <summary>Order on the page: 0 is the most urgent.</summary>
    public int Urgency => Tone switch { PeerTone.Stop => 0, PeerTone.Look => 1, PeerTone.Busy => 2, PeerTone.Fine => 3, _ => 4 };

    /// <summary>The key in groups of four digits, which people can compare by telephone.</summary>
    public string Fingerprint => string.Join(' ', Status.Origin.Chunk(4).Take(8).Select(group => new string(group)));
}

/// <summary>Something that is measured of a peer.</summary>
/// <param name="Label">What, in words.</param>
/// <param name="Value">The value, in words.</param>
/// <param name="IsWide">Too long to stand beside others.</param>
public sealed record PeerReading(string Label, string Value, bool IsWide = false);

/// <summary>What went wrong with a peer, in the reader's language.</summary>
/// <param name="Error">As the node tells it.</param>
/// <param name="Words">In words for people; null when this program has none for it, so that only the node's English says it.</param>
/// <param name="Since">Since when, in words; null: not known.</param>
public sealed record PeerProblem(PeerError Error, string? Words, string? Since)
{
    /// <summary>The peer said something, which is worth quoting below the words.</summary>
    public bool IsQuoted => Words is not null && Error is { IsSaidByPeer: true, Detail.Length: > 0 };

    /// <summary>The node's own detail names keys, figures or rules that the words leave out.</summary>
    public bool HasFigures => Words is not null && !Error.IsSaidByPeer && Error.Reason is PeerErrorReason.OtherNode or PeerErrorReason.NoCommonVersion
        or PeerErrorReason.BrokeRules or PeerErrorReason.JournalForked or PeerErrorReason.JournalUnverified or PeerErrorReason.TooManyJournals;
}

/// <summary>How a peer's state is to be read.</summary>
public enum PeerTone
{
    /// <summary>All is well.</summary>
    Fine,

    /// <summary>At work.</summary>
    Busy,

    /// <summary>As the admin wants it.</summary>
    Quiet,

    /// <summary>Somebody should look.</summary>
    Look,

    /// <summary>Nothing arrives.</summary>
    Stop,
}

/// <summary>Says how a peer is, in the reader's language.</summary>
public sealed class PeerWords(Wording say)
{
    /// <summary>
    /// What everybody may read: whether what is shown of a chapter is fresh. What is wrong with its node, and who must act, is for those who run
    /// nodes.
    /// </summary>
    public PeerSheet DescribeToVisitor(PeerStatus status, DateTimeOffset now)
    {
        var (word, icon, tone) = status.Activity switch
        {
            PeerActivity.UpToDate => ("up-to-date", "fine", PeerTone.Fine),
            PeerActivity.Syncing => ("syncing", "syncing", PeerTone.Busy),
            _ => ("away", "waiting", PeerTone.Quiet),
        };
        return new PeerSheet(
            status, NameOf(status), Origin.Parse(status.Origin).ToByteArray(), say["peer." + word].Value, icon, tone, Problem: null, Advice: null, [.. Measure(status, now).Take(2)]);
    }

    /// <summary>What the admin reads.</summary>
    public PeerSheet Describe(PeerStatus status, DateTimeOffset now)
    {
        var (word, icon, tone) = Read(status);
        var key = Origin.Parse(status.Origin).ToByteArray();
        var name = NameOf(status);
        // An old error of a peer that is well again would only frighten, and one that is about the connection is over while it is connected.
        var error = status.IsConnected && status.Advice is PeerAdvice.None or PeerAdvice.SetClock ? null : status.LastError;
        return new PeerSheet(
            status, name, key, say["peer." + word].Value, icon, tone,
            error is null ? null : new PeerProblem(error, WordsFor(error, name), status.LastErrorAt is { } since ? say.Ago(now - since).Value : null),
            status.Activity == PeerActivity.Waiting ? say["advice.waiting", name].Value
                : status.Advice == PeerAdvice.None ? null : say["advice." + status.Advice, name].Value,
            Measure(status, now));
    }

    private static string NameOf(PeerStatus status) => status.ChapterName.Length > 0 ? status.ChapterName : status.Origin[..8];

    private string? WordsFor(PeerError error, string name)
    {
        var words = say["peer.error." + error.Reason, name];
        return words.ResourceNotFound ? null : words.Value;
    }

    private static (string Word, string Icon, PeerTone Tone) Read(PeerStatus status) => status.Activity switch
    {
        PeerActivity.UpToDate => ("up-to-date", "fine", status.Advice == PeerAdvice.None ? PeerTone.Fine : PeerTone.Look),
        PeerActivity.Syncing => ("syncing", "syncing", PeerTone.Busy),
        PeerActivity.Connecting => ("connecting", "connecting", PeerTone.Busy),
        PeerActivity.Unreachable => ("unreachable", "unreachable", status.Actor == PeerActor.Nobody ? PeerTone.Look : PeerTone.Stop),
        PeerActivity.Paused => ("paused", "paused", PeerTone.Quiet),
        PeerActivity.Blocked => ("blocked", "blocked", PeerTone.Quiet),
        PeerActivity.Refused => ("refused", "refused", PeerTone.Stop),
        _ => ("waiting", "waiting", PeerTone.Look),
    };

    private List<PeerReading> Measure(PeerStatus status, DateTimeOffset now)
    {
        var isKnown = status.LastContact is not null;
        var isOpen = status.IsConnected;
        var isIll = status.Activity is PeerActivity.Unreachable or PeerActivity.Refused;
        var notKnown = say["peer.not-known"].Value;
        List<PeerReading> readings = [];
        Add("peer.last-contact", status.LastContact is { } last ? say.Ago(now - last).Value : say["age.never"].Value);
        Add("peer.behind", isKnown ? say.Count("peer.entries", (long)status.BehindEntries).Value : notKnown);
        Add("peer.behind-for", !isKnown ? notKnown : status.LackingSince is { } since ? say.Lasting(now - since).Value : "—");
        Add("peer.ahead", isKnown ? say.Count("peer.entries", (long)status.AheadEntries).Value : notKnown);
        Add(isIll ? "peer.not-well-since" : "peer.since", say.Lasting(now - status.Since).Value);
        if (isIll || status.Advice is not (PeerAdvice.None or PeerAdvice.Resume))
            Add("peer.acting", say["peer.acting." + status.Actor].Value);
        if (status.NextCallAt is { } next)
            Add("peer.next-call", next <= now ? say["age.now"].Value : say["peer.in", say.Lasting(next - now).Value].Value);
        Add("peer.equal", !isOpen ? notKnown : say[status.IsEqual ? "peer.equal.yes" : "peer.equal.no"].Value);
        if (isOpen)
            Add("peer.clock", Clock(status.ClockSkew));
        Add("peer.received", say["peer.received.value", status.Received, status.Rejected].Value);
        if (status.Software.Length > 0)
            Add("peer.software", status.Software);
        if (status.Addresses is { Count: > 0 } addresses)
            Add("peer.address", string.Join(" · ", addresses.Select(address => $"{address.Address} ({HowKnown(address, now)})")), isWide: true);
        return readings;

        void Add(string label, string value, bool isWide = false) => readings.Add(new PeerReading(say[label].Value, value, isWide));
    }

    private string HowKnown(KnownAddress address, DateTimeOffset now) => address switch
    {
        { IsSet: true } => say["peer.address.set"].Value,
        { WorkedAt: { } worked } => say["peer.address.worked", say.Ago(now - worked).Value].Value,
        _ => say["peer.address.told", say.Ago(now - (address.ToldAt ?? now)).Value].Value,
    };

    private string Clock(TimeSpan skew) => Math.Abs(skew.TotalSeconds) < 1
        ? say["peer.clock.equal"].Value
        : say[skew > TimeSpan.Zero ? "peer.clock.ahead" : "peer.clock.behind", say.Lasting(skew.Duration()).Value].Value;
}
