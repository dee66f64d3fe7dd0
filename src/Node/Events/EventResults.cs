using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>An event of this chapter as its people see it.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="Published">What every node shows; null: never published, or withdrawn.</param>
/// <param name="Draft">What is being prepared; null: nothing.</param>
/// <param name="IsProposed">The draft waits for a connector to publish it.</param>
/// <param name="AuthorId">Who wrote the draft; null: the operator, or no draft.</param>
/// <param name="IsWithdrawn">It was published once and taken back.</param>
[GenerateSerializer, Immutable, Alias("event-state")]
public sealed record EventState(
    [property: Id(0)] Guid Id,
    [property: Id(1)] EventRecord? Published,
    [property: Id(2)] EventRecord? Draft,
    [property: Id(3)] bool IsProposed,
    [property: Id(4)] Guid? AuthorId,
    [property: Id(5)] bool IsWithdrawn);

/// <summary>What came of asking an event's grain for a change.</summary>
[GenerateSerializer, Immutable, Alias("event-result")]
public abstract record EventResult
{
    private EventResult()
    {
    }

    /// <summary>The change is on disk.</summary>
    /// <param name="Event">The event after it; null after a withdrawal or a discarded draft.</param>
    /// <param name="Position">Position of the entry it appended, for a page that waits to see its own write; null: nothing was appended.</param>
    /// <param name="Epoch">Epoch of that position.</param>
    /// <param name="DraftId">After a withdrawal: id of the draft that keeps the content.</param>
    [GenerateSerializer, Immutable, Alias("event-done")]
    public sealed record Done(
        [property: Id(0)] EventState? Event, [property: Id(1)] ulong? Position, [property: Id(2)] uint Epoch, [property: Id(3)] Guid? DraftId) : EventResult;

    /// <summary>The event breaks rules; every one is named with its field.</summary>
    [GenerateSerializer, Immutable, Alias("event-refused")]
    public sealed record Refused([property: Id(0)] IReadOnlyList<RuleViolation> Violations) : EventResult;

    /// <summary>There is no such event.</summary>
    [GenerateSerializer, Immutable, Alias("event-unknown")]
    public sealed record Unknown : EventResult;

    /// <summary>The actor's role may not do this.</summary>
    [GenerateSerializer, Immutable, Alias("event-forbidden")]
    public sealed record Forbidden : EventResult;

    /// <summary>The event changed since the version this change was made from.</summary>
    [GenerateSerializer, Immutable, Alias("event-stale")]
    public sealed record Stale([property: Id(0)] EventState Event) : EventResult;

    /// <summary>The event was withdrawn, which is for ever.</summary>
    [GenerateSerializer, Immutable, Alias("event-withdrawn")]
    public sealed record Withdrawn : EventResult;
}

/// <summary>What an import did with one event.</summary>
[GenerateSerializer, Immutable, Alias("import-outcome")]
public sealed record ImportOutcome([property: Id(0)] ImportChange Change, [property: Id(1)] IReadOnlyList<RuleViolation> Violations)
{
    /// <summary>Why the event stayed as it was although the calendar says something else.</summary>
    [Id(2)]
    public ImportHindrance Hindrance { get; init; }
}

/// <summary>Why an import leaves an event as it is although its calendar says something else.</summary>
public enum ImportHindrance
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>A newer version was imported before.</summary>
    Older,

    /// <summary>The event was taken back.</summary>
    TakenBack,

    /// <summary>A calendar cancels an event that was never here.</summary>
    Unknown,
}

/// <summary>How an import changed an event.</summary>
public enum ImportChange
{
    /// <summary>As it was.</summary>
    Unchanged,

    /// <summary>New.</summary>
    Created,

    /// <summary>Changed.</summary>
    Updated,

    /// <summary>Not taken; the violations say why.</summary>
    Rejected,
}

/// <summary>What came of a member's answer.</summary>
[GenerateSerializer, Immutable, Alias("rsvp-result")]
public abstract record RsvpResult
{
    private RsvpResult()
    {
    }

    /// <summary>It is on disk.</summary>
    [GenerateSerializer, Immutable, Alias("rsvp-recorded")]
    public sealed record Recorded([property: Id(0)] bool IsGoing, [property: Id(1)] Seats Seats) : RsvpResult;

    /// <summary>No seat is left.</summary>
    [GenerateSerializer, Immutable, Alias("rsvp-full")]
    public sealed record Full([property: Id(0)] Seats Seats) : RsvpResult;

    /// <summary>The event is over, cancelled, withdrawn or not published.</summary>
    [GenerateSerializer, Immutable, Alias("rsvp-closed")]
    public sealed record Closed([property: Id(0)] RsvpClosed Why) : RsvpResult;
}

/// <summary>Why an event takes no answers.</summary>
public enum RsvpClosed
{
    /// <summary>There is no such published event of this chapter.</summary>
    Unknown,

    /// <summary>It does not take place.</summary>
    Cancelled,

    /// <summary>It is over.</summary>
    Over,

    /// <summary>The person is not a member any more.</summary>
    NotAMember,
}

/// <summary>An event's seats.</summary>
/// <param name="Capacity">How many there are; 0: no limit.</param>
/// <param name="Taken">How many are taken.</param>
[GenerateSerializer, Immutable, Alias("seats")]
public readonly record struct Seats([property: Id(0)] int Capacity, [property: Id(1)] int Taken)
{
    /// <summary>How many are left; null: no limit. Never negative: a lowered capacity takes no seat away.</summary>
    public int? Left => Capacity == 0 ? null : Math.Max(0, Capacity - Taken);
}
