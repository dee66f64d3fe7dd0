using System.Globalization;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Which version of an event a calendar holds (RFC 5546, §2.1.5).</summary>
/// <param name="Sequence">SEQUENCE; null when the calendar does not say.</param>
/// <param name="LastModified">LAST-MODIFIED as "20261203T190000", UTC; empty when it does not say.</param>
/// <param name="Stamp">DTSTAMP, in the same form.</param>
[GenerateSerializer, Immutable, Alias("event-version")]
public readonly record struct EventVersion(
    [property: Id(0)] uint? Sequence, [property: Id(1)] string LastModified, [property: Id(2)] string Stamp)
{
    /// <summary>A version of which nothing is known: neither older nor newer than any.</summary>
    public static EventVersion Unknown { get; } = new(Sequence: null, LastModified: "", Stamp: "");

    /// <summary>
    /// Whether this one is older than another: by SEQUENCE, among equals by LAST-MODIFIED, then by DTSTAMP. What one of the two does not say is
    /// not compared: some programs leave the numbers out of one export and not of another.
    /// </summary>
    public bool IsOlderThan(EventVersion other)
    {
        if (Sequence is { } own && other.Sequence is { } others && own != others)
            return own < others;
        return Compare(LastModified, other.LastModified) is var modified and not 0 ? modified < 0 : Compare(Stamp, other.Stamp) < 0;
    }

    /// <summary>The version of a VEVENT.</summary>
    internal static EventVersion Of(CalendarComponent lines) => new(
        uint.TryParse(lines.Line("SEQUENCE")?.Value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        Moment(lines.Line("LAST-MODIFIED")),
        Moment(lines.Line("DTSTAMP")));

    private static string Moment(ContentLine? line) =>
        line is not null && CalendarTime.Read(line) is { } time ? CalendarTime.Write(time.Local, isDate: false) : "";

    private static int Compare(string own, string other) => own.Length == 0 || other.Length == 0 ? 0 : string.CompareOrdinal(own, other);
}
