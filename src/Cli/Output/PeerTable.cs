using Google.Protobuf.WellKnownTypes;
using OuiShare.Federation.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OuiShare.Federation.Cli.Output;

/// <summary>
/// The peers for a person: one line each, and below the table a paragraph for each that has something to tell, because an error
/// squeezed into a column of twelve characters is read by nobody.
/// </summary>
internal static class PeerTable
{
    /// <summary>The table and what is below it.</summary>
    public static IRenderable Create(IReadOnlyList<Peer> peers, bool isTerminal, DateTimeOffset now)
    {
        if (peers.Count == 0)
            return new Text("No peers yet. Make an invitation with \"ouishare invite\", or use one with \"ouishare join\".");

        var table = Tables.Create(isTerminal, "Chapter", "State", "Last contact", "Behind");
        // On a narrow terminal a long name gives way first.
        foreach (var column in table.Columns.Skip(1))
            column.NoWrap = true;
        foreach (var peer in peers)
        {
            table.AddRow(
                new Text(Words.Name(peer)),
                new Text(Words.State(peer.State), StyleOf(peer)),
                new Text(Words.Ago(peer.LastContact, now)),
                new Text(Words.Behind(peer)));
        }

        List<IRenderable> rows = [table];
        foreach (var peer in peers.Where(HasNotes).OrderByDescending(NeedsPerson))
        {
            if (!isTerminal || rows.Count > 1)
                rows.Add(Text.Empty);
            rows.Add(Block(peer, Notes(peer, now)));
        }

        return new Rows(rows);
    }

    /// <summary>All that is known of each peer, a block each.</summary>
    public static IRenderable CreateDetails(IReadOnlyList<Peer> peers, DateTimeOffset now) =>
        new Rows(peers.SelectMany((peer, index) => index == 0
            ? (IEnumerable<IRenderable>)[Block(peer, Details(peer, now))]
            : [Text.Empty, Block(peer, Details(peer, now))]));

    private static Rows Block(Peer peer, Table facts) => new(new Text(Words.Name(peer), new Style(decoration: Decoration.Bold)), facts.Indented());

    private static Table Notes(Peer peer, DateTimeOffset now)
    {
        var facts = Tables.CreateFacts();
        if (peer.LastError.Length > 0)
            facts.AddCells("Last error", $"{peer.LastError} ({Words.Ago(peer.LastErrorAt, now)}; {Words.State(peer.State)}{For(peer, now)})");
        if (peer.RejectedEntries > 0)
            facts.AddCells("Rejected", $"{Words.Count(peer.RejectedEntries, "entry", "entries")} it sent were refused since the node started.");
        if (peer.NextCallAt is not null && peer.State is PeerState.Unreachable or PeerState.Refused)
            facts.AddCells("Next try", Words.Until(peer.NextCallAt, now));
        if (peer.Advice.Length > 0)
            facts.AddCells("What to do", peer.Advice);
        if (peer.Advice.Length > 0 && Words.Acting(peer.Acting) is { Length: > 0 } who)
            facts.AddCells("Who", who);
        return facts;
    }

    private static Table Details(Peer peer, DateTimeOffset now)
    {
        var facts = Tables.CreateFacts();
        facts.AddCells("State", Words.State(peer.State) + For(peer, now));
        facts.AddCells("Last contact", Words.Ago(peer.LastContact, now));
        facts.AddCells("Behind", Words.Behind(peer));
        facts.AddCells("It lacks", peer.AheadEntries == 0 ? "nothing we know of" : "about " + Words.Count(peer.AheadEntries, "entry", "entries"));
        facts.AddCells("Same as ours", peer.IsEqual ? "yes, when last compared" : "not yet, or not compared");
        facts.AddCells("Received", $"{Words.Count(peer.ReceivedEntries, "entry", "entries")} since the node started, {Words.Number(peer.RejectedEntries)} refused");
        facts.AddCells("Address", peer.Address.Length > 0 ? peer.Address : "none: only it can call us");
        foreach (var address in peer.Addresses.Where(address => address.Address != peer.Address))
            facts.AddCells("Or", address.Address);
        facts.AddCells("Next try", peer.NextCallAt is null ? "none planned" : Words.Until(peer.NextCallAt, now));
        facts.AddCells("Clock", Clock(peer.ClockSkew));
        facts.AddCells("Software", peer.Software.Length > 0 ? peer.Software : "not told yet");
        facts.AddCells("Key", peer.Origin);
        facts.AddCells("Last error", peer.LastError.Length > 0 ? $"{peer.LastError} ({Words.Ago(peer.LastErrorAt, now)})" : "none");
        facts.AddCells("What to do", peer.Advice.Length > 0 ? peer.Advice : "nothing");
        return facts;
    }

    private static string For(Peer peer, DateTimeOffset now) => peer.StateSince is null ? "" : $" for {Words.Span(now - peer.StateSince.ToDateTimeOffset())}";

    private static string Clock(Duration? skew)
    {
        if (skew is null)
            return "unknown";
        var span = skew.ToTimeSpan();
        if (span.Duration() < TimeSpan.FromSeconds(1))
            return "agrees with ours";
        return $"{Words.Span(span.Duration())} {(span > TimeSpan.Zero ? "ahead of" : "behind")} ours";
    }

    private static bool HasNotes(Peer peer) => peer.LastError.Length > 0 || peer.Advice.Length > 0 || peer.RejectedEntries > 0;

    // A node older than this tool does not say who.
    private static bool NeedsPerson(Peer peer) => peer.Advice.Length > 0 && peer.Acting != ActingSide.Nobody;

    /// <summary>Colour repeats what the words say, never more.</summary>
    private static Style StyleOf(Peer peer) => peer.State switch
    {
        PeerState.UpToDate => new Style(Color.Green),
        PeerState.Unreachable or PeerState.Refused => new Style(Color.Red),
        PeerState.Syncing or PeerState.Connecting => new Style(Color.Yellow),
        _ => Style.Plain,
    };
}
