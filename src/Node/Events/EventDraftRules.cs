using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Places;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>
/// Rules for events that this chapter publishes: those of the protocol, which every node applies, and those that need a time zone
/// database or a calendar library.
/// </summary>
internal static class EventDraftRules
{
    /// <summary>Most bytes a draft may have: what a published record may.</summary>
    public const int DraftBytes = Limits.RecordBytes;

    /// <summary>
    /// Drafts that one member, or the operator, may have: more than anybody writes at a time. At <see cref="DraftBytes"/> each, hers take 6 MiB.
    /// </summary>
    public const int DraftsOfAuthor = 100;

    /// <summary>Her drafts are as many as they may be.</summary>
    public static readonly RuleViolation TooManyDrafts = new(
        "", "DRAFTS_TOO_MANY", $"You have {DraftsOfAuthor} drafts, which is as many as one person may have. Publish or discard one first.");

    /// <summary>The draft does not fit.</summary>
    public static readonly RuleViolation TooLarge = new("description", "EVENT_TOO_LARGE", "All texts together are too long. Shorten the description, or publish fewer translations.");

    /// <summary>Who asks may not publish.</summary>
    public static readonly RuleViolation NotAllowed = new("", "NOT_ALLOWED", "Only connectors and admins of the chapter publish events.");

    /// <summary>Everything that is wrong with an event; empty: it may be published.</summary>
    public static IReadOnlyList<RuleViolation> Check(EventRecord record)
    {
        if (record.CalculateSize() > DraftBytes)
            return [TooLarge];

        var violations = EventRules.Check(record).ToList();
        if (record.Time is { } time && violations.Count == 0)
        {
            if (time.Zone.Length > 0 && !Zones.Exists(time.Zone))
                violations.Add(new RuleViolation("time.zone", "ZONE_UNKNOWN", $"No time zone is called \"{time.Zone}\". Choose one such as Europe/Paris."));
            else if (EventTimes.Span(time) is null)
                violations.Add(new RuleViolation("time.start", "TIME_UNREADABLE", "Start or end is not a date that exists. Check day, month and year."));
        }

        return violations;
    }

    /// <summary>Whether no occurrence is still to come or under way.</summary>
    /// <param name="record">The event.</param>
    /// <param name="now">Now.</param>
    /// <param name="zoneOfDays">IANA zone for whole days that name none: the chapter's.</param>
    public static bool IsOver(EventRecord record, DateTimeOffset now, string zoneOfDays) =>
        record.Time is { } time && Occurrences.Next(time, now, most: 1, zoneOfDays).Count == 0;
}
