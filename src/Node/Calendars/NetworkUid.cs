using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// The UID under which feeds name an event of any chapter: its record's id and the first digits of its origin's key. No two
/// events of the network share one, whatever their own calendars call them, and it stays the same for ever.
/// </summary>
/// <param name="OriginShort">First 20 hexadecimal digits of the origin's key.</param>
/// <param name="Id">The record's id.</param>
internal readonly record struct NetworkUid(string OriginShort, RecordId Id)
{
    /// <summary>The UID as calendars carry it.</summary>
    public static string Write(string id, string originShort) => $"{id}@{originShort}";

    /// <summary>Reads a UID of a node's feed; null for any other.</summary>
    public static NetworkUid? Read(string uid)
    {
        var at = uid.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || uid.Length - at - 1 != Origin.ShortDigits || !RecordId.TryParse(uid.AsSpan(0, at), out var id))
            return null;
        var origin = uid[(at + 1)..].ToLowerInvariant();
        return origin.All(char.IsAsciiHexDigit) ? new NetworkUid(origin, id) : null;
    }
}
