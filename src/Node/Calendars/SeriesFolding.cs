using NodaTime;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Brings the VEVENTs of one UID together: the newest version of the event, and the occurrences that differ from their
/// series (RECURRENCE-ID) as its exceptions.
/// </summary>
internal sealed class SeriesFolding(ImportProblems problems)
{
    /// <summary>The events, each UID of each calendar once, in the order in which the file first names them.</summary>
    public IReadOnlyList<ParsedEvent> Fold(IEnumerable<ReadEvent> all)
    {
        var folded = new List<ParsedEvent>();
        // In a network's feed two chapters' events may have had one UID before they came there.
        foreach (var sameUid in all.GroupBy(read => (read.Calendar.Identity, read.Uid, read.Event.Uid)))
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
            var later = AddOccurrences(series, occurrences);
            folded.Add(Parsed(series, series.Uid, series.Event));
            folded.AddRange(later);
        }

        return folded;
    }

    private static ParsedEvent Parsed(ReadEvent read, string uid, EventRecord record) =>
        new(uid, read.Line, record, read.Version, read.Calendar.Identity);

    // SEQUENCE first, then the time of the last change, then the later in the file (RFC 5546, §2.1.5).
    private static ReadEvent Newest(IEnumerable<ReadEvent> versions) =>
        versions
            .OrderBy(read => read.Event.Sequence)
            .ThenBy(read => read.Version.LastModified.Length > 0 ? read.Version.LastModified : read.Version.Stamp, StringComparer.Ordinal)
            .ThenBy(read => read.Version.Stamp, StringComparer.Ordinal)
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

        return Named(occurrence, occurrence.Event);
    }

    // An event that calendars know as an occurrence of another.
    private static ParsedEvent Named(ReadEvent occurrence, EventRecord record)
    {
        var original = occurrence.RecurrenceId!.Value;
        var suffix = "/" + CalendarTime.Write(original.Local, original.IsDate, original.IsUtc);
        string With(string uid) => uid[..Math.Min(uid.Length, CalendarLimits.UidLength - suffix.Length)] + suffix;
        record.Uid = With(record.Uid);
        return Parsed(occurrence, With(occurrence.Uid), record);
    }

    // Gives the series that go on from a change of all later occurrences.
    private List<ParsedEvent> AddOccurrences(ReadEvent series, List<ReadEvent> occurrences)
    {
        var time = series.Event.Time;
        var singles = new SortedDictionary<LocalDateTime, ReadEvent>();
        var ranges = new SortedDictionary<LocalDateTime, ReadEvent>();
        var leftOut = SeriesLines.Dates("EXDATE", time).ToHashSet();
        foreach (var occurrence in occurrences)
        {
            var original = time.Recurrence.Count == 0 || !IsReadable(time) ? default : Original(occurrence, time);
            if (WhyLeftOut(occurrence, series, isLeftOut: leftOut.Contains(original)) is { } why)
            {
                problems.Note(occurrence.Line, occurrence.Uid, ImportReasons.ExceptionLeftOut, why);
                continue;
            }

            var known = occurrence.IsFromHereOn ? ranges : singles;
            known[original] = known.TryGetValue(original, out var other) ? Newest([other, occurrence]) : occurrence;
        }

        var exceptions = new SortedDictionary<LocalDateTime, EventException>();
        // One that lies outside of the years that records name is no time of the series; the rules of records say so of its RDATE.
        foreach (var period in time.Exceptions)
        {
            if (LocalTimes.Read(period.OriginalStart, time.AllDay) is { } original)
                exceptions[original] = period;
        }

        // The last first: each ends the series before it.
        var later = ranges.Reverse().Select(range => FromHereOn(series, range.Key, range.Value, singles, exceptions)).OfType<ParsedEvent>().ToList();
        AddSingles(series, time, singles, exceptions);
        Keep(series, time, exceptions);
        return later;
    }

    private void AddSingles(
        ReadEvent series, EventTime time, SortedDictionary<LocalDateTime, ReadEvent> singles, SortedDictionary<LocalDateTime, EventException> exceptions)
    {
        foreach (var (original, occurrence) in singles)
        {
            exceptions.Remove(original);
            if (Exception(series, time, original, occurrence) is { } exception)
                exceptions[original] = exception;
        }
    }

    private void Keep(ReadEvent series, EventTime time, SortedDictionary<LocalDateTime, EventException> exceptions)
    {
        time.Exceptions.Clear();
        time.Exceptions.Add(exceptions.Values.Take(CalendarLimits.Exceptions));
        foreach (var exception in exceptions.Values.Skip(CalendarLimits.Exceptions))
            problems.Note(series.Line, series.Uid, ImportReasons.ExceptionLeftOut,
                $"A series holds at most {CalendarLimits.Exceptions} changed occurrences; that of {exception.OriginalStart} takes place as its series says.");
    }

    private ParsedEvent? FromHereOn(
        ReadEvent series, LocalDateTime original, ReadEvent change,
        SortedDictionary<LocalDateTime, ReadEvent> singles, SortedDictionary<LocalDateTime, EventException> exceptions)
    {
        var (time, own) = (series.Event.Time, change.Event);
        var zone = Zones.Find(time.Zone) ?? DateTimeZone.Utc;
        var isCancelled = own.Status == EventStatus.Cancelled;
        var start = InZone(own.Time.Start, own.Time, zone);
        var parted = SeriesParting.Part(time, original, isCancelled ? null : start, InZone(own.Time.End, own.Time, zone));
        foreach (var changed in parted.Changed)
        {
            changed.Title = own.Title is null || own.Title.Equals(series.Event.Title) ? null : own.Title.Clone();
            if (LocalTimes.Read(changed.OriginalStart, time.AllDay) is { } at)
                exceptions.TryAdd(at, changed);
        }

        if (parted.IsCutShort)
            problems.Note(change.Line, change.Uid, ImportReasons.ChangeCutShort,
                $"A change of all later occurrences (RANGE=THISANDFUTURE) is kept for the next {parted.Changed.Count}; those after them take place as the series says.");
        if (parted.Changed.Count > 0 && Differs(series, own))
            TellSimplified(change);
        if (!isCancelled && parted.Tail is null)
            return null;

        // What was changed one by one after this goes with what follows.
        var followed = new SortedDictionary<LocalDateTime, EventException>();
        foreach (var (date, single) in singles.Where(single => single.Key >= original).ToList())
        {
            singles.Remove(date);
            if (parted.Tail is { } tail && Exception(series, tail, date + Period.Between(original, start!.Value), single) is { } exception)
                followed[date + Period.Between(original, start!.Value)] = exception;
        }

        foreach (var date in exceptions.Keys.Where(date => date >= original).ToList())
            exceptions.Remove(date);
        if (parted.Tail is null)
            return null;
        var record = own.Clone();
        record.Title ??= series.Event.Title;
        record.Time = parted.Tail;
        Keep(change, record.Time, followed);
        return Named(change, record);
    }

    private static FormattableString? WhyLeftOut(ReadEvent occurrence, ReadEvent series, bool isLeftOut)
    {
        if (series.Event.Time.Recurrence.Count == 0)
            return $"This changes an occurrence of an event that does not repeat; the event is taken as it is.";
        if (occurrence.Event.Time.AllDay != series.Event.Time.AllDay)
            return $"This makes whole days of one occurrence of a timed series, or the reverse; it takes place as its series says.";
        // A time on the edge of these years can leave them on the clock of another zone.
        if (!IsReadable(series.Event.Time) || (occurrence.Event.Status != EventStatus.Cancelled && !IsReadable(occurrence.Event.Time)))
            return $"The times lie outside of the years {CalendarLimits.EarliestYear} to {CalendarLimits.LatestYear}; check them.";
        // A newer version of the series left that date out.
        return isLeftOut && occurrence.Version.IsOlderThan(series.Version)
            ? (FormattableString)$"A newer version of the series leaves this occurrence out (EXDATE); it does not take place."
            : null;
    }

    private static bool IsReadable(EventTime time) => LocalTimes.Read(time.Start, time.AllDay) is not null;

    private static LocalDateTime Original(ReadEvent occurrence, EventTime time)
    {
        var recurrenceId = occurrence.RecurrenceId!.Value;
        if (time.AllDay)
            return recurrenceId.Local.Date.AtMidnight();
        // A date alone means that day's occurrence.
        return recurrenceId.IsDate
            ? recurrenceId.Local.Date + LocalTimes.Read(time.Start, allDay: false)!.Value.TimeOfDay
            : occurrence.Calendar.Times.ToLocal(recurrenceId, Zones.Find(time.Zone) ?? DateTimeZone.Utc);
    }

    // Null when the occurrence does not differ in what an exception holds.
    private EventException? Exception(ReadEvent series, EventTime time, LocalDateTime original, ReadEvent occurrence)
    {
        var own = occurrence.Event;
        var exception = new EventException { OriginalStart = LocalTimes.Write(original, time.AllDay) };
        if (own.Status == EventStatus.Cancelled && (series.Event.Status != EventStatus.Cancelled || occurrence.IsCancelledItself))
        {
            exception.Cancelled = true;
            return exception;
        }

        var zone = Zones.Find(time.Zone) ?? DateTimeZone.Utc;
        var start = InZone(own.Time.Start, own.Time, zone);
        var end = InZone(own.Time.End, own.Time, zone);
        if (start is { } moved && moved != original)
            exception.Start = LocalTimes.Write(moved, time.AllDay);
        if (start is { } begin && end is { } until && until > begin && until != EndBySeries(time, begin))
            exception.End = LocalTimes.Write(until, time.AllDay);
        if (own.Title is not null && !own.Title.Equals(series.Event.Title))
            exception.Title = own.Title;
        if (Differs(series, own))
            TellSimplified(occurrence);
        return exception is { Start: "", End: "", Title: null } ? null : exception;
    }

    private static bool Differs(ReadEvent series, EventRecord own) =>
        (own.Place is not null && !own.Place.Equals(series.Event.Place))
        || (own.Description is not null && !own.Description.Equals(series.Event.Description));

    private void TellSimplified(ReadEvent occurrence) =>
        problems.Note(occurrence.Line, occurrence.Uid, ImportReasons.ExceptionSimplified,
            $"An occurrence may have its own time and title; its own place and description are left out.");

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
