using System.Diagnostics;
using System.Text.RegularExpressions;
using OuiShare.Federation.Faults.Checking;

namespace OuiShare.Federation.Faults.Nodes;

/// <summary>Looks, from a fault on, for the moment when an admin can read of it.</summary>
internal sealed partial class ProblemWatch
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, HashSet<string>> _known = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly Round _round;
    private readonly bool _withAbsences;
    private readonly bool _withCounts;

    private ProblemWatch(Round round, bool withAbsences, bool withCounts) => (_round, _withAbsences, _withCounts) = (round, withAbsences, withCounts);

    /// <summary>Notes what is read before the fault, which then does not count.</summary>
    /// <param name="round">Where to note what is told.</param>
    /// <param name="nodes">Whose admins are asked, as far as they run.</param>
    /// <param name="withAbsences">That a node is away is the fault itself, and counts.</param>
    /// <param name="withCounts">A notice that stays until it is read, of an earlier round, counts when its figures change.</param>
    public static async Task<ProblemWatch> BeginAsync(Round round, IEnumerable<NodeProcess> nodes, bool withAbsences = false, bool withCounts = false)
    {
        var watch = new ProblemWatch(round, withAbsences, withCounts);
        foreach (var node in nodes.Where(node => node.IsRunning))
            watch._known[node.Name] = [.. (await node.FindProblemsAsync(withAbsences) ?? []).Select(watch.Comparable)];
        watch.Restart();
        return watch;
    }

    /// <summary>Since the fault struck.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>The fault strikes now.</summary>
    public void Restart() => _watch.Restart();

    /// <summary>Asks until somebody can read of it, or until this long after the fault; once at least. A process that ended by itself has told with its last words.</summary>
    /// <returns>Whether somebody could.</returns>
    public async Task<bool> UntilToldAsync(TimeSpan limit, CancellationToken cancellationToken, params IReadOnlyList<NodeProcess> nodes)
    {
        while (_round.ToldAfter is null)
        {
            foreach (var node in nodes)
                await AskAsync(node);
            if (_watch.Elapsed >= limit)
                break;
            await Task.Delay(Poll, TimeProvider.System, cancellationToken);
        }

        return _round.ToldAfter is not null;
    }

    /// <summary>A node ended by itself: what it said counts, and how it ended may be wrong.</summary>
    public void Hear(NodeProcess node, NodeEnd end)
    {
        if (end.Wrong is { } wrong)
            _round.Complain($"{node.Name}: {wrong}");
        if (end.LastWords.Length > 0 && !end.IsTrace)
            _round.Tell(_watch.Elapsed, $"{node.Name} ended with {end.ExitCode}: {end.LastWords}");
    }

    private async Task AskAsync(NodeProcess node)
    {
        if (node.HasEnded)
        {
            Hear(node, await node.EndAsync());
            return;
        }

        if (!node.IsRunning)
            return;
        var problems = await node.FindProblemsAsync(_withAbsences) ?? [];
        var known = _known.GetValueOrDefault(node.Name) ?? [];
        if (problems.FirstOrDefault(problem => !known.Contains(Comparable(problem))) is { } told)
            _round.Tell(_watch.Elapsed, $"{node.Name}: {told}");
    }

    // A count or an age in a sentence that was known before does not make it a new one.
    private string Comparable(string sentence) => _withCounts ? sentence : Digits().Replace(sentence, "#");

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
