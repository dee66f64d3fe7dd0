using System.Globalization;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Makes a place of what calendars give for one: a LOCATION such as "La Paillasse, 226 rue Saint-Denis, 75002 Paris, France",
/// coordinates, and the properties of Apple and of our own calendars.
/// </summary>
internal sealed class PlaceReading(Gazetteer gazetteer, Countries countries)
{
    // Farther than this from the coordinates, a city of the same name is another one.
    private const double SameCityKm = 60;

    // A city is believed without its country when it is at least this large; smaller names are words of many languages.
    private const long KnownWithoutCountry = 15_000;

    // No address has more; what follows stays in the last.
    private const int MostParts = 50;

    /// <summary>The place of an event; null when nothing says where it is.</summary>
    /// <param name="lines">The event.</param>
    /// <param name="where">What its LOCATION says.</param>
    /// <param name="coordinates">Where it is, when the event says so.</param>
    public Place? Read(CalendarComponent lines, WhereReading where, Coordinates? coordinates)
    {
        var place = Own(lines) ?? FromText(where.Place, coordinates);
        var apple = lines.Line("X-APPLE-STRUCTURED-LOCATION");
        if (apple is not null && place.Name.Length == 0)
            place.Name = PlainText.Line(ContentLine.Unescape(apple.Parameter("X-TITLE")));
        if (place.Address.Length == 0)
            place.Address = PlainText.Line(lines.Line("X-ADDRESS")?.Text ?? ContentLine.Unescape(apple?.Parameter("X-ADDRESS") ?? ""));

        place.Name = PlainText.Shortened(place.Name, CalendarLimits.PlaceNameLength);
        place.Address = PlainText.Shortened(place.Address, CalendarLimits.AddressLength);
        place.City = PlainText.Shortened(place.City, CalendarLimits.CityLength);
        if (coordinates is not null)
            place.Coordinates = coordinates;
        return place.Equals(new Place()) ? null : place;
    }

    /// <summary>Coordinates from GEO or from Apple's location; null when there are none, or when they are out of range or 0, 0.</summary>
    public static Coordinates? ReadCoordinates(CalendarComponent lines)
    {
        var text = lines.Line("GEO")?.Value ?? "";
        if (text.Length == 0 && lines.Line("X-APPLE-STRUCTURED-LOCATION") is { } apple
            && apple.Value.StartsWith("geo:", StringComparison.OrdinalIgnoreCase))
            text = apple.Value[4..];
        if (text.Length > 100)
            return null;
        var parts = text.Replace("\\", "", StringComparison.Ordinal).Split(';', ',');
        return parts.Length >= 2 && Degrees(parts[0], most: 90) is { } latitude && Degrees(parts[1], most: 180) is { } longitude
            && (latitude, longitude) != (0, 0)
            ? new Coordinates { Latitude = latitude, Longitude = longitude }
            : null;
    }

    private static double? Degrees(string text, double most) =>
        double.TryParse(text.Trim(), NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var degrees)
        && double.IsFinite(degrees) && Math.Abs(degrees) <= most ? degrees : null;

    // What our own writer says beside LOCATION, so that a place comes back as it was.
    private static Place? Own(CalendarComponent lines)
    {
        string Of(string name) => PlainText.Line(lines.Line(name)?.Text ?? "");
        var place = new Place
        {
            Name = Of(OwnProperties.Venue),
            Address = Of(OwnProperties.Address),
            City = Of(OwnProperties.City),
            Region = PlainText.Shortened(Of(OwnProperties.Region), CalendarLimits.CityLength),
            Country = Of(OwnProperties.Country) is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] country ? country : "",
        };
        return place.Equals(new Place()) ? null : place;
    }

    private Place FromText(string location, Coordinates? coordinates)
    {
        var place = new Place();
        var parts = location
            .Split([',', '\n', '·', '|'], MostParts, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(PlainText.Line).ToList();
        var country = parts.Count > 1 ? countries.Find(parts[^1]) ?? "" : "";
        var found = Town(parts, country, coordinates);
        if (found is { } town)
        {
            place.City = town.City.Name;
            place.Country = town.City.Country;
            place.Region = town.IsRegionSaid ? town.City.Region : "";
            // A city's centre is better than nothing for "near me"; the address below tells people where to go.
            place.Coordinates = coordinates ?? new Coordinates { Latitude = town.City.Latitude, Longitude = town.City.Longitude };
            parts.RemoveRange(parts.Count - town.Parts, town.Parts);
        }
        else if (country.Length > 0)
        {
            place.Country = country;
            parts.RemoveAt(parts.Count - 1);
        }

        if (parts.Count > 0)
            (place.Name, place.Address) = (parts[0], string.Join(", ", parts.Skip(1)));
        return place;
    }

    // "GA" is Gabon and Georgia, "Georgia" two things as well: what a large town makes sense of is meant.
    private FoundTown? Town(List<string> parts, string country, Coordinates? coordinates)
    {
        var byRegion = InRegion(parts, country: "", coordinates);
        if (country.Length == 0)
            return byRegion ?? Plain(parts, country, coordinates);
        var within = parts[..^1];
        var byCountry = InRegion(within, country, coordinates) ?? Plain(within, country, coordinates);
        if (byCountry is not { } inCountry || byRegion?.City.Population > inCountry.City.Population)
            return byRegion;
        return inCountry with { Parts = inCountry.Parts + 1 };
    }

    // "Portland, ME", "London, Ontario", "Portland, OR 97201", "Austin TX": a town, and behind it the state or province it lies in.
    private FoundTown? InRegion(List<string> parts, string country, Coordinates? coordinates)
    {
        if (parts.Count == 0)
            return null;
        foreach (var region in parts.Count > 1 ? NamesIn(parts[^1]) : [])
            foreach (var name in NamesIn(parts[^2]))
                if (Nearby(gazetteer.FindInRegion(name, region, country), coordinates) is [var city, ..] && !IsVenueIn(parts[^1], city))
                    return new FoundTown(city, Parts: 2, IsRegionSaid: true);
        var words = parts[^1].Split(' ').Where(word => !word.Any(char.IsAsciiDigit)).ToList();
        return words.Count > 1 && words[^1].Trim('(', ')') is { Length: 2 or 3 } code && code.All(char.IsAsciiLetterUpper)
            && Nearby(gazetteer.FindInRegion(string.Join(' ', words[..^1]), code, country), coordinates) is [var town, ..]
            ? new FoundTown(town, Parts: 1, IsRegionSaid: true)
            : null;
    }

    // "Retiro, Madrid" names a place in the city, not a village of that name in the region. Not so in America: "Woodstock, New York".
    private bool IsVenueIn(string last, PlaceMatch town) =>
        town.Country != "US" && town.Population < KnownWithoutCountry && City(last, town.Country, coordinates: null, isAlone: false) is { } city
        && city.Population > KnownWithoutCountry;

    // The city stands last as a rule; behind it may be a region.
    private FoundTown? Plain(List<string> parts, string country, Coordinates? coordinates)
    {
        for (var back = 1; back <= Math.Min(3, parts.Count); back++)
            if (City(parts[^back], country, coordinates, isAlone: parts.Count == 1) is { } city)
                return new FoundTown(city, back, IsRegionSaid: false);
        return null;
    }

    private PlaceMatch? City(string part, string country, Coordinates? coordinates, bool isAlone)
    {
        foreach (var name in NamesIn(part))
        {
            var found = gazetteer.Find(name, country);
            if (coordinates is not null)
                found = Nearby(found, coordinates);
            else if (country.Length == 0)
                found = [.. found.Where(city => city.Population >= (isAlone ? KnownWithoutCountry : KnownWithoutCountry * 4))];
            if (found.Count > 0)
                return found[0];
        }

        return null;
    }

    private static IReadOnlyList<PlaceMatch> Nearby(IReadOnlyList<PlaceMatch> found, Coordinates? coordinates) =>
        coordinates is null ? found : [.. found.Where(city => DistanceKm(city, coordinates) <= SameCityKm)];

    private static double DistanceKm(PlaceMatch city, Coordinates point) =>
        Earth.DistanceKm(city.Latitude, city.Longitude, point.Latitude, point.Longitude);

    // "75002 Paris", "Paris 75002", "London EC1A 1BB": the part, and the part without the words that hold digits.
    private static IEnumerable<string> NamesIn(string part)
    {
        yield return part;
        var words = part.Split(' ');
        var letters = words.Where(word => !word.Any(char.IsAsciiDigit)).ToList();
        if (letters.Count > 0 && letters.Count < words.Length)
            yield return string.Join(' ', letters);
    }

    // How many parts, from the end, say it; and whether they name its region.
    private readonly record struct FoundTown(PlaceMatch City, int Parts, bool IsRegionSaid);
}
