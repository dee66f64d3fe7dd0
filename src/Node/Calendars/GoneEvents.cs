using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Storage;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Finds events that a calendar brought before and holds no more, and does with them what the admin chose. What is over leaves many calendars by itself,
/// and is left alone; so is what the file holds in a form that could not be read.
/// </summary>
internal sealed class GoneEvents(NodeDatabase database, EventDirectory events, IGrainFactory grains, ChapterDirectory chapters, TimeProvider time)
{
    /// <summary>Tells of them, and cancels or takes back where that was chosen; gives their number.</summary>
    public async Task<int> RunAsync(
        List<PlannedImport> plan, CalendarFile file, IReadOnlyList<CalendarProblem> problems, ImportWishes wishes, Actor actor, ImportProblems told,
        CancellationToken cancellationToken)
    {
        var held = plan.Select(planned => planned.Id).ToHashSet();
        var unread = problems.Where(problem => !problem.IsNote && problem.Uid.Length > 0).Select(problem => problem.Uid).ToHashSet();
        var gone = 0;
        foreach (var source in plan.Select(planned => planned.Source).Where(source => source.Length > 0).Distinct().ToList())
        {
            var whenGone = await ChooseAsync(source, isAddress: file.Address.Length > 0, wishes, cancellationToken);
            foreach (var id in database.Read(session => EventTables.ListImported(session, source, CalendarLimits.Events)))
            {
                if (held.Contains(id) || Find(id) is not { } record || unread.Contains(record.Uid))
                    continue;
                gone++;
                ImportNotes.Gone(told, record, whenGone);
                if (!wishes.IsDryRun)
                    await LeaveAsync(id, whenGone, actor, cancellationToken);
            }
        }

        return gone;
    }

    // Only an address is the same calendar next week for sure: a file of that program and name may be any other export.
    private async Task<WhenGone> ChooseAsync(string source, bool isAddress, ImportWishes wishes, CancellationToken cancellationToken)
    {
        if (!isAddress)
            return wishes.WhenGone;
        if (wishes.WhenGone == WhenGone.Unspecified)
            return database.Read(session => EventTables.FindWhenGone(session, source)) ?? WhenGone.Keep;
        if (!wishes.IsDryRun)
            await database.WriteAsync(session => EventTables.SaveWhenGone(session, source, wishes.WhenGone), cancellationToken);
        return wishes.WhenGone;
    }

    // Null: it is withdrawn, cancelled already, or over.
    private EventRecord? Find(Guid id) =>
        events.FindOwn(id) is EventLookup.Found { Event.Record: { Status: not EventStatus.Cancelled } record }
        && !EventDraftRules.IsOver(record, time.GetUtcNow(), chapters.OwnRecord?.Zone ?? "UTC")
            ? record
            : null;

    private async Task LeaveAsync(Guid id, WhenGone whenGone, Actor actor, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<IEventGrain>(id);
        if (whenGone == WhenGone.Cancel)
            await grain.CancelGone(actor, cancellationToken);
        else if (whenGone == WhenGone.Withdraw)
            await grain.Withdraw(actor, cancellationToken);
    }
}
