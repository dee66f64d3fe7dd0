using System.Runtime.InteropServices;
using OuiShare.Federation.Cli;
using OuiShare.Federation.Cli.Output;

var surroundings = Surroundings.OfThisProcess();
using var ending = new CancellationTokenSource();
// Ctrl-C may be ignored here, as in what a script starts with &; SIGTERM is not.
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    ending.Cancel();
});
try
{
    var code = await new CommandLine(surroundings).RunAsync(args, ending.Token);
    return code == (int)ExitCode.Cancelled && ending.IsCancellationRequested ? (int)ExitCode.Terminated : code;
}
catch (IOException e) when (ClosedOutput.Is(e))
{
    // Whoever listened has heard enough; there is nobody to tell.
    return (int)ExitCode.OutputClosed;
}
catch (Exception e)
{
    // Everything foreseen has become a sentence further in. A volunteer at a terminal is helped by one line, not by a stack trace.
    surroundings.Error.WriteLine($"ouishare stopped on something it did not foresee, please report it: {e.GetType().Name}: {e.Message}");
    return (int)ExitCode.Failed;
}
