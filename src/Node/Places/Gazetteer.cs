using System.Buffers.Binary;
using System.Collections.Frozen;

namespace OuiShare.Federation.Node.Places;

/// <summary>
/// The towns and cities of the world, found without asking anybody: about 130,000 places of GeoNames (CC BY 4.0, see
/// NOTICE.md), each under the names its neighbours use. Keeps only the names of regions in memory between questions; safe for use by many threads.
/// </summary>
public sealed class Gazetteer
{
    /// <summary>The most places a question is answered with.</summary>
    public const int MostMatches = 10;

    // No name of a place is longer; what is typed beyond finds nothing.
    private const int LongestQuestion = 200;

    // A place whose whole name was typed comes before one whose name only begins so, unless that one is this many times as
    // populous: "Nice" is not Nicaea, but "Par" is Paris rather than a village in Cornwall.
    private const int WholeNameWeight = 20;

    // How densely cities are settled, for the radius of one from its population.
    private const double InhabitantsPerSquareKm = 4000;

    // 3,000 places at a time when all are looked at.
    private const int ChunkPlaces = 3000;

    // What regions are called, folded: most of what is asked is no region, and needs no search.
    private static readonly Lazy<FrozenSet<string>> Regions = new(ReadRegions);

    private readonly Countries _countries;

    /// <summary>The gazetteer that is built into this program.</summary>
    /// <param name="countries">The names of countries, for questions such as "Paris, Francia".</param>
    public Gazetteer(Countries countries)
    {
        _countries = countries;
    }

    /// <summary>
    /// The places whose name begins with what was typed, the most populous first, at most <see cref="MostMatches"/>. After a
    /// comma may follow a country or a region, also unfinished: "paris, fr", "springfield, mis".
    /// </summary>
    public IReadOnlyList<PlaceMatch> Suggest(string typed)
    {
        ArgumentNullException.ThrowIfNull(typed);
        if (typed.Length > LongestQuestion)
            return [];

        using var places = new PackedPlaces();
        var comma = typed.LastIndexOf(',');
        if (comma > 0)
            return Search(places, typed[..comma], Named(typed[(comma + 1)..]), whole: false);

        var found = Search(places, typed, Surroundings.Anywhere, whole: false);
        var space = typed.TrimEnd().LastIndexOf(' ');
        return found.Count > 0 || space < 0 ? found : Search(places, typed[..space], Named(typed[space..]), whole: false);
    }

    /// <summary>The places with exactly this name, accents and case aside, the most populous first, at most <see cref="MostMatches"/>.</summary>
    /// <param name="name">The name of the place alone, in any language the gazetteer knows it in.</param>
    /// <param name="country">ISO 3166-1 alpha-2 code that the place must lie in; empty for anywhere.</param>
    public IReadOnlyList<PlaceMatch> Find(string name, string country = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > LongestQuestion)
            return [];

        using var places = new PackedPlaces();
        var within = country.Length == 0 ? Surroundings.Anywhere : new Surroundings(new HashSet<string> { country }, region: "");
        return Search(places, name, within, whole: true);
    }

    /// <summary>The places with exactly this name in a region that goes by what is written, the most populous first, at most <see cref="MostMatches"/>.</summary>
    /// <param name="name">The name of the place alone.</param>
    /// <param name="region">State, province or the like as people write it: "ME", "Ontario", "Bayern".</param>
    /// <param name="country">ISO 3166-1 alpha-2 code; empty for any.</param>
    internal IReadOnlyList<PlaceMatch> FindInRegion(string name, string region, string country = "")
    {
        if (name.Length > LongestQuestion || region.Length > LongestQuestion || FoldedName.Of(region) is not { Length: > 0 } folded || !Regions.Value.Contains(folded))
            return [];

        using var places = new PackedPlaces();
        return Search(places, name, Surroundings.Region(folded, country), whole: true);
    }

    /// <summary>
    /// The city that people would name for a point: the one whose built-up area, guessed from its population, it lies in or
    /// is nearest to. Null when none is within <paramref name="withinKm"/> kilometres.
    /// </summary>
    public PlaceMatch? Nearest(double latitude, double longitude, double withinKm = 50)
    {
        using var places = new PackedPlaces();
        var chunk = new byte[ChunkPlaces * PackedPlaces.PlaceBytes];
        var (best, bestKm) = (-1, double.MaxValue);
        // A degree of latitude is 111 km everywhere: most places are passed over without trigonometry.
        var nearDegrees = (withinKm / 111) + 0.01;
        for (var first = 0; first < places.PlaceCount; first += ChunkPlaces)
        {
            var count = places.ReadPlaces(first, chunk);
            for (var i = 0; i < count; i++)
            {
                var place = chunk.AsSpan(i * PackedPlaces.PlaceBytes);
                var placeLatitude = BinaryPrimitives.ReadInt32LittleEndian(place) / 1e5;
                if (Math.Abs(placeLatitude - latitude) > nearDegrees)
                    continue;
                var km = Earth.DistanceKm(latitude, longitude, placeLatitude, BinaryPrimitives.ReadInt32LittleEndian(place[4..]) / 1e5);
                var outsideKm = km - Math.Sqrt(BinaryPrimitives.ReadUInt32LittleEndian(place[8..]) / InhabitantsPerSquareKm / Math.PI);
                if (km <= withinKm && outsideKm < bestKm)
                    (best, bestKm) = (first + i, outsideKm);
            }
        }

        return best < 0 ? null : places.Place(best);
    }

    private static FrozenSet<string> ReadRegions()
    {
        using var places = new PackedPlaces();
        return places.Regions().Concat(RegionNames.All.SelectMany(row => row.Written)).Select(FoldedName.Of).ToFrozenSet();
    }

    private static List<PlaceMatch> Search(PackedPlaces places, string name, Surroundings within, bool whole)
    {
        var folded = FoldedName.Of(name);
        if (folded.Length == 0)
            return [];

        var from = FirstNotBefore(places, folded);
        var wholeTo = FirstNotBefore(places, folded + '\0');
        var answers = Accepted(places, places.PlacesOfNames(from, wholeTo), within);
        if (whole)
            return answers;

        // '\uffff' sorts after every character a name can hold.
        var begins = Accepted(places, places.PlacesOfNames(wholeTo, FirstNotBefore(places, folded + '\uffff')), within);
        return
        [
            .. answers.Select(place => (place, weight: place.Population * WholeNameWeight))
                .Concat(begins.Select(place => (place, weight: place.Population)))
                .OrderByDescending(candidate => candidate.weight)
                .Select(candidate => candidate.place)
                .Distinct()
                .Take(MostMatches),
        ];
    }

    // Numbers of places are their ranks by population, so the smallest numbers are the answer.
    private static List<PlaceMatch> Accepted(PackedPlaces places, int[] numbers, Surroundings within)
    {
        Array.Sort(numbers);
        var accepted = new List<PlaceMatch>();
        var previous = -1;
        foreach (var number in numbers)
        {
            if (number == previous || !within.Contain(places, number))
                continue;
            previous = number;
            accepted.Add(places.Place(number));
            if (accepted.Count == MostMatches)
                break;
        }

        return accepted;
    }

    private static int FirstNotBefore(PackedPlaces places, string folded)
    {
        var (low, high) = (0, places.NameCount);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (string.CompareOrdinal(FoldedName.Of(places.NameAt(middle)), folded) < 0)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    // What may follow the comma: a country, or the beginning of countries' and regions' names. After a country's whole name only a region of
    // just that name is meant, too: Georgia is both, but India is not Indiana.
    private sealed class Surroundings(IReadOnlySet<string>? countries, string region, bool isWholeRegion = false)
    {
        public static Surroundings Anywhere { get; } = new(countries: null, region: "");

        // No country counts by itself here: only a region of that name, of the country when one is given.
        private string RegionsCountry { get; init; } = "";

        public static Surroundings Region(string folded, string country) =>
            new(new HashSet<string>(), folded, isWholeRegion: true) { RegionsCountry = country };

        public bool Contain(PackedPlaces places, int place) => countries is null
            || countries.Contains(places.CountryOf(place))
            || (region.Length > 0 && IsRegion(places.Place(place)));

        private bool IsRegion(PlaceMatch place) =>
            (RegionsCountry.Length == 0 || place.Country == RegionsCountry)
            && (RegionNames.IsMeant(region, place.Country, place.Region)
                || (!isWholeRegion && FoldedName.Of(place.Region).StartsWith(region, StringComparison.Ordinal)));
    }

    private Surroundings Named(string typed)
    {
        if (_countries.Find(typed) is { } code)
            return new Surroundings(new HashSet<string> { code }, region: FoldedName.Of(typed), isWholeRegion: true);
        return FoldedName.Of(typed) is { Length: > 0 } folded
            ? new Surroundings(_countries.Beginning(folded), region: folded)
            : Surroundings.Anywhere;
    }
}
