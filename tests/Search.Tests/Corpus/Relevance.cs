namespace OuiShare.Federation.Search.Tests.Corpus;

/// <summary>
/// How good answers are: normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002). An event that has
/// the question's hidden labels counts one, divided by the logarithm of its rank; the best possible order is 1.
/// </summary>
internal sealed class Relevance(IReadOnlyList<CorpusEvent> events)
{
    private readonly Dictionary<string, CorpusEvent> _byKey = events.ToDictionary(known => known.Document.Key);

    /// <summary>The gain; null when the question has no labels or no event that passes its filters has them.</summary>
    public double? Judge(CorpusQuery query, SearchResults results)
    {
        if (query.Topic is null)
            return null;
        var good = Math.Min(10, events.Count(known => IsGood(known, query) && Passes(known, query)));
        if (good == 0)
            return null;
        var gain = results.Hits.Take(10).Select((hit, rank) => IsGood(_byKey[hit.Key], query) ? Discount(rank) : 0).Sum();
        return gain / Enumerable.Range(0, good).Sum(Discount);
    }

    private static double Discount(int rank) => 1 / Math.Log2(rank + 2);

    private static bool IsGood(CorpusEvent known, CorpusQuery query) =>
        known.Topic == query.Topic && (query.City is null || known.City == query.City);

    private static bool Passes(CorpusEvent known, CorpusQuery query) =>
        (!query.Upcoming || known.End >= SharedCorpus.Now.ToUnixTimeSeconds())
        && (query.Lang is null || known.Language == query.Lang)
        && (query.Tag is null || known.Tags.Contains(query.Tag))
        && (query.Lat is null || HaversineKm(known.Point, new(query.Lat.Value, query.Lon!.Value)) <= query.Radius!.Value);

    /// <summary>Kilometres by the textbook formula, to judge the index's own by.</summary>
    public static double HaversineKm(SearchPoint from, SearchPoint to)
    {
        var latitude = Math.Sin(double.DegreesToRadians(to.Latitude - from.Latitude) / 2);
        var longitude = Math.Sin(double.DegreesToRadians(to.Longitude - from.Longitude) / 2);
        var cosines = Math.Cos(double.DegreesToRadians(from.Latitude)) * Math.Cos(double.DegreesToRadians(to.Latitude));
        return 2 * 6_371.0088 * Math.Asin(Math.Sqrt(latitude * latitude + cosines * longitude * longitude));
    }
}
