using System.Globalization;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Web.Text;

/// <summary>Says where people meet.</summary>
internal sealed class PlaceWords(Countries countries)
{
    // A map of the quarter: close enough to see the street's name.
    private const int MapZoom = 17;

    /// <summary>Venue and city in one line; empty when neither is known.</summary>
    public static string Short(Place? place) => place is null ? "" : Join(place.Name.Length > 0 ? place.Name : place.Address, place.City);

    /// <summary>City, its state where that tells it from others, and country in the reader's language; empty when neither is known.</summary>
    public string City(Place? place) => place is null
        ? ""
        : Join(place.City, place.Region, place.Country.Length == 0 ? "" : countries.NameOf(place.Country, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName));

    /// <summary>A place on OpenStreetMap, to be opened by whoever wants to; null without coordinates or words.</summary>
    public static string? MapLink(Place place)
    {
        if (place.Coordinates is { } point && double.IsFinite(point.Latitude) && double.IsFinite(point.Longitude))
        {
            var (latitude, longitude) = (Degrees(point.Latitude), Degrees(point.Longitude));
            return $"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map={MapZoom}/{latitude}/{longitude}";
        }

        var words = Join(place.Name, place.Address, place.City, place.Region, place.Country);
        return words.Length == 0 ? null : "https://www.openstreetmap.org/search?query=" + Uri.EscapeDataString(words);
    }

    private static string Degrees(double degrees) => degrees.ToString("F5", CultureInfo.InvariantCulture);

    private static string Join(params string[] parts) => string.Join(", ", parts.Where(part => part.Length > 0).Distinct());
}
