using System.Diagnostics;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Web.Demo;
using OuiShare.Federation.Web.Hosting;

try
{
    switch (CommandLine.Parse(args))
    {
        case CommandLine.Help:
            Console.WriteLine(CommandLine.Usage);
            return ExitCodes.Stopped;
        case CommandLine.Version:
            Console.WriteLine(ProgramVersion.Text);
            return ExitCodes.Stopped;
        case CommandLine.Run run:
            await NodeProcess.RunAsync(run);
            // Whatever stopped the node may have said why: a failed disk, for one.
            return Environment.ExitCode;
        case CommandLine.Demo:
            await DemoCommand.RunAsync(TimeProvider.System);
            return ExitCodes.Stopped;
        case var unknown:
            throw new UnreachableException($"{unknown} has no code.");
    }
}
catch (Exception failure) when (StartFailure.From(failure) is { } refused)
{
    await Console.Error.WriteLineAsync(refused.Message);
    return refused.ExitCode;
}
catch (Exception failure)
{
    await Console.Error.WriteLineAsync($"The program failed, which is a fault of its own: {failure.Message} Nothing that was acknowledged is lost. Please report it with these lines:\n{failure}");
    return ExitCodes.ProgramFailed;
}
