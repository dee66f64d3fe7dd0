using OuiShare.Federation.Benchmarks;

// Figures with the command that makes them. Nothing here fails for being slow: machines are noisy, and ratios within one run are what counts.
var command = args.FirstOrDefault() ?? "--help";
switch (command)
{
    case "append":
        await AppendBenchmark.RunAsync();
        return 0;
    case "start":
        await StartBenchmark.RunAsync();
        return 0;
    case "network":
        await NetworkBenchmark.RunAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 100_000);
        return 0;
    case "all":
        await AppendBenchmark.RunAsync();
        await StartBenchmark.RunAsync();
        await NetworkBenchmark.RunAsync(100_000);
        return 0;
    default:
        Console.WriteLine(
            """
            dotnet run -c Release --project tests/Benchmarks -- COMMAND

              append        acknowledged appends a second and their latency, against a commit each and against bare SQLite
              start         a published node: process start to first page, idle memory
              network [N]   a first sync of N events (100,000) between two nodes; home page and calendar feed with those upcoming
              all           all of these

            network makes its events with ../shared/data/corpus/generate.
            """);
        return command == "--help" ? 0 : 64;
}
