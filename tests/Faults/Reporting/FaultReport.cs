using OuiShare.Federation.Faults.Checking;
using OuiShare.Federation.Faults.Kinds;

namespace OuiShare.Federation.Faults.Reporting;

/// <summary>What came of a run.</summary>
/// <param name="options">What it was asked for.</param>
/// <param name="wanted">The faults it was to try.</param>
internal sealed class FaultReport(FaultOptions options, IReadOnlyList<IFault> wanted)
{
    private readonly List<Round> _rounds = [];

    public FaultOptions Options => options;

    /// <summary>All rounds, in order.</summary>
    public IReadOnlyList<Round> Rounds => _rounds;

    /// <summary>Why the run ended before its time; null: it did not.</summary>
    public string? BrokenOff { get; set; }

    /// <summary>One row for each fault that was to be tried, in one order in every run.</summary>
    public IEnumerable<FaultRow> Rows => wanted.Select(fault => new FaultRow(
        fault.Name, [.. _rounds.Where(round => round.Fault == fault.Name)], fault.CannotBecause ?? BrokenOff ?? "the time was up"));

    /// <summary>Every fault was tried, and everything was as it must be each time. A fault that was not tried proves nothing.</summary>
    public bool IsAllRight => BrokenOff is null && Rows.All(row => row.Rounds.Count > 0) && _rounds.All(round => round.IsRight);

    /// <summary>Adds a round and says on standard error how it went.</summary>
    public void Add(Round round)
    {
        _rounds.Add(round);
        var told = round.ToldAfter is { } after ? $"told after {after.TotalSeconds:0.0} s" : "not told";
        Console.Error.WriteLine($"{(round.IsRight ? " " : "!")} {round.Fault} {round.Number} ({round.Took.TotalSeconds:0} s): {round.Where}; {told}; {round.Said}");
        foreach (var complaint in round.Complaints())
            Console.Error.WriteLine($"    ! {complaint}");
    }
}

/// <summary>A fault with all its rounds.</summary>
/// <param name="Fault">Its name.</param>
/// <param name="Rounds">Its rounds, in order; none: it was not tried.</param>
/// <param name="WhyNone">Why it was not, if it was not.</param>
internal sealed record FaultRow(string Fault, IReadOnlyList<Round> Rounds, string WhyNone)
{
    public int Lost => Rounds.Sum(round => round.Lost);

    public int Equal => Rounds.Count(round => round.AreRootsEqual);

    /// <summary>Seconds until somebody was told, the shortest first; of rounds in which somebody was.</summary>
    public IReadOnlyList<double> ToldSeconds => [.. Rounds.Select(round => round.ToldAfter?.TotalSeconds).OfType<double>().Order()];

    /// <summary>A sentence that stands for what was said.</summary>
    public string Said => Rounds.Select(round => round.Said).FirstOrDefault(said => said.Length > 0) ?? "";
}
