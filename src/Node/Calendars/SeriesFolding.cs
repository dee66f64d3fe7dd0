using NodaTime;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Brings the VEVENTs of one UID together: the newest version of the event, and the occurrences that differ from their
/// series (RECURRENCE-ID) as its exceptions.
/// </summary>
internal sealed class SeriesFolding(EventTimeReading times, ImportProblems problems)
{
    /// <summary>The events, each UID once, in the order in which the file first names them.</summary>
    public IReadOnlyList<ParsedEvent> Fold(IEnumerable<ReadEvent> all)
    {
        var folded = new List<ParsedEvent>();
        foreach (var sameUid in all.GroupBy(read => read.Uid))
        {
            var whole = sameUid.Where(read => read.RecurrenceId is null).ToList();
            var occurrences = sameUid.Where(read => read.RecurrenceId is not null).ToList();
            if (whole.Count == 0)
            {
                folded.AddRange(occurrences.GroupBy(read => read.RecurrenceId).Select(same => OnItsOwn(Newest(same))).OfType<ParsedEvent>());
                continue;
            }

            var series = Newest(whole);
            foreach (var older in whole.Where(read => read != series && !CalendarChange.IsSame(read.Event, series.Event)))
                problems.Refuse(older.Line, older.Uid, ImportReasons.DuplicateUid,
                    $"The file holds another event with this UID at line {series.Line}, which is newer or stands later; this one is left out.");
            AddExceptions(series, occurrences);
            folded.Add(new ParsedEvent(series.Uid, series.Line, series.Event));
        }

        return folded;
    }

    // SEQUENCE first, then the time of the last change, then the later in the file (RFC 5546, §2.1.5).
    private static ReadEvent Newest(IEnumerable<ReadEvent> versions) =>
        versions
            .OrderBy(read => read.Event.Sequence)
            .ThenBy(read => read.LastChange, StringComparer.Ordinal)
            .ThenBy(read => read.Line)
            .Last();

    // An export of some weeks holds changed occurrences without their series: each is an event then. One that was only
    // cancelled has nothing to say without its series.
    private ParsedEvent? OnItsOwn(ReadEvent occurrence)
    {
        if (occurrence.Event.Title is null)
        {
            problems.Refuse(occurrence.Line, occurrence.Uid, ImportReasons.TitleMissing,
                $"The file cancels an occurrence of a series that it does not hold, without a title (SUMMARY).");
            return null;
        }

        var original = occurrence.RecurrenceId!.Value;
        var suffix = "/" + CalendarTime.Write(original.Local, original.IsDate, original.IsUtc);
        var uid = occurrence.Uid[..Math.Min(occurrence.Uid.Length, CalendarLimits.UidLength - suffix.Length)] + suffix;
        occurrence.Event.Uid = uid;
        return new ParsedEvent(uid, occurrence.Line, occurrence.Event);
    }

    private void AddExceptions(ReadEvent series, List<ReadEvent> occurrences)
    {
        var time = series.Event.Time;
        var zone = Zones.Find(time.Zone) ?? DateTimeZone.Utc;
        var exceptions = new SortedDictionary<LocalDateTime, ReadEvent>();
        foreach (var occurrence in occurrences)
        {
            if (occurrence.IsFromHereOn || time.Recurrence.Count == 0 || occurrence.Event.Time.AllDay != time.AllDay)
            {
                problems.Note(occurrence.Line, occurrence.Uid, ImportReasons.ExceptionLeftOut, WhyLeftOut(occurrence, time));
                continue;
            }

            var original = Original(occurrence.RecurrenceId!.Value, time, zone);
            exceptions[original] = exceptions.TryGetValue(original, out var other) ? Newest([other, occurrence]) : occurrence;
        }

        foreach (var (original, occurrence) in exceptions.Take(CalendarLimits.Exceptions))
            if (Exception(series, original, occurrence, zone) is { } exception)
                time.Exceptions.Add(exception);
        foreach (var (_, occurrence) in exceptions.Skip(CalendarLimits.Exceptions))
            problems.Note(occurrence.Line, occurrence.Uid, ImportReasons.ExceptionLeftOut,
                $"A series holds at most {CalendarLimits.Exceptions} changed occurrences; this one takes place as its series says.");
    }

    private static FormattableString WhyLeftOut(ReadEvent occurrence, EventTime time)
    {
        if (occurrence.IsFromHereOn)
            return $"A change of all later occurrences (RANGE=THISANDFUTURE) is not supported; they take place as the series says.";
        if (time.Recurrence.Count == 0)
            return $"This changes an occurrence of an event that does not repeat; the event is taken as it is.";
        return $"This makes whole days of one occurrence of a timed series, or the reverse; it takes place as its series says.";
    }

    private LocalDateTime Original(CalendarTime recurrenceId, EventTime time, DateTimeZone zone)
    {
        if (time.AllDay)
            return recurrenceId.Local.Date.AtMidnight();
        // A date alone means that day's occurrence.
        return recurrenceId.IsDate
            ? recurrenceId.Local.Date + LocalTimes.Read(time.Start, allDay: false)!.Value.TimeOfDay
            : times.ToLocal(recurrenceId, zone);
    }

    // Null when the occurrence does not differ in what an exception holds.
    private EventException? Exception(ReadEvent series, LocalDateTime original, ReadEvent occurrence, DateTimeZone zone)
    {
        var (time, own) = (series.Event.Time, occurrence.Event);
        var exception = new EventException { OriginalStart = LocalTimes.Write(original, time.AllDay) };
        if (own.Status == EventStatus.Cancelled)
        {
            exception.Cancelled = true;
            return exception;
        }

        var start = InZone(own.Time.Start, own.Time, zone);
        var end = InZone(own.Time.End, own.Time, zone);
        if (start != original)
            exception.Start = LocalTimes.Write(start!.Value, time.AllDay);
        if (end is { } until && until != EndBySeries(time, start!.Value))
            exception.End = LocalTimes.Write(until, time.AllDay);
        if (own.Title is not null && !own.Title.Equals(series.Event.Title))
            exception.Title = own.Title;
        var differs = (own.Place is not null && !own.Place.Equals(series.Event.Place))
            || (own.Description is not null && !own.Description.Equals(series.Event.Description));
        if (differs)
            problems.Note(occurrence.Line, occurrence.Uid, ImportReasons.ExceptionSimplified,
                $"An occurrence may have its own time and title; its own place and description are left out.");
        return exception is { Start: "", End: "", Title: null } ? null : exception;
    }

    private static LocalDateTime? InZone(string local, EventTime own, DateTimeZone zone)
    {
        var read = LocalTimes.Read(local, own.AllDay);
        return read is null || own.AllDay || own.Zone == zone.Id || Zones.Find(own.Zone) is not { } ownZone
            ? read
            : ownZone.AtLeniently(read.Value).WithZone(zone).LocalDateTime;
    }

    private static LocalDateTime? EndBySeries(EventTime time, LocalDateTime start)
    {
        var (first, end) = (LocalTimes.Read(time.Start, time.AllDay), LocalTimes.Read(time.End, time.AllDay));
        return end is null ? null : start + EventTimes.Length(first!.Value, end.Value);
    }
}
