using System.Security.Cryptography;
using Google.Protobuf;
using NodaTime;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>Where a version of an event was read.</summary>
/// <param name="Source">What tells its calendar from others; empty when nothing does.</param>
/// <param name="Version">Which version of the event it is.</param>
[GenerateSerializer, Immutable, Alias("calendar-stamp")]
public sealed record CalendarStamp([property: Id(0)] string Source, [property: Id(1)] EventVersion Version)
{
    /// <summary>Of a calendar that says nothing of itself.</summary>
    public static CalendarStamp Unknown { get; } = new("", EventVersion.Unknown);
}

/// <summary>What a calendar says does not take place.</summary>
/// <param name="Occurrence">The occurrence's start, "20261203T190000" or "20261203"; null: the whole event.</param>
/// <param name="IsUtc">It is in UTC; else on the event's own clock.</param>
/// <param name="IsFromHereOn">That occurrence and all after it.</param>
[GenerateSerializer, Immutable, Alias("calendar-cancellation")]
public sealed record CalendarCancellation([property: Id(0)] string? Occurrence, [property: Id(1)] bool IsUtc, [property: Id(2)] bool IsFromHereOn);

/// <summary>What is kept of the last import of an event.</summary>
/// <param name="ContentHash">Of what its calendar said; empty when the next version is to be taken, whatever it says.</param>
/// <param name="Stamp">Which version it was, and of which calendar.</param>
internal sealed record ImportedVersion(byte[] ContentHash, CalendarStamp Stamp);

/// <summary>Decides what an import does with one event. Pure.</summary>
internal static class EventImports
{
    /// <summary>
    /// What tells whether the calendar changed: its version, not the published one, for a connector may have improved the event here.
    /// </summary>
    public static byte[] HashOf(EventRecord imported)
    {
        var content = imported.Clone();
        content.Sequence = 0;
        return SHA256.HashData(content.ToByteArray());
    }

    /// <summary>What an import does.</summary>
    /// <param name="known">The last import; null: never.</param>
    /// <param name="stored">The newest entry of the event; null: none.</param>
    /// <param name="published">What it says; null: nothing, or nothing that can be read.</param>
    /// <param name="imported">What the calendar says now.</param>
    /// <param name="version">Which version that is.</param>
    public static ImportOutcome Judge(ImportedVersion? known, StoredRecord? stored, EventRecord? published, EventRecord imported, EventVersion version)
    {
        // What was taken back stays taken back, whatever a calendar says.
        if (stored is { IsWithdrawn: true })
            return new ImportOutcome(ImportChange.Unchanged, []) { Hindrance = ImportHindrance.TakenBack };
        if (known is not null && known.ContentHash.AsSpan().SequenceEqual(HashOf(imported)))
            return new ImportOutcome(ImportChange.Unchanged, []);
        if (known is not null && version.IsOlderThan(known.Stamp.Version))
            return new ImportOutcome(ImportChange.Unchanged, []) { Hindrance = ImportHindrance.Older };
        if (stored is null)
            return new ImportOutcome(ImportChange.Created, []);
        return new ImportOutcome(published is not null && CalendarChange.IsSame(published, imported) ? ImportChange.Unchanged : ImportChange.Updated, []);
    }

    /// <summary>What a cancellation does, and the event after it; the event is null when it stays as it is.</summary>
    public static (ImportOutcome Outcome, EventRecord? Changed) Judge(
        ImportedVersion? known, StoredRecord? stored, EventRecord? published, CalendarCancellation cancellation, EventVersion version)
    {
        if (stored is { IsWithdrawn: true })
            return (new ImportOutcome(ImportChange.Unchanged, []) { Hindrance = ImportHindrance.TakenBack }, null);
        if (published is null)
            return (new ImportOutcome(ImportChange.Unchanged, []) { Hindrance = ImportHindrance.Unknown }, null);
        if (known is not null && version.IsOlderThan(known.Stamp.Version))
            return (new ImportOutcome(ImportChange.Unchanged, []) { Hindrance = ImportHindrance.Older }, null);
        var changed = published.Clone();
        Cancel(changed, cancellation);
        return changed.Equals(published)
            ? (new ImportOutcome(ImportChange.Unchanged, []), null)
            : (new ImportOutcome(ImportChange.Updated, []), changed);
    }

    private static void Cancel(EventRecord record, CalendarCancellation cancellation)
    {
        var time = record.Time;
        if (cancellation.Occurrence is null)
        {
            record.Status = EventStatus.Cancelled;
            return;
        }

        if (time.Recurrence.Count == 0 || CalendarTime.Read(cancellation.Occurrence, zoneName: "", type: "") is not { } named
            || LocalTimes.Read(time.Start, time.AllDay) is not { } start)
            return;
        var zone = EventTimes.Zone(time, "UTC") ?? DateTimeZone.Utc;
        // A date alone means that day's occurrence.
        var original = time.AllDay ? named.Local.Date.AtMidnight()
            : named.IsDate ? named.Local.Date + start.TimeOfDay
            : cancellation.IsUtc ? named.Local.InUtc().WithZone(zone).LocalDateTime
            : named.Local;
        if (cancellation.IsFromHereOn)
            SeriesParting.Part(time, original, start: null, end: null);
        var kept = time.Exceptions
            .Where(exception => LocalTimes.Read(exception.OriginalStart, time.AllDay) is { } at && (cancellation.IsFromHereOn ? at < original : at != original))
            .ToList();
        if (!cancellation.IsFromHereOn)
            kept.Add(new EventException { OriginalStart = LocalTimes.Write(original, time.AllDay), Cancelled = true });
        time.Exceptions.Clear();
        time.Exceptions.Add(kept.OrderBy(exception => exception.OriginalStart, StringComparer.Ordinal).Take(CalendarLimits.Exceptions));
    }
}
