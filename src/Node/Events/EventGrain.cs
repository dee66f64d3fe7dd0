using Google.Protobuf;
using OuiShare.Federation.Node.Calendars;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Journal;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.Protocol;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>
/// Decides every change of one event. It keeps nothing in memory: what is published stands in the journal, the rest in this chapter's
/// tables, and the decision and its effect share one transaction.
/// </summary>
internal sealed class EventGrain(NodeDatabase database, OwnJournal journal, ChapterDirectory chapters, TimeProvider time) : Grain, IEventGrain
{
    private Guid Id => this.GetPrimaryKey();

    private RecordId RecordId => RecordId.From(Id);

    public Task<EventState?> Read(CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => ReadState(session)));

    public Task<EventResult> SaveDraft(EventRecord draft, Actor actor, CancellationToken cancellationToken = default) =>
        SaveDraft(draft, isProposed: false, actor, cancellationToken);

    public Task<EventResult> Propose(EventRecord draft, Actor actor, CancellationToken cancellationToken = default)
    {
        var violations = EventDraftRules.Check(Completed(draft));
        return violations.Count > 0
            ? Task.FromResult<EventResult>(new EventResult.Refused(violations))
            : SaveDraft(draft, isProposed: true, actor, cancellationToken);
    }

    public Task<EventResult> Discard(Actor actor, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            EventResult (session) =>
            {
                if (EventTables.FindDraft(session, Id) is not { } draft)
                    return new EventResult.Unknown();
                // A visitor has no id, as the operator has none: she must not pass for the author of the operator's draft.
                if (!actor.Is(Role.Connector) && (actor.MemberId is null || draft.AuthorId != actor.MemberId))
                    return new EventResult.Forbidden();
                EventTables.DeleteDraft(session, Id);
                return new EventResult.Done(ReadState(session), Position: null, Epoch: 0, DraftId: null);
            },
            cancellationToken);

    public async Task<EventResult> Publish(EventRecord record, uint? baseSequence, Actor actor, CancellationToken cancellationToken = default)
    {
        if (!actor.Is(Role.Connector))
            return new EventResult.Forbidden();

        var complete = Completed(record);
        var keepsUid = record.Uid.Length == 0;
        if (complete.Status != EventStatus.Cancelled)
            complete.Cancellation = null;
        var violations = EventDraftRules.Check(complete);
        if (violations.Count > 0)
            return new EventResult.Refused(violations);

        return await ChangeAsync(
            "event publish",
            (published, isWithdrawn) => isWithdrawn ? new EventResult.Withdrawn()
                : published is not null && baseSequence is { } sequence && published.Sequence != sequence ? new EventResult.Stale(StateOf(published))
                : null,
            published =>
            {
                // The UID by which calendars know the event outlives an edit that does not name it.
                if (keepsUid && published is { Uid.Length: > 0 })
                    complete.Uid = published.Uid;
                return complete;
            },
            cancellationToken);
    }

    public async Task<ImportOutcome> Import(EventRecord record, Actor actor, CalendarStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        if (!actor.Is(Role.Connector))
            return new ImportOutcome(ImportChange.Rejected, [EventDraftRules.NotAllowed]);
        var complete = Completed(record);
        if (EventDraftRules.Check(complete) is { Count: > 0 } violations)
            return new ImportOutcome(ImportChange.Rejected, violations);

        return await journal.WriteAsync(
            (session, own) =>
            {
                var stored = FindPublished(session);
                var outcome = EventImports.Judge(EventTables.FindImport(session, Id), stored, Parse(stored), complete, (stamp ?? CalendarStamp.Unknown).Version);
                if (outcome.Hindrance != ImportHindrance.Older)
                    EventTables.SaveImport(session, Id, new ImportedVersion(EventImports.HashOf(complete), stamp ?? CalendarStamp.Unknown), Now());
                if (outcome.Change != ImportChange.Unchanged)
                    Append(session, own, Parse(stored), complete);
                return outcome;
            },
            cancellationToken);
    }

    public Task<ImportOutcome> TryImport(EventRecord record, CalendarStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        var complete = Completed(record);
        if (EventDraftRules.Check(complete) is { Count: > 0 } violations)
            return Task.FromResult(new ImportOutcome(ImportChange.Rejected, violations));
        return Task.FromResult(database.Read(session =>
        {
            var stored = FindPublished(session);
            return EventImports.Judge(EventTables.FindImport(session, Id), stored, Parse(stored), complete, (stamp ?? CalendarStamp.Unknown).Version);
        }));
    }

    public async Task<ImportOutcome> ImportCancellation(
        CalendarCancellation cancellation, CalendarStamp stamp, bool isDryRun, Actor actor, CancellationToken cancellationToken = default)
    {
        if (!actor.Is(Role.Connector))
            return new ImportOutcome(ImportChange.Rejected, [EventDraftRules.NotAllowed]);
        (ImportOutcome Outcome, EventRecord? Changed) Judge(DatabaseSession session)
        {
            var stored = FindPublished(session);
            var judged = EventImports.Judge(EventTables.FindImport(session, Id), stored, Parse(stored), cancellation, stamp.Version);
            return judged.Changed is { } changed && EventDraftRules.Check(changed) is { Count: > 0 } violations
                ? (new ImportOutcome(ImportChange.Rejected, violations), null)
                : judged;
        }

        if (isDryRun)
            return database.Read(session => Judge(session).Outcome);
        return await journal.WriteAsync(
            (session, own) =>
            {
                var (outcome, changed) = Judge(session);
                if (changed is null)
                    return outcome;
                // The next version that is not older than this one is taken, also one that says what was said before.
                EventTables.SaveImport(session, Id, new ImportedVersion([], stamp with { Source = EventTables.FindImport(session, Id)?.Stamp.Source ?? "" }), Now());
                Append(session, own, Parse(FindPublished(session)), changed);
                return outcome;
            },
            cancellationToken);
    }

    public Task<EventResult> CancelGone(Actor actor, CancellationToken cancellationToken = default) =>
        ChangePublishedAsync(
            "event cancel gone",
            actor,
            record => record.Status = EventStatus.Cancelled,
            cancellationToken,
            session => EventTables.ForgetImportedContent(session, Id));

    public Task<EventResult> Cancel(LocalizedText? reason, Actor actor, CancellationToken cancellationToken = default) =>
        ChangePublishedAsync(
            "event cancel",
            actor,
            record =>
            {
                record.Status = EventStatus.Cancelled;
                record.Cancellation = reason;
            },
            cancellationToken);

    public Task<EventResult> Reinstate(Actor actor, CancellationToken cancellationToken = default) =>
        ChangePublishedAsync(
            "event reinstate",
            actor,
            record =>
            {
                record.Status = EventStatus.Confirmed;
                record.Cancellation = null;
            },
            cancellationToken);

    public async Task<EventResult> Withdraw(Actor actor, CancellationToken cancellationToken = default)
    {
        if (!actor.Is(Role.Connector))
            return new EventResult.Forbidden();

        using var activity = Hosting.Telemetry.Source.StartActivity("event withdraw");
        var draftId = Guid.CreateVersion7(time.GetUtcNow());
        return await journal.WriteAsync(
            EventResult (session, own) =>
            {
                var stored = FindPublished(session);
                if (stored is null)
                    return new EventResult.Unknown();
                if (stored.IsWithdrawn)
                    return new EventResult.Withdrawn();

                var place = own.Append(new EntryDraft(RecordKind.Event, RecordId, Body: null));
                EventTables.DeleteDraft(session, Id);
                if (Parse(stored) is { } published)
                {
                    var copy = published.Clone();
                    (copy.Uid, copy.Sequence) = ("", 0);
                    EventTables.SaveDraft(session, new Draft(draftId, copy, IsProposed: false, actor.MemberId, time.GetUtcNow()), most: int.MaxValue);
                }

                return new EventResult.Done(Event: null, place.Position, place.Journal.Epoch, draftId);
            },
            cancellationToken);
    }

    public Task<RsvpResult> Answer(Guid memberId, bool isGoing, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            RsvpResult (session) =>
            {
                if (MemberTable.Find(session, memberId) is null)
                    return new RsvpResult.Closed(RsvpClosed.NotAMember);
                if (Parse(FindPublished(session)) is not { } published)
                    return new RsvpResult.Closed(RsvpClosed.Unknown);
                if (isGoing && published.Status == EventStatus.Cancelled)
                    return new RsvpResult.Closed(RsvpClosed.Cancelled);
                if (isGoing && EventDraftRules.IsOver(published, time.GetUtcNow(), chapters.OwnRecord?.Zone ?? "UTC"))
                    return new RsvpResult.Closed(RsvpClosed.Over);

                // What a restored node took back from its peers came without its seats.
                EventTables.SetCapacity(session, Id, published.Capacity);
                var wasGoing = EventTables.FindAnswer(session, Id, memberId) is true;
                if (isGoing && !wasGoing && !EventTables.TakeSeat(session, Id))
                    return new RsvpResult.Full(EventTables.FindSeats(session, Id));
                if (!isGoing && wasGoing)
                    EventTables.GiveSeatBack(session, Id);
                EventTables.SaveAnswer(session, Id, memberId, isGoing, Now());
                return new RsvpResult.Recorded(isGoing, EventTables.FindSeats(session, Id));
            },
            cancellationToken);

    private StoredRecord? FindPublished(DatabaseSession session) => JournalReader.FindRecord(session, journal.Origin, RecordKind.Event, RecordId);

    private static EventRecord? Parse(StoredRecord? stored) => stored?.Body is { } body ? ReadableRecord.TryParse(EventRecord.Parser, body) : null;

    private async Task<EventResult> SaveDraft(EventRecord draft, bool isProposed, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.Is(Role.Member))
            return new EventResult.Forbidden();
        if (draft.CalculateSize() > EventDraftRules.DraftBytes)
            return new EventResult.Refused([EventDraftRules.TooLarge]);

        return await database.WriteAsync(
            EventResult (session) =>
            {
                var known = EventTables.FindDraft(session, Id);
                var stored = FindPublished(session);
                if (stored is { IsWithdrawn: true })
                    return new EventResult.Withdrawn();
                var isOwnDraft = known is not null && known.AuthorId == actor.MemberId;
                if (!actor.Is(Role.Connector) && !isOwnDraft && (known is not null || stored is not null))
                    return new EventResult.Forbidden();

                var author = known is null ? actor.MemberId : known.AuthorId;
                if (!EventTables.SaveDraft(session, new Draft(Id, draft, isProposed, author, time.GetUtcNow()), EventDraftRules.DraftsOfAuthor))
                    return new EventResult.Refused([EventDraftRules.TooManyDrafts]);
                return new EventResult.Done(ReadState(session), Position: null, Epoch: 0, DraftId: null);
            },
            cancellationToken);
    }

    private Task<EventResult> ChangePublishedAsync(
        string activity, Actor actor, Action<EventRecord> change, CancellationToken cancellationToken, Action<DatabaseSession>? besides = null) =>
        !actor.Is(Role.Connector)
            ? Task.FromResult<EventResult>(new EventResult.Forbidden())
            : ChangeAsync(
                activity,
                (published, isWithdrawn) => isWithdrawn ? new EventResult.Withdrawn() : published is null ? new EventResult.Unknown() : null,
                published =>
                {
                    var changed = published!.Clone();
                    change(changed);
                    return changed;
                },
                cancellationToken,
                besides);

    // Reads, decides and appends in one transaction; the decision is made on what is published at that moment.
    private async Task<EventResult> ChangeAsync(
        string activityName,
        Func<EventRecord?, bool, EventResult?> refuse,
        Func<EventRecord?, EventRecord> change,
        CancellationToken cancellationToken,
        Action<DatabaseSession>? besides = null)
    {
        using var activity = Hosting.Telemetry.Source.StartActivity(activityName);
        return await journal.WriteAsync(
            (session, own) =>
            {
                var stored = FindPublished(session);
                var published = Parse(stored);
                if (refuse(published, stored is { IsWithdrawn: true }) is { } refusal)
                    return refusal;

                var changed = change(published);
                if (EventDraftRules.Check(changed) is { Count: > 0 } violations)
                    return new EventResult.Refused(violations);
                var place = Append(session, own, published, changed);
                EventTables.DeleteDraft(session, Id);
                besides?.Invoke(session);
                return new EventResult.Done(StateOf(changed), place?.Position, place?.Journal.Epoch ?? 0, DraftId: null);
            },
            cancellationToken);
    }

    // Appends the new version unless it says what the published one says; sets its sequence.
    private EntryPlace? Append(DatabaseSession session, OwnJournal own, EventRecord? published, EventRecord changed)
    {
        changed.Sequence = published?.Sequence ?? 0;
        if (published is not null && published.Equals(changed))
            return null;

        if (published is not null)
            changed.Sequence = published.Sequence + 1;
        EventTables.SetCapacity(session, Id, changed.Capacity);
        return own.Append(new EntryDraft(RecordKind.Event, RecordId, own.NewBody(changed.ToByteArray())));
    }

    private EventRecord Completed(EventRecord record)
    {
        var complete = record.Clone();
        if (complete.Uid.Length == 0)
            complete.Uid = $"{RecordId}@{journal.Origin.Short}";
        if (complete.Status == EventStatus.Unspecified)
            complete.Status = EventStatus.Confirmed;
        if (complete.Time is { } time)
            RecurrenceRules.Normalise(time);
        return complete;
    }

    private EventState? ReadState(DatabaseSession session)
    {
        var stored = FindPublished(session);
        var draft = EventTables.FindDraft(session, Id);
        return stored is null && draft is null
            ? null
            : new EventState(Id, Parse(stored), draft?.Record, draft?.IsProposed ?? false, draft?.AuthorId, stored?.IsWithdrawn ?? false);
    }

    private EventState StateOf(EventRecord published) => new(Id, published, Draft: null, IsProposed: false, AuthorId: null, IsWithdrawn: false);

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
