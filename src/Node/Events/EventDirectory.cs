using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>Reads single events: those of the whole network from the journals, and this chapter's drafts, seats and answers. Thread-safe.</summary>
public sealed class EventDirectory
{
    /// <summary>Most drafts, attendees or attended events listed at once.</summary>
    public const int ListLimit = 1_000;

    private readonly NodeDatabase _database;
    private readonly JournalRegister _register;
    private readonly JournalReader _reader;
    private readonly ChapterDirectory _chapters;
    private readonly OwnJournal _own;

    internal EventDirectory(NodeDatabase database, JournalRegister register, JournalReader reader, ChapterDirectory chapters, OwnJournal own)
    {
        _database = database;
        _register = register;
        _reader = reader;
        _chapters = chapters;
        _own = own;
    }

    /// <summary>An event of any chapter.</summary>
    /// <param name="originShort">First 20 digits of the origin's key, as in web addresses.</param>
    /// <param name="id">The event's id.</param>
    public EventLookup Find(string originShort, Guid id)
    {
        if (_register.FindOrigin(originShort) is not { } origin)
            return new EventLookup.Unknown();
        return Find(origin, id);
    }

    /// <inheritdoc cref="Find(string, Guid)"/>
    public EventLookup Find(Origin origin, Guid id)
    {
        if (_register.IsBlocked(origin))
            return new EventLookup.Unknown();
        var stored = _reader.FindRecord(origin, RecordKind.Event, RecordId.From(id));
        if (stored is null)
            return new EventLookup.Unknown();
        if (stored.IsWithdrawn)
            return new EventLookup.Withdrawn(_chapters.NameOf(origin), stored.StoredAt);
        if (stored.IsDamaged)
            return new EventLookup.Damaged(_chapters.NameOf(origin));
        if (stored.Body is not { } body)
            return new EventLookup.Missing(_chapters.NameOf(origin));
        return ReadableRecord.Event(body) is { } record
            ? new EventLookup.Found(new PublishedEvent(origin, id, record, _chapters.NameOf(origin), origin == _own.Origin, stored.Place, stored.StoredAt))
            : new EventLookup.Unknown();
    }

    /// <summary>An event of this chapter.</summary>
    public EventLookup FindOwn(Guid id) => Find(_own.Origin, id);

    /// <summary>What is being prepared, the newest first; null author: everybody's.</summary>
    public IReadOnlyList<Draft> ListDrafts(Guid? authorId) => _database.Read(session => EventTables.ListDrafts(session, authorId, ListLimit));

    /// <summary>Seats of an event of this chapter.</summary>
    public Seats FindSeats(Guid id) => _database.Read(session => EventTables.FindSeats(session, id));

    /// <summary>Whether a member comes; null: she has not said.</summary>
    public bool? FindAnswer(Guid id, Guid memberId) => _database.Read(session => EventTables.FindAnswer(session, id, memberId));

    /// <summary>Ids of the members who come to an event, in the order in which they said so.</summary>
    public IReadOnlyList<Guid> ListAttendees(Guid id) => _database.Read(session => EventTables.ListAttendees(session, id, ListLimit));

    /// <summary>All that a member ever answered to events of this chapter, withdrawn ones too, the latest first.</summary>
    public IReadOnlyList<Answer> ListAnswers(Guid memberId) => _database.Read(session => EventTables.ListAnswers(session, memberId));

    /// <summary>The events of this chapter that a member comes to, the latest answer first; withdrawn ones are left out.</summary>
    public IReadOnlyList<PublishedEvent> ListAttending(Guid memberId) =>
        [.. _database.Read(session => EventTables.ListAttending(session, memberId, ListLimit))
            .Select(FindOwn).OfType<EventLookup.Found>().Select(found => found.Event)];
}

/// <summary>An event as its origin published it.</summary>
/// <param name="Origin">Whose event.</param>
/// <param name="Id">Its id, unique within its origin.</param>
/// <param name="Record">What was published.</param>
/// <param name="ChapterName">Name of its chapter.</param>
/// <param name="IsOwn">It is this chapter's.</param>
/// <param name="Place">Where its newest entry stands.</param>
/// <param name="VerifiedAt">When that entry was verified and stored here.</param>
public sealed record PublishedEvent(
    Origin Origin, Guid Id, EventRecord Record, string ChapterName, bool IsOwn, EntryPlace Place, DateTimeOffset VerifiedAt);

/// <summary>What a member said about coming to an event.</summary>
/// <param name="EventId">Which event of this chapter.</param>
/// <param name="IsGoing">She comes, or she does not.</param>
/// <param name="AnsweredAt">When she said so last.</param>
public sealed record Answer(Guid EventId, bool IsGoing, DateTimeOffset AnsweredAt);

/// <summary>What a look-up of an event gives.</summary>
public abstract record EventLookup
{
    private EventLookup()
    {
    }

    /// <summary>Here it is.</summary>
    public sealed record Found(PublishedEvent Event) : EventLookup;

    /// <summary>Its chapter took it back.</summary>
    public sealed record Withdrawn(string ChapterName, DateTimeOffset At) : EventLookup;

    /// <summary>Its entry is here, its text has not arrived.</summary>
    public sealed record Missing(string ChapterName) : EventLookup;

    /// <summary>Its text was changed or lost on this node's disk; it is being fetched again from a peer.</summary>
    public sealed record Damaged(string ChapterName) : EventLookup;

    /// <summary>No journal here has such an event, its chapter is blocked, or what it signed is not one that can be shown.</summary>
    public sealed record Unknown : EventLookup;
}
