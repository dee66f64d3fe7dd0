using OuiShare.Federation.Node.Members;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Events;

/// <summary>One event of this chapter; the only writer of it. Its key is the event's id.</summary>
[Alias("event")]
public interface IEventGrain : IGrainWithGuidKey
{
    /// <summary>The event as its chapter's people see it: what is published, and the draft if there is one. Null: no such event.</summary>
    [Alias("read")]
    Task<EventState?> Read(CancellationToken cancellationToken = default);

    /// <summary>Keeps a draft for later. Members may draft their own, connectors all.</summary>
    [Alias("save-draft")]
    Task<EventResult> SaveDraft(EventRecord draft, Actor actor, CancellationToken cancellationToken = default);

    /// <summary>Asks the connectors to publish a draft. Members and above.</summary>
    [Alias("propose")]
    Task<EventResult> Propose(EventRecord draft, Actor actor, CancellationToken cancellationToken = default);

    /// <summary>Throws a draft or proposal away; what is published stays. Its author, or a connector.</summary>
    [Alias("discard")]
    Task<EventResult> Discard(Actor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes a version: on disk and signed when the task completes. Nothing is appended when it equals what is published. Connectors and above.
    /// </summary>
    /// <param name="record">The whole event; its status, UID and sequence are set here.</param>
    /// <param name="baseSequence">Sequence of the version it was made from; null: whichever is published.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Gives the wait up; the event may be published all the same.</param>
    [Alias("publish")]
    Task<EventResult> Publish(EventRecord record, uint? baseSequence, Actor actor, CancellationToken cancellationToken = default);

    /// <summary>Publishes a version read from a calendar, unless that calendar's version was imported before, or a newer one.</summary>
    /// <param name="record">What the calendar says.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="stamp">Which calendar and version it is; null: nobody knows.</param>
    /// <param name="cancellationToken">Gives the wait up; the event may be published all the same.</param>
    [Alias("import")]
    Task<ImportOutcome> Import(EventRecord record, Actor actor, CalendarStamp? stamp = null, CancellationToken cancellationToken = default);

    /// <summary>What <see cref="Import"/> would do; changes nothing.</summary>
    [Alias("try-import")]
    Task<ImportOutcome> TryImport(EventRecord record, CalendarStamp? stamp = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels the event, or occurrences of it, because a calendar says so (METHOD:CANCEL). Connectors and above.</summary>
    /// <param name="cancellation">What does not take place.</param>
    /// <param name="stamp">Which calendar and version says so.</param>
    /// <param name="isDryRun">Only say what would change.</param>
    /// <param name="actor">On whose behalf.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    [Alias("import-cancellation")]
    Task<ImportOutcome> ImportCancellation(
        CalendarCancellation cancellation, CalendarStamp stamp, bool isDryRun, Actor actor, CancellationToken cancellationToken = default);

    /// <summary>Cancels the event because it left the calendar it came from; when it is there again, it is imported as it then is. Connectors and above.</summary>
    [Alias("cancel-gone")]
    Task<EventResult> CancelGone(Actor actor, CancellationToken cancellationToken = default);

    /// <summary>Says that the event does not take place; it stays listed. Connectors and above.</summary>
    [Alias("cancel")]
    Task<EventResult> Cancel(LocalizedText? reason, Actor actor, CancellationToken cancellationToken = default);

    /// <summary>Takes a cancellation back. Connectors and above.</summary>
    [Alias("reinstate")]
    Task<EventResult> Reinstate(Actor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the event back: its text is erased on every node, for ever. Its content stays here as a draft under the id in the result, so that
    /// a mistake can be mended by publishing it anew. Connectors and above.
    /// </summary>
    [Alias("withdraw")]
    Task<EventResult> Withdraw(Actor actor, CancellationToken cancellationToken = default);

    /// <summary>A member says whether she comes. Seats are counted by the database, so the last one goes to one person only.</summary>
    [Alias("answer")]
    Task<RsvpResult> Answer(Guid memberId, bool isGoing, CancellationToken cancellationToken = default);
}
