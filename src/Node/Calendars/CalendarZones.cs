using NodaTime;
using NodaTime.TimeZones;
using OuiShare.Federation.Node.Places;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Finds the IANA zone that a calendar means by a TZID: an IANA identifier, one with a program's path before it, a name of
/// Windows, a fixed offset, or one that the calendar defines by its own VTIMEZONE. One for each calendar.
/// </summary>
internal sealed class CalendarZones
{
    private static readonly Dictionary<string, string> ByLowerCase =
        TzdbDateTimeZoneSource.Default.CanonicalIdMap.Keys
            .GroupBy(id => id.ToLowerInvariant())
            .ToDictionary(ids => ids.Key, ids => ids.First());

    // Many zones agree; of those that do, people know these.
    private static readonly string[] WidelyUsed =
    [
        "Europe/Paris", "Europe/London", "Europe/Athens", "Europe/Lisbon",
        "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Sao_Paulo",
    ];

    private readonly Dictionary<string, string?> _known = [];
    private readonly Dictionary<string, CalendarComponent> _defined = [];
    private readonly string[] _likely;

    /// <summary>The zones of one calendar.</summary>
    /// <param name="definitions">Its VTIMEZONE components.</param>
    /// <param name="calendarZone">What X-WR-TIMEZONE says; empty when nothing.</param>
    /// <param name="defaultZone">IANA zone for times without any.</param>
    public CalendarZones(IEnumerable<CalendarComponent> definitions, string calendarZone, string defaultZone)
    {
        foreach (var definition in definitions.Take(CalendarLimits.Zones))
            if (definition.Line("TZID") is { } name)
                _defined.TryAdd(name.Text.Trim(), definition);
        _likely = [Zones.Canonical(defaultZone) ?? "UTC", .. WidelyUsed];
        Calendar = calendarZone.Length > 0 ? Find(calendarZone) : null;
        Floating = Calendar ?? _likely[0];
    }

    /// <summary>The zone that X-WR-TIMEZONE names; null when there is none or it is unknown.</summary>
    public string? Calendar { get; }

    /// <summary>The zone of times without one: the calendar's, else the default.</summary>
    public string Floating { get; }

    /// <summary>The IANA zone for a TZID, in the form to store; null when nothing tells what it means.</summary>
    public string? Find(string name)
    {
        if (!_known.TryGetValue(name, out var zone))
            _known[name] = zone = Named(name) ?? Defined(name) ?? ByCity(name) ?? ByOffset(name);
        return zone;
    }

    private static string? Named(string name)
    {
        var text = name.Trim().Trim('"');
        if (Canonical(text) is { } exact)
            return exact;
        if (TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(text, out var windows))
            return Zones.Canonical(windows);
        // "/citadel.org/20190914_1/Europe/Paris", "tzone://Microsoft/Utc"
        var parts = text.Split('/');
        for (var count = Math.Min(3, parts.Length - 1); count >= 1; count--)
            if (Canonical(string.Join('/', parts[^count..])) is { } suffix)
                return suffix;
        return null;
    }

    private static string? Canonical(string name) =>
        ByLowerCase.TryGetValue(name.Replace(' ', '_').ToLowerInvariant(), out var id) ? Zones.Canonical(id) : null;

    private string? Defined(string name)
    {
        if (!_defined.TryGetValue(name, out var definition))
            return null;
        if (definition.Line("X-LIC-LOCATION") is { } location && Named(location.Text) is { } named)
            return named;
        if (ZoneDefinition.Read(definition) is not { } rules)
            return null;
        // Nobody can tell which of the many places without summer time is meant, unless its name says so; the hours are the same in all.
        return rules.Fixed is { } offset
            ? CitiesIn(name).Append(_likely[0]).FirstOrDefault(rules.AgreesWith) ?? WithoutSummerTime(offset)
            : CitiesIn(name).Concat(_likely).Concat(Zones.All).FirstOrDefault(rules.AgreesWith);
    }

    // The database counts the hours of its fixed zones westward; those that are no whole hours belong to a place.
    private static string? WithoutSummerTime(Offset offset)
    {
        var hours = offset.Seconds / 3600;
        if (offset.Seconds % 3600 == 0)
            return hours == 0 ? "UTC" : Zones.Canonical($"Etc/GMT{(hours > 0 ? '-' : '+')}{Math.Abs(hours)}");
        return Zones.Fixed(offset);
    }

    // Outlook: "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris".
    private static string? ByCity(string name) => name.StartsWith('(') ? CitiesIn(name).FirstOrDefault() : null;

    private static IEnumerable<string> CitiesIn(string name)
    {
        var cities = name[(name.LastIndexOf(')') + 1)..];
        foreach (var city in cities.Split(',').Concat(cities.Split(' ')).Take(20))
        {
            var suffix = "/" + city.Trim().Replace(' ', '_');
            if (suffix.Length > 3 && Zones.All.FirstOrDefault(zone => zone.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) is { } found)
                yield return found;
        }
    }

    // "UTC+2", "GMT+0200", "+01:00". The database counts the hours of its fixed zones westward.
    private static string? ByOffset(string name)
    {
        var text = name.Trim().ToUpperInvariant();
        if (text.StartsWith("UTC", StringComparison.Ordinal) || text.StartsWith("GMT", StringComparison.Ordinal))
            text = text[3..].Trim();
        if (text.Length is < 2 or > 6 || text[0] is not ('+' or '-')
            || !text[1..].All(character => char.IsAsciiDigit(character) || character == ':'))
            return null;
        var digits = text[1..].Replace(":", "", StringComparison.Ordinal);
        var (hours, minutes) = digits.Length <= 2 ? (int.Parse(digits), 0) : (int.Parse(digits[..^2]), int.Parse(digits[^2..]));
        if (hours > 14 || minutes > 59)
            return null;
        var seconds = (hours * 3600) + (minutes * 60);
        return WithoutSummerTime(Offset.FromSeconds(text[0] == '-' ? -seconds : seconds));
    }
}
