using System.Globalization;

namespace OuiShare.Federation.Faults;

/// <summary>What a run was asked for.</summary>
/// <param name="Time">How long new rounds are begun.</param>
/// <param name="Seed">Decides which faults come when, and what each does.</param>
/// <param name="Only">Beginnings of names of faults; empty: all.</param>
/// <param name="Json">Where to write everything for a program; null: nowhere.</param>
/// <param name="Logs">Folder for what the nodes of a failed round said; null: nowhere.</param>
/// <param name="WithoutFsync">The control experiment: nodes acknowledge before their log is on disk, so power cuts must lose something.</param>
internal sealed record FaultOptions(TimeSpan Time, int Seed, IReadOnlyList<string> Only, string? Json, string? Logs, bool WithoutFsync)
{
    public const string Usage =
        """
        dotnet run -c Release --project tests/Faults -- [OPTIONS]

          --minutes N       how long to go on (10)
          --seed N          replays the faults of the run that printed it (by chance)
          --only A,B        only faults whose name is or begins so: kill, power, full, freeze, rollback, twice, flip, cut, flip-bodies, ...
          --json FILE       writes every round for a program
          --logs FOLDER     keeps what the nodes said in rounds that failed
          --without-fsync   control experiment: nodes acknowledge before their log is on disk (needs cc), so --only power must find lost writes

        Ends with 0 when every fault was tried and nothing acknowledged was lost, all nodes held the same afterwards, none ended with code 0 or
        a stack trace, and somebody was told wherever somebody must be; else with 1.
        """;

    private const double DefaultMinutes = 10;

    /// <summary>Reads the command line; null when it cannot be understood.</summary>
    public static FaultOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new FaultOptions(
            TimeSpan.FromMinutes(DefaultMinutes), (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % 1_000_000), [], Json: null, Logs: null, WithoutFsync: false);
        for (var i = 0; i < arguments.Count; i++)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            if (arguments[i] == "--without-fsync")
            {
                options = options with { WithoutFsync = true };
                continue;
            }

            if (options.With(arguments[i], value) is not { } next)
                return null;
            (options, i) = (next, i + 1);
        }

        return options;
    }

    /// <summary>Whether a fault of this name is to be tried.</summary>
    public bool Includes(string fault) => Only.Count == 0 || Only.Any(beginning => IsBeginning(beginning, fault));

    /// <summary>Of what was asked for, what no fault is called.</summary>
    public IEnumerable<string> UnknownOf(IReadOnlyList<string> faults) => Only.Where(beginning => !faults.Any(fault => IsBeginning(beginning, fault)));

    private FaultOptions? With(string option, string value) => option switch
    {
        _ when value.Length == 0 => null,
        "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes > 0 => this with { Time = TimeSpan.FromMinutes(minutes) },
        "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) => this with { Seed = seed },
        "--only" => this with { Only = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        "--json" => this with { Json = Path.GetFullPath(value) },
        "--logs" => this with { Logs = Path.GetFullPath(value) },
        _ => null,
    };

    // Whole words: "kill" begins "kill-start", and "flip-member" does not begin "flip-members".
    private static bool IsBeginning(string beginning, string fault) => fault == beginning || fault.StartsWith(beginning + "-", StringComparison.Ordinal);
}
