using OuiShare.Federation.Cli;

var surroundings = Surroundings.OfThisProcess();
try
{
    return await new CommandLine(surroundings).RunAsync(args);
}
catch (Exception e)
{
    // Everything foreseen has become a sentence further in. A volunteer at a terminal is helped by one line, not by a stack trace.
    surroundings.Error.WriteLine($"ouishare stopped on something it did not foresee, please report it: {e.GetType().Name}: {e.Message}");
    return (int)ExitCode.Failed;
}
