using NodaTime;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>One time that an event takes place.</summary>
/// <param name="Span">Its moments.</param>
/// <param name="OriginalStart">The local start that the rule gave it, which names it within its series; the record's form.</param>
/// <param name="LocalStart">Its local start in the event's zone, in the record's form; differs from the original when it was moved.</param>
/// <param name="LocalEnd">Its local end; empty when no end is known.</param>
/// <param name="Title">Its own title; null when it has the series'.</param>
internal sealed record EventOccurrence(EventSpan Span, string OriginalStart, string LocalStart, string LocalEnd, LocalizedText? Title);

/// <summary>Computes when an event takes place, with its rule, its dates and its exceptions.</summary>
internal static class Occurrences
{
    /// <summary>
    /// The occurrences that have not ended at <paramref name="from"/>, the earliest first. An event that does not repeat has
    /// at most one. Cancelled occurrences are left out. Takes bounded time for any record, see <see cref="CalendarLimits"/>.
    /// </summary>
    /// <param name="time">The record's time.</param>
    /// <param name="from">Occurrences that end after this, or begin at or after it.</param>
    /// <param name="most">How many, 1 to <see cref="CalendarLimits.Occurrences"/>.</param>
    /// <param name="zoneOfDays">IANA zone for whole days that name none.</param>
    public static IReadOnlyList<EventOccurrence> Next(
        EventTime time, DateTimeOffset from, int most = CalendarLimits.Occurrences, string zoneOfDays = "UTC")
    {
        most = Math.Clamp(most, 1, CalendarLimits.Occurrences);
        if (EventTimes.Zone(time, zoneOfDays) is not { } zone || LocalTimes.Read(time.Start, time.AllDay) is not { } start)
            return [];

        var series = new Series(time, zone, start);
        if (time.Recurrence.Count == 0)
            return series.At(start, exception: null) is var once && IsAhead(once, from) ? [once] : [];

        // Moved ones first: they may come from anywhere in the series. Then the rule's, which may run longer than a day back.
        var exceptions = Exceptions(time);
        var found = exceptions.Where(exception => !exception.Value.Cancelled)
            .Select(exception => series.At(exception.Key, exception.Value))
            .Where(occurrence => IsAhead(occurrence, from))
            .ToList();
        var earliest = Earliest(from, zone, series.Length);
        // A date that is named in UTC at the edge of the years that records may name can lie beyond it on the event's own clock.
        found.AddRange(series.Recurrence.StartsFrom(earliest)
            .Where(local => local.Year is >= CalendarLimits.EarliestYear and <= CalendarLimits.LatestYear && !exceptions.ContainsKey(local))
            .Select(local => series.At(local, exception: null))
            .SkipWhile(occurrence => !IsAhead(occurrence, from))
            .Take(most));
        return [.. found.OrderBy(occurrence => occurrence.Span.Start).Take(most)];
    }

    private static bool IsAhead(EventOccurrence occurrence, DateTimeOffset from) =>
        occurrence.Span.Start >= from || occurrence.Span.End > from;

    // The latest local start that has surely ended at `from`, whatever the zone does in between.
    private static LocalDateTime Earliest(DateTimeOffset from, DateTimeZone zone, Period length)
    {
        var instant = Instant.FromDateTimeOffset(from);
        var year = instant.InUtc().Year;
        if (year is < CalendarLimits.EarliestYear or > CalendarLimits.LatestYear)
            return new LocalDateTime(Math.Clamp(year, CalendarLimits.EarliestYear, CalendarLimits.LatestYear), 1, 1, 0, 0);
        return instant.InZone(zone).LocalDateTime.PlusDays(-2) - length;
    }

    private static Dictionary<LocalDateTime, EventException> Exceptions(EventTime time)
    {
        var exceptions = new Dictionary<LocalDateTime, EventException>();
        foreach (var exception in time.Exceptions.Take(CalendarLimits.Exceptions))
            if (LocalTimes.Read(exception.OriginalStart, time.AllDay) is { } original)
                exceptions[original] = exception;
        return exceptions;
    }

    private sealed class Series
    {
        private readonly EventTime _time;
        private readonly DateTimeZone _zone;
        private readonly LocalDateTime? _firstEnd;

        public Series(EventTime time, DateTimeZone zone, LocalDateTime start)
        {
            _time = time;
            _zone = zone;
            _firstEnd = EventTimes.End(time);
            Length = _firstEnd is { } end ? EventTimes.Length(start, end) : Period.Zero;
            Recurrence = new Recurrence(start, time.AllDay, zone, time.Recurrence);
        }

        public Period Length { get; }

        public Recurrence Recurrence { get; }

        public EventOccurrence At(LocalDateTime original, EventException? exception)
        {
            var start = Moved(exception?.Start) ?? original;
            var end = Moved(exception?.End) ?? (_firstEnd is null ? null : start + Length);
            return new EventOccurrence(
                EventTimes.Span(start, end, _time.AllDay, _zone),
                LocalTimes.Write(original, _time.AllDay),
                LocalTimes.Write(start, _time.AllDay),
                end is { } local ? LocalTimes.Write(local, _time.AllDay) : "",
                exception?.Title);
        }

        private LocalDateTime? Moved(string? local) => local is { Length: > 0 } ? LocalTimes.Read(local, _time.AllDay) : null;
    }
}
