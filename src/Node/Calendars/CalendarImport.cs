using System.Collections.Concurrent;
using OuiShare.Federation.Node.Chapters;
using OuiShare.Federation.Node.Events;
using OuiShare.Federation.Node.Members;
using OuiShare.Federation.Protocol;

namespace OuiShare.Federation.Node.Calendars;

/// <summary>Imports calendars: reads the file and hands each event to its grain. Importing the same file again changes nothing.</summary>
public sealed class CalendarImport
{
    /// <summary>Events handed to grains at the same time: enough for the group commit to be worth it.</summary>
    private const int AtOnce = 128;

    /// <summary>Events after which progress is told.</summary>
    private const int ProgressStep = 50;

    private readonly CalendarReader _reader;
    private readonly ChapterDirectory _chapters;
    private readonly IGrainFactory _grains;

    internal CalendarImport(CalendarReader reader, ChapterDirectory chapters, IGrainFactory grains)
    {
        _reader = reader;
        _chapters = chapters;
        _grains = grains;
    }

    /// <summary>Imports a calendar file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="isDryRun">Only say what would change.</param>
    /// <param name="actor">On whose behalf; a connector or above.</param>
    /// <param name="tell">Told now and then how many events of how many are done.</param>
    /// <param name="cancellationToken">Stops; what was imported stays.</param>
    public async Task<CalendarReport> RunAsync(
        ReadOnlyMemory<byte> file, bool isDryRun, Actor actor, Func<int, int, Task> tell, CancellationToken cancellationToken)
    {
        var chapter = _chapters.OwnRecord;
        var defaults = new CalendarDefaults(chapter?.Zone is { Length: > 0 } zone ? zone : "UTC", chapter?.Languages is [var language, ..] ? language : "und");
        var calendar = _reader.Read(file, defaults, cancellationToken);
        var problems = new ConcurrentBag<CalendarProblem>(calendar.Problems);
        var changes = new int[Enum.GetValues<ImportChange>().Length];
        var done = 0;
        using var told = new SemaphoreSlim(1, 1);
        await Parallel.ForEachAsync(
            calendar.Events,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (parsed, token) =>
            {
                var grain = _grains.GetGrain<IEventGrain>(RecordId.FromUid(_chapters.Own, parsed.Uid).ToGuid());
                var outcome = isDryRun ? await grain.TryImport(parsed.Event, token) : await grain.Import(parsed.Event, actor, token);
                Interlocked.Increment(ref changes[(int)outcome.Change]);
                foreach (var violation in outcome.Violations)
                    problems.Add(new CalendarProblem(parsed.Line, parsed.Uid, violation.Reason, violation.Sentence, IsNote: false) { Violation = violation });
                if (Interlocked.Increment(ref done) is var count && count % ProgressStep == 0)
                {
                    await told.WaitAsync(token);
                    try
                    {
                        await tell(count, calendar.Events.Count);
                    }
                    finally
                    {
                        told.Release();
                    }
                }
            });
        return new CalendarReport(
            calendar.Name,
            calendar.Events.Count,
            changes[(int)ImportChange.Created],
            changes[(int)ImportChange.Updated],
            changes[(int)ImportChange.Unchanged],
            changes[(int)ImportChange.Rejected] + calendar.Problems.Count(problem => !problem.IsNote),
            [.. problems.OrderBy(problem => problem.Line)]);
    }
}

/// <summary>What an import did.</summary>
/// <param name="Name">The calendar's name for people; may be empty.</param>
/// <param name="Events">Events it holds that could be read.</param>
/// <param name="Created">New ones.</param>
/// <param name="Updated">Changed ones.</param>
/// <param name="Unchanged">Those that stayed as they were.</param>
/// <param name="Rejected">VEVENTs that could not be taken.</param>
/// <param name="Problems">What could not be taken, or was taken with a change, in the order of the file.</param>
public sealed record CalendarReport(string Name, int Events, int Created, int Updated, int Unchanged, int Rejected, IReadOnlyList<CalendarProblem> Problems);

/// <summary>Something in a calendar that could not be taken as it was.</summary>
/// <param name="Line">Line of the file, from 1, at which the component begins.</param>
/// <param name="Uid">The event's UID; empty when it has none.</param>
/// <param name="Reason">A code from <see cref="ImportReasons"/> or of a record's rule, for programs and for translations.</param>
/// <param name="Sentence">What happened and what to do, in English.</param>
/// <param name="IsNote">The event was taken all the same, changed as the sentence says.</param>
public sealed record CalendarProblem(int Line, string Uid, string Reason, string Sentence, bool IsNote)
{
    /// <summary>What the sentence names, such as a line or a zone, in its order; for the sentence in another language.</summary>
    public IReadOnlyList<object?> Values { get; init; } = [];

    /// <summary>The rule of a record that the event breaks; null: it is another problem.</summary>
    public RuleViolation? Violation { get; init; }
}
