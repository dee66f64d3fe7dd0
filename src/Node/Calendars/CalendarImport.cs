using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>
/// Imports calendars: reads the file, finds which events of the node its events are, and hands each to its grain. Importing the same file again
/// changes nothing, nor does importing a feed of the network.
/// </summary>
public sealed class CalendarImport
{
    /// <summary>Events handed to grains at the same time: enough for the group commit to be worth it.</summary>
    private const int AtOnce = 128;

    /// <summary>Events after which progress is told.</summary>
    private const int ProgressStep = 50;

    private readonly CalendarReader _reader;
    private readonly ChapterDirectory _chapters;
    private readonly NodeDatabase _database;
    private readonly EventDirectory _events;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _time;

    internal CalendarImport(
        CalendarReader reader, ChapterDirectory chapters, NodeDatabase database, EventDirectory events, IGrainFactory grains, TimeProvider time)
    {
        _reader = reader;
        _chapters = chapters;
        _database = database;
        _events = events;
        _grains = grains;
        _time = time;
    }

    /// <summary>Imports a calendar.</summary>
    /// <param name="file">The calendar.</param>
    /// <param name="wishes">How.</param>
    /// <param name="actor">On whose behalf; a connector or above.</param>
    /// <param name="tell">Told now and then how many events of how many are done.</param>
    /// <param name="cancellationToken">Stops; what was imported stays.</param>
    public async Task<CalendarReport> RunAsync(
        CalendarFile file, ImportWishes wishes, Actor actor, Func<int, int, Task> tell, CancellationToken cancellationToken)
    {
        var chapter = _chapters.OwnRecord;
        var defaults = new CalendarDefaults(
            chapter?.Zone is { Length: > 0 } zone ? zone : "UTC", chapter?.Languages is [var language, ..] ? language : "und", file.Charset);
        var calendar = _reader.Read(file.Bytes, defaults, cancellationToken);
        var told = new ImportProblems();
        var isAlone = calendar.Events.Select(parsed => parsed.Calendar).Distinct().Count() <= 1;
        var plan = Plan(calendar, parsed => file.SourceOf(parsed.Calendar, isAlone), told);

        var changes = new int[Enum.GetValues<ImportChange>().Length];
        changes[(int)ImportChange.Unchanged] = calendar.Events.Count - plan.Count;
        await ImportAsync(plan, wishes, actor, told, changes, done => tell(done, calendar.Events.Count), cancellationToken);
        await CancelAsync(calendar.Cancelled, file, wishes, actor, told, changes, cancellationToken);
        var gone = calendar.IsWhole
            ? await new GoneEvents(_database, _events, _grains, _chapters, _time).RunAsync(plan, file, calendar.Problems, wishes, actor, told, cancellationToken)
            : 0;
        return new CalendarReport(
            calendar.Name,
            calendar.Events.Count,
            changes[(int)ImportChange.Created],
            changes[(int)ImportChange.Updated],
            changes[(int)ImportChange.Unchanged],
            changes[(int)ImportChange.Rejected] + calendar.Problems.Count(problem => !problem.IsNote),
            [.. calendar.Problems.Concat(told.ToList()).OrderBy(problem => problem.Line)])
        {
            Gone = gone,
        };
    }

    // Before anything changes, so that two events with one UID are seen whichever comes first.
    private List<PlannedImport> Plan(ParsedCalendar calendar, Func<ParsedEvent, string> sourceOf, ImportProblems told)
    {
        var targets = new ImportTargets(_database, _chapters, _events);
        var plan = new List<PlannedImport>();
        var (own, network) = (0, 0);
        foreach (var parsed in calendar.Events)
        {
            var source = sourceOf(parsed);
            switch (targets.Find(parsed, source))
            {
                case ImportTarget.Event target:
                    if (target.IsBeside)
                        told.Note(parsed.Line, parsed.Uid, ImportReasons.SameUid,
                            $"Another calendar uses this UID for another event; both are kept as events of their own.");
                    plan.Add(new PlannedImport(parsed, target.Id, source));
                    break;
                case ImportTarget.Own:
                    own++;
                    break;
                default:
                    network++;
                    break;
            }
        }

        ImportNotes.Own(told, own);
        ImportNotes.Network(told, network);
        return plan;
    }

    private async Task ImportAsync(
        List<PlannedImport> plan, ImportWishes wishes, Actor actor, ImportProblems told, int[] changes, Func<int, Task> tell, CancellationToken cancellationToken)
    {
        var done = 0;
        using var telling = new SemaphoreSlim(1, 1);
        await Parallel.ForEachAsync(
            plan,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (planned, token) =>
            {
                var (parsed, stamp) = (planned.Parsed, new CalendarStamp(planned.Source, planned.Parsed.Version));
                var grain = _grains.GetGrain<IEventGrain>(planned.Id);
                var outcome = wishes.IsDryRun
                    ? await grain.TryImport(parsed.Event, stamp, token)
                    : await grain.Import(parsed.Event, actor, stamp, token);
                Interlocked.Increment(ref changes[(int)outcome.Change]);
                Tell(told, parsed.Line, parsed.Uid, outcome);
                if (Interlocked.Increment(ref done) is var count && count % ProgressStep == 0)
                {
                    await telling.WaitAsync(token);
                    try
                    {
                        await tell(count);
                    }
                    finally
                    {
                        telling.Release();
                    }
                }
            });
    }

    private async Task CancelAsync(
        IReadOnlyList<ParsedCancellation> cancelled, CalendarFile file, ImportWishes wishes, Actor actor, ImportProblems told, int[] changes,
        CancellationToken cancellationToken)
    {
        var targets = new ImportTargets(_database, _chapters, _events);
        foreach (var parsed in cancelled)
        {
            var source = file.SourceOf(parsed.Head.Identity, isAlone: true);
            if (targets.Find(parsed.Uid, source) is not ImportTarget.Event target)
            {
                told.Note(parsed.Line, parsed.Uid, ImportReasons.CancelledUnknown, $"A calendar cancels an event that did not come from a calendar here; it stays as it is.");
                continue;
            }

            var outcome = await _grains.GetGrain<IEventGrain>(target.Id)
                .ImportCancellation(parsed.Meaning(), new CalendarStamp(source, parsed.Version), wishes.IsDryRun, actor, cancellationToken);
            changes[(int)outcome.Change]++;
            Tell(told, parsed.Line, parsed.Uid, outcome);
        }
    }

    private static void Tell(ImportProblems told, int line, string uid, ImportOutcome outcome)
    {
        foreach (var violation in outcome.Violations)
            told.Refuse(line, uid, violation);
        switch (outcome.Hindrance)
        {
            case ImportHindrance.Older:
                told.Note(line, uid, ImportReasons.OlderVersion, $"A newer version of this event was imported before (SEQUENCE, LAST-MODIFIED); it stays.");
                break;
            case ImportHindrance.TakenBack:
                told.Note(line, uid, ImportReasons.TakenBack, $"This event was taken back here, which is for ever; the calendar does not bring it back.");
                break;
            case ImportHindrance.Unknown:
                told.Note(line, uid, ImportReasons.CancelledUnknown, $"A calendar cancels an event that did not come from a calendar here; it stays as it is.");
                break;
        }
    }
}

/// <summary>An event of a calendar, and which event of the node it is.</summary>
/// <param name="Parsed">What the calendar says.</param>
/// <param name="Id">The event's id.</param>
/// <param name="Source">What tells the calendar from others.</param>
internal sealed record PlannedImport(ParsedEvent Parsed, Guid Id, string Source);
