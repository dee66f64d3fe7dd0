using System.Globalization;
using OuiShare.Federation.Benchmarks;

// Figures with the command that makes them. Nothing here fails for being slow: machines are noisy, and ratios within one run are what counts.
const int Events = 100_000;
const string Usage =
    """
    dotnet run -c Release --project tests/Benchmarks -- COMMAND [--program FILE]

      append        acknowledged appends a second and their latency, beside bare SQLite with a commit each and with one for all
      start         a published node: process start to first page, idle memory
      network [N]   a first sync of N events (100,000) between two nodes; one event at a time; home page, calendar feed and search with them
      idle          bytes that a pair of peers exchanges while nothing happens
      all           all of these, in about five minutes

    --program measures a program that is published already; without it, this checkout is published first.
    network takes its events and queries from shared/data/corpus in a folder above the checkout. A "!" marks a target that was not reached.
    """;

var published = args is [.., "--program", var file] ? Path.GetFullPath(file) : null;
switch (published is null ? args : args[..^2])
{
    case ["append"]:
        await AppendBenchmark.RunAsync();
        return 0;
    case ["start"]:
        await WithProgramAsync(StartBenchmark.RunAsync);
        return 0;
    case ["network"]:
        await WithProgramAsync(program => NetworkBenchmark.RunAsync(program, Events));
        return 0;
    case ["network", var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var events) && events > 0:
        await WithProgramAsync(program => NetworkBenchmark.RunAsync(program, events));
        return 0;
    case ["idle"]:
        await WithProgramAsync(IdleBenchmark.RunAsync);
        return 0;
    case ["all"]:
        await AppendBenchmark.RunAsync();
        await WithProgramAsync(async program =>
        {
            await StartBenchmark.RunAsync(program);
            await NetworkBenchmark.RunAsync(program, Events);
            await IdleBenchmark.RunAsync(program);
        });
        return 0;
    default:
        Console.WriteLine(Usage);
        return args is [] or ["--help"] ? 0 : 64;
}

async Task WithProgramAsync(Func<string, Task> run)
{
    if (published is not null)
    {
        await run(published);
        return;
    }

    using var folder = new TemporaryFolder();
    await run(await PublishedProgram.PublishAsync(folder.Path));
}
