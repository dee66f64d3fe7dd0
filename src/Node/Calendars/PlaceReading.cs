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

    private static readonly HashSet<string> OnlineWords =
    [
        "online", "on line", "virtual", "remote", "internet", "web", "webinar", "zoom", "jitsi", "google meet", "microsoft teams meeting",
        "microsoft teams", "teams", "skype", "discord", "telegram", "youtube", "bigbluebutton", "en ligne", "a distance", "visio", "visioconference",
        "distanciel", "en linea", "virtuel", "digital", "da remoto", "in remoto", "videoconferenza", "videoconferencia", "videokonferenz", "en linia",
    ];

    /// <summary>Whether the words of a LOCATION say that people meet on the internet.</summary>
    public static bool IsOnline(string location) =>
        OnlineWords.Contains(FoldedName.Of(location)) || WebUrl.Read(location) is not null;

    /// <summary>The place of an event; null when nothing says where it is.</summary>
    /// <param name="lines">The event.</param>
    /// <param name="coordinates">Where it is, when the event says so.</param>
    public Place? Read(CalendarComponent lines, Coordinates? coordinates)
    {
        var location = PlainText.Block(lines.Line("LOCATION")?.Text ?? "");
        var place = Own(lines) ?? (IsOnline(location) ? new Place() : FromText(location, coordinates));
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
        if (parts.Count > 1 && countries.Find(parts[^1]) is { } country)
        {
            place.Country = country;
            parts.RemoveAt(parts.Count - 1);
        }

        // The city stands last as a rule; behind it may be a region.
        for (var back = 1; back <= Math.Min(3, parts.Count); back++)
        {
            if (City(parts[^back], place.Country, coordinates, isAlone: parts.Count == 1) is not { } city)
                continue;
            place.City = city.Name;
            place.Country = city.Country;
            // A city's centre is better than nothing for "near me"; the address below tells people where to go.
            place.Coordinates = coordinates ?? new Coordinates { Latitude = city.Latitude, Longitude = city.Longitude };
            parts.RemoveRange(parts.Count - back, back);
            break;
        }

        if (parts.Count > 0)
            (place.Name, place.Address) = (parts[0], string.Join(", ", parts.Skip(1)));
        return place;
    }

    private PlaceMatch? City(string part, string country, Coordinates? coordinates, bool isAlone)
    {
        foreach (var name in NamesIn(part))
        {
            var found = gazetteer.Find(name, country);
            if (coordinates is not null)
                found = [.. found.Where(city => DistanceKm(city, coordinates) <= SameCityKm)];
            else if (country.Length == 0)
                found = [.. found.Where(city => city.Population >= (isAlone ? KnownWithoutCountry : KnownWithoutCountry * 4))];
            if (found.Count > 0)
                return found[0];
        }

        return null;
    }

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
}
