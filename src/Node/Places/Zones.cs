using NodaTime;
using NodaTime.TimeZones;

namespace OuiShare.Federation.Node.Places;

/// <summary>The time zones of the IANA database (the edition that NodaTime carries, the same on every machine).</summary>
public static class Zones
{
    private static readonly TzdbDateTimeZoneSource Source = TzdbDateTimeZoneSource.Default;

    /// <summary>Every zone that a place on earth uses, such as "Europe/Paris", ordered.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. (Source.ZoneLocations ?? []).Select(location => location.ZoneId).Append("UTC").Distinct().Order(StringComparer.Ordinal)];

    private static readonly HashSet<string> PlaceZones = [.. All];

    // Late enough that a zone without an end to what it has then changes its clocks no more.
    private static readonly Instant OurTime = Instant.FromUtc(2026, 1, 1, 0, 0);

    // Of the places that share their offset, these are known to most people.
    private static readonly string[] WellKnown = ["Asia/Kolkata", "Asia/Tehran", "Asia/Kabul", "Asia/Kathmandu", "Asia/Yangon", "Australia/Darwin"];

    /// <summary>Whether this is the identifier of a zone, in the database's own spelling; aliases count.</summary>
    public static bool Exists(string zone) => Source.CanonicalIdMap.ContainsKey(zone);

    /// <summary>
    /// The identifier to store for a zone: the one of a place on earth where there is one ("US/Eastern" becomes
    /// "America/New_York"), and "UTC" for all its spellings. Null when there is no such zone.
    /// </summary>
    /// <remarks>The database merges zones that agreed since 1970; "Europe/Stockholm" stays itself, because people know it by that name.</remarks>
    public static string? Canonical(string zone)
    {
        if (!Source.CanonicalIdMap.TryGetValue(zone, out var canonical))
            return null;
        if (canonical is "Etc/UTC" or "Etc/GMT")
            return "UTC";
        return PlaceZones.Contains(zone) ? zone : canonical;
    }

    /// <summary>The zone with this identifier; null when there is none.</summary>
    internal static DateTimeZone? Find(string zone) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone);

    /// <summary>The zone of a town: its region's where that is listed, else the nearest of its country.</summary>
    public static string Of(PlaceMatch place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return RegionZones.Find(place.Country, place.Region) ?? At(place.Country, place.Latitude, place.Longitude);
    }

    /// <summary>The zone whose main place is nearest among those of the country, or of the world when the country has none.</summary>
    /// <param name="country">ISO 3166-1 alpha-2 code, or empty.</param>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east.</param>
    internal static string At(string country, double latitude, double longitude)
    {
        var locations = Source.ZoneLocations ?? [];
        var inCountry = locations.Where(location => location.CountryCode == country).ToList();
        return (inCountry.Count > 0 ? inCountry : locations)
            .MinBy(location => Earth.DistanceKm(latitude, longitude, location.Latitude, location.Longitude))?.ZoneId ?? "UTC";
    }

    /// <summary>A place whose clocks have this offset all year; null when there is none.</summary>
    internal static string? Fixed(Offset offset) => WellKnown.Concat(All).FirstOrDefault(
        zone => Find(zone)?.GetZoneInterval(OurTime) is { HasEnd: false } interval && interval.WallOffset == offset);

    /// <summary>What the zone's clocks are ahead of UTC at an instant; null when there is no such zone.</summary>
    public static TimeSpan? OffsetAt(string zone, DateTimeOffset instant) =>
        Find(zone)?.GetUtcOffset(Instant.FromDateTimeOffset(instant)).ToTimeSpan();
}
