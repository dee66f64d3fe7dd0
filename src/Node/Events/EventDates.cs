using NodaTime;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>One time that an event takes place, as pages show it.</summary>
/// <param name="Start">First moment, UTC.</param>
/// <param name="End">First moment after it, UTC; null when no end is known.</param>
/// <param name="LocalStart">Its start on the event's own clock; of an all-day event the first day.</param>
/// <param name="LocalEnd">Its end on the event's own clock; of an all-day event the last day. Null when no end is known.</param>
/// <param name="IsAllDay">Whole days, the same in every zone.</param>
/// <param name="Zone">IANA zone of the event's clock; empty for days without one.</param>
/// <param name="Title">Its own title; null when it has the series'.</param>
public sealed record EventDate(
    DateTimeOffset Start, DateTimeOffset? End, DateTime LocalStart, DateTime? LocalEnd, bool IsAllDay, string Zone, LocalizedText? Title);

/// <summary>When an event takes place.</summary>
public static class EventDates
{
    /// <summary>
    /// The next times it takes place: those not over at <paramref name="from"/>, the earliest first; cancelled ones are left out. Empty
    /// when it is over, or when its times cannot be read.
    /// </summary>
    /// <param name="time">The record's time.</param>
    /// <param name="from">Since when.</param>
    /// <param name="most">How many, 1 to 12.</param>
    public static IReadOnlyList<EventDate> Next(EventTime time, DateTimeOffset from, int most) =>
        [.. Occurrences.Next(time, from, most).Select(occurrence => Make(
            time,
            occurrence.Span,
            LocalTimes.Read(occurrence.LocalStart, time.AllDay)!.Value,
            LocalTimes.Read(occurrence.LocalEnd, time.AllDay),
            occurrence.Title))];

    /// <summary>The time it takes place, or the first of a series; null when it cannot be read.</summary>
    public static EventDate? First(EventTime? time) =>
        time is not null && EventTimes.Span(time) is { } span && LocalTimes.Read(time.Start, time.AllDay) is { } start
            ? Make(time, span, start, EventTimes.End(time), title: null)
            : null;

    /// <summary>The time that search found, on the event's own clock.</summary>
    /// <param name="time">The record's time.</param>
    /// <param name="start">First moment, UTC.</param>
    /// <param name="end">First moment after it, UTC; null when no end is known.</param>
    public static EventDate At(EventTime time, DateTimeOffset start, DateTimeOffset? end)
    {
        var zone = EventTimes.Zone(time, "UTC") ?? DateTimeZone.Utc;
        LocalDateTime Local(DateTimeOffset moment) => Instant.FromDateTimeOffset(moment).InZone(zone).LocalDateTime;
        return Make(time, new EventSpan(start, end), Local(start), end is { } moment ? Local(moment) : null, title: null);
    }

    /// <summary>A moment on the clock of a zone; on UTC's when there is no such zone.</summary>
    public static DateTime Local(DateTimeOffset moment, string zone) => (moment + (Zones.OffsetAt(zone, moment) ?? TimeSpan.Zero)).UtcDateTime;

    private static EventDate Make(EventTime time, EventSpan span, LocalDateTime start, LocalDateTime? end, LocalizedText? title)
    {
        // The end of days is the day after the last; an end that is not after the start says nothing.
        var shownEnd = end is { } known && known > start ? time.AllDay ? known.PlusDays(-1) : known : (LocalDateTime?)null;
        return new EventDate(span.Start, span.End, start.ToDateTimeUnspecified(), shownEnd?.ToDateTimeUnspecified(), time.AllDay, time.Zone, title);
    }
}
