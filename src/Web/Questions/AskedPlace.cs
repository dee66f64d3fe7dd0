using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Search;

namespace OuiShare.Federation.Web.Questions;

/// <summary>The place that a question means.</summary>
/// <param name="Match">The place, null when the gazetteer knows none of that name.</param>
/// <param name="Others">Other places of the same name, the most populous first.</param>
internal sealed record AskedPlace(PlaceMatch? Match, IReadOnlyList<PlaceMatch> Others)
{
    /// <summary>Others that are offered.</summary>
    private const int MostOthers = 4;

    /// <summary>Where it lies; null when it is unknown.</summary>
    public SearchPoint? Point => Match is null ? null : new SearchPoint(Match.Latitude, Match.Longitude);

    /// <summary>Finds the place: of several with this name, the most populous.</summary>
    /// <returns>Null when no place was asked for.</returns>
    public static AskedPlace? Find(Gazetteer gazetteer, string typed)
    {
        if (typed.Length == 0)
            return null;
        var found = gazetteer.Suggest(typed);
        if (found.Count == 0)
            return new AskedPlace(null, []);
        return new AskedPlace(found[0], [.. found.Skip(1).Where(other => other.Name == found[0].Name).DistinctBy(TextOf).Take(MostOthers)]);
    }

    /// <summary>How a place is typed so that exactly it is meant: "Springfield, Missouri".</summary>
    public static string TextOf(PlaceMatch place) => $"{place.Name}, {(place.Region.Length > 0 ? place.Region : place.Country)}";
}
