using System.Runtime.InteropServices;
using OuiShare.Federation.Faults;
using OuiShare.Federation.Faults.Disks;
using OuiShare.Federation.Faults.Reporting;

// Hurts a network of real nodes in every way we know, and tells in a table what each cost and whether anybody was told.
const int AllRight = 0;
const int Failed = 1;
const int Usage = 64;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(FaultOptions.Usage);
    return AllRight;
}

if (FaultOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(FaultOptions.Usage);
    return Usage;
}

using var stop = new CancellationTokenSource();
// Ctrl-C and kill end the run in order: nodes are ended, disks unmounted, folders removed, and what is known is told.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    await using var folder = await RunFolder.MakeAsync();
    Console.Error.WriteLine($"Seed {options.Seed}. Ctrl-C stops the run and still prints the table.");
    var report = await new FaultRun(options, folder.Path, stop.Token).RunAsync();
    FaultTable.Write(report, Console.Out);
    if (options.Json is { } json)
        await File.WriteAllTextAsync(json, FaultJson.Write(report));
    return report.IsAllRight ? AllRight : Failed;
}
catch (ArgumentException unknown)
{
    Console.Error.WriteLine(unknown.Message);
    return Usage;
}
catch (Exception failure) when (failure is IOException or InvalidOperationException or TimeoutException or OperationCanceledException or Grpc.Core.RpcException)
{
    Console.Error.WriteLine($"The run broke off: {failure.Message}");
    return Failed;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
