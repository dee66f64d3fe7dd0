using NodaTime;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>When an event begins and ends on everybody's clock.</summary>
/// <param name="Start">First moment, UTC.</param>
/// <param name="End">First moment after it, UTC; null when no end is known.</param>
internal readonly record struct EventSpan(DateTimeOffset Start, DateTimeOffset? End);

/// <summary>Turns a record's local times into moments.</summary>
internal static class EventTimes
{
    private const int LongestYears = 100;

    /// <summary>
    /// The moments at which an event, or the first of a series, begins and ends; null when the record's times or zone cannot
    /// be read, which a verified record of a newer node may bring.
    /// </summary>
    /// <param name="time">The record's time.</param>
    /// <param name="zoneOfDays">
    /// IANA zone for whole days that name none: where the question is asked, or the chapter's. A day has no moment of its own
    /// without one.
    /// </param>
    /// <remarks>
    /// A local time that the clocks jump over counts as if they had not jumped yet; one that comes twice is the first
    /// (RFC 5545, §3.3.5).
    /// </remarks>
    public static EventSpan? Span(EventTime time, string zoneOfDays = "UTC")
    {
        if (Zone(time, zoneOfDays) is not { } zone || LocalTimes.Read(time.Start, time.AllDay) is not { } start)
            return null;
        return Span(start, End(time), time.AllDay, zone);
    }

    /// <summary>The zone that the record's local times are in; null when there is no such zone.</summary>
    public static DateTimeZone? Zone(EventTime time, string zoneOfDays) =>
        Zones.Find(time.Zone.Length > 0 ? time.Zone : time.AllDay ? zoneOfDays : "");

    /// <summary>The record's local end; null when it has none.</summary>
    public static LocalDateTime? End(EventTime time) => LocalTimes.Read(time.End, time.AllDay);

    /// <summary>The moments of local times in a zone.</summary>
    public static EventSpan Span(LocalDateTime start, LocalDateTime? end, bool allDay, DateTimeZone zone) =>
        new(At(start, allDay, zone), end is { } local ? At(local, allDay, zone) : null);

    /// <summary>
    /// How long an event lasts as the clock on the wall shows it, so that an evening until two stays one on the night the
    /// clocks change. Nothing when it ends before it begins, or lasts for centuries: that is a mistake or an attack.
    /// </summary>
    public static Period Length(LocalDateTime start, LocalDateTime end) =>
        end > start && end.Year - start.Year < LongestYears
            ? Period.Between(start, end, PeriodUnits.Days | PeriodUnits.AllTimeUnits)
            : Period.Zero;

    // A day that a zone left out (Samoa had no 30 December 2011) has no start: it is taken for the moment at which it would have begun.
    private static DateTimeOffset At(LocalDateTime local, bool allDay, DateTimeZone zone) =>
        zone.AtLeniently(allDay ? local.Date.AtMidnight() : local).ToInstant().ToDateTimeOffset();
}
