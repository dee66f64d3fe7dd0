using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Peers;
using OuiShare.Federation.Node.Search;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>How much of the network an answer covers.</summary>
/// <param name="Current">Chapters whose journals are held to the end, as far as a living connection tells; this one among them.</param>
/// <param name="Total">Chapters that are known.</param>
/// <param name="Age">How long ago the least recently heard of the current ones was heard of.</param>
/// <param name="Late">The others and how far behind what we hold of them may be, the furthest first.</param>
/// <param name="LagEntries">Entries held that search has not read yet.</param>
internal sealed record Coverage(int Current, int Total, TimeSpan Age, IReadOnlyList<LateChapter> Late, long LagEntries);

/// <summary>A chapter whose newest events may be lacking.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Behind">How long ago we last held all of it; null: never.</param>
internal sealed record LateChapter(string Name, TimeSpan? Behind);

/// <summary>Finds out how much of the network an answer covers; at most every few seconds, for every page shows it. Thread-safe.</summary>
internal sealed class CoverageReader(PeerDirectory peers, ChapterDirectory chapters, EventSearch search, TimeProvider time)
{
    /// <summary>How long an answer is good for.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private Known? _known;

    /// <summary>The coverage of what is asked now.</summary>
    public async Task<Coverage> ReadAsync(CancellationToken cancellationToken)
    {
        var known = _known;
        if (known is null || time.GetElapsedTime(known.At) > Fresh)
        {
            known = new Known(await FindAsync(cancellationToken), time.GetTimestamp());
            _known = known;
        }

        return known.Coverage with { LagEntries = search.LagEntries, Age = known.Coverage.Age + time.GetElapsedTime(known.At) };
    }

    private async Task<Coverage> FindAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var statuses = (await peers.ListAsync(cancellationToken)).Where(peer => peer.Activity != PeerActivity.Blocked).ToDictionary(peer => peer.Origin);
        // A journal comes from its own chapter when that is a peer, or else from the peer that first brought it.
        var carriers = peers.ListJournals().GroupBy(journal => journal.Origin).ToDictionary(journals => journals.Key, journals => journals.Last());
        var (oldest, current, late) = (TimeSpan.Zero, 0, new List<LateChapter>());
        var known = chapters.List();
        foreach (var chapter in known)
        {
            if (chapter.IsOwn)
            {
                current++;
                continue;
            }

            var journal = carriers.GetValueOrDefault(chapter.Origin.ToString());
            var carrier = statuses.GetValueOrDefault(chapter.Origin.ToString()) ?? (journal?.CarriedBy is { } by ? statuses.GetValueOrDefault(by) : null);
            var age = carrier?.LastContact is { } heard && now > heard ? now - heard : TimeSpan.Zero;
            if (carrier is { Activity: PeerActivity.UpToDate or PeerActivity.Syncing, BehindEntries: 0 } && journal?.Quarantine is null)
            {
                current++;
                oldest = age > oldest ? age : oldest;
            }
            else
            {
                var since = carrier?.LackingSince ?? carrier?.LastContact;
                late.Add(new LateChapter(chapter.Name, since is { } moment && now > moment ? now - moment : null));
            }
        }

        // Peers of whom nothing has arrived yet count too: their events are lacking.
        var held = known.Select(chapter => chapter.Origin.ToString()).ToHashSet();
        late.AddRange(statuses.Values.Where(peer => !held.Contains(peer.Origin)).Select(peer => new LateChapter(peer.ChapterName, null)));
        return new Coverage(current, Math.Max(1, current + late.Count), oldest, [.. late.OrderByDescending(chapter => chapter.Behind ?? TimeSpan.MaxValue)], 0);
    }

    private sealed record Known(Coverage Coverage, long At);
}
