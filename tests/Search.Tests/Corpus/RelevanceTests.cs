using Xunit.Abstractions;

namespace OuiShare.Federation.Search.Tests.Corpus;

public sealed class RelevanceTests(ITestOutputHelper output)
{
    // What plain FTS5 must reach; our own engine will have to do better (0.93 in the prototype).
    private const double LeastGain = 0.7;

    // tests/run leaves it out, and says so, where there is no corpus.
    [Fact, Trait("Needs", "SharedCorpus")]
    public async Task Among_twenty_thousand_events_a_thousand_questions_are_answered_well_and_within_their_filters()
    {
        await using var index = new TemporaryIndex();
        await SharedCorpus.GenerateAsync(20_000, index.Path + ".tsv");
        CorpusEvent[] events = [.. File.ReadLines(index.Path + ".tsv").Select(CorpusEvent.Parse)];
        foreach (var batch in events.Chunk(1_000))
            await index.PutAsync([.. batch.Select(known => known.Document)]);
        var relevance = new Relevance(events);

        var gains = new List<(string Class, double Gain)>();
        foreach (var query in SharedCorpus.ReadQueries())
        {
            var results = await index.FindAsync(query.ToQuery());
            if (query.ToQuery().Near is { } near)
                Assert.All(results.Hits, hit => Assert.InRange(hit.DistanceKm!.Value, 0, near.RadiusKm));
            if (relevance.Judge(query, await index.FindAsync(query.ToQuery() with { Order = SearchOrder.Best })) is { } gain)
                gains.Add((query.Class, gain));
        }

        foreach (var group in gains.GroupBy(gain => gain.Class).OrderBy(group => group.Key, StringComparer.Ordinal))
            output.WriteLine($"nDCG@10 {group.Key}: {group.Average(gain => gain.Gain):F3} of {group.Count()} questions");
        var mean = gains.Average(gain => gain.Gain);
        output.WriteLine($"nDCG@10 of all {gains.Count} questions with a good answer: {mean:F3}");
        Assert.True(mean >= LeastGain, $"nDCG@10 is {mean:F3}, less than {LeastGain}.");
    }
}
