using System.CommandLine;
using Grpc.Core;
using OuiShare.Federation.Cli.Connection;
using OuiShare.Federation.Cli.Output;

namespace OuiShare.Federation.Cli;

/// <summary>
/// Runs one command against one node: finds it, opens the session, and turns whatever goes wrong on the way into a sentence and an
/// exit code. The only place of the tool that catches what the environment does.
/// </summary>
internal sealed class CommandRunner(Surroundings surroundings, GlobalOptions options)
{
    /// <summary>Runs <paramref name="command"/>.</summary>
    public async Task<int> RunAsync(
        ParseResult parsed, Func<NodeSession, OperatorOutput, Task<ExitCode>> command, CancellationToken cancellation)
    {
        var output = new OperatorOutput(surroundings, options.IsJson(parsed));
        var (place, why) = options.PlaceIn(parsed, surroundings);
        if (place is null)
            return (int)output.Fail(why!);

        if (options.IsWaiting(parsed) && !await NodeWait.UntilItAnswersAsync(place, output, cancellation))
            return (int)output.Fail(new Failure(ExitCode.Cancelled, "CANCELLED", "Stopped."));

        return (int)(new NodeFinder().Find(place) switch
        {
            FindResult.Found(var address) => await RunAsync(address, output, command, cancellation),
            FindResult.NotFound(var failure) => output.Fail(failure),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }

    private async Task<ExitCode> RunAsync(
        NodeAddress address, OperatorOutput output, Func<NodeSession, OperatorOutput, Task<ExitCode>> command, CancellationToken cancellation)
    {
        using var node = new NodeSession(address, surroundings.Time);
        try
        {
            return await command(node, output);
        }
        catch (Exception e) when (cancellation.IsCancellationRequested
            && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            return output.Fail(new Failure(ExitCode.Cancelled, "CANCELLED", "Stopped."));
        }
        catch (RpcException e)
        {
            return output.Fail(CallFailure.From(e, address, node.Silence));
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException failure && !ClosedOutput.Is(failure)))
        {
            return output.Fail(Failure.File(e.Message));
        }
    }
}
