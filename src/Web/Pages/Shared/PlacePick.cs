using System.Globalization;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Pages.Shared;

/// <summary>
/// A town found from what was typed. Towns share names, so the answer may have to be chosen among several; the choice travels
/// in the form as the town's position and counts only while the gazetteer still finds it from the words.
/// </summary>
public sealed class PlacePick
{
    private PlacePick(string typed, IReadOnlyList<PlaceMatch> matches, PlaceMatch? chosen)
    {
        Text = typed;
        Matches = matches;
        Chosen = chosen;
    }

    /// <summary>What was typed.</summary>
    public string Text { get; }

    /// <summary>The towns it may mean, the likeliest first.</summary>
    public IReadOnlyList<PlaceMatch> Matches { get; }

    /// <summary>The one that is meant; null: not known, or to be chosen.</summary>
    public PlaceMatch? Chosen { get; }

    /// <summary>An empty answer.</summary>
    public static PlacePick Nothing { get; } = new("", [], chosen: null);

    /// <summary>Finds what was typed.</summary>
    /// <param name="gazetteer">Where to look.</param>
    /// <param name="typed">A town, also with its country: "Paris, France".</param>
    /// <param name="choice">Which of the towns was chosen, as <see cref="KeyOf"/>; null: none yet.</param>
    public static PlacePick Find(Gazetteer gazetteer, string typed, string? choice)
    {
        var matches = typed.Length == 0 ? [] : gazetteer.Suggest(typed);
        var chosen = matches.FirstOrDefault(match => KeyOf(match) == choice) ?? (matches.Count == 1 ? matches[0] : null);
        return new PlacePick(typed, matches, chosen);
    }

    /// <summary>The likeliest town for what was typed: the nearest of that name to a point people here mean.</summary>
    /// <param name="gazetteer">Where to look.</param>
    /// <param name="typed">A town.</param>
    /// <param name="choice">Which one was chosen; null: none.</param>
    /// <param name="around">Where this chapter is; null: unknown.</param>
    public static PlacePick Guess(Gazetteer gazetteer, string typed, string? choice, Coordinates? around)
    {
        var found = Find(gazetteer, typed, choice);
        if (found.Chosen is not null || found.Matches.Count == 0)
            return found;

        var named = typed.Contains(',', StringComparison.Ordinal) ? [] : gazetteer.Find(typed);
        var guess = around is null || named.Count == 0
            ? named.FirstOrDefault() ?? found.Matches[0]
            : named.MinBy(match => Earth.DistanceKm(match.Latitude, match.Longitude, around.Latitude, around.Longitude))!;
        return new PlacePick(typed, [guess, .. found.Matches.Where(match => KeyOf(match) != KeyOf(guess))], guess);
    }

    /// <summary>Names a town in a form.</summary>
    public static string KeyOf(PlaceMatch match) => string.Create(CultureInfo.InvariantCulture, $"{match.Latitude:0.#####} {match.Longitude:0.#####}");

    /// <summary>A town in words: "Springfield, Missouri, United States".</summary>
    public static string Describe(PlaceMatch match, Countries countries)
    {
        var country = countries.NameOf(match.Country, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName);
        return string.Join(", ", new[] { match.Name, match.Region, country }.Where(part => part.Length > 0).Distinct());
    }

    /// <summary>The time zone of a town.</summary>
    public static string ZoneOf(PlaceMatch match) => Zones.Of(match);

    /// <summary>A town as records keep it.</summary>
    public static Place ToPlace(PlaceMatch match) => new()
    {
        City = match.Name,
        Country = match.Country,
        Coordinates = new Coordinates { Latitude = match.Latitude, Longitude = match.Longitude },
    };
}
