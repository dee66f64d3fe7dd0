using Grpc.Core;
using OuiShare.Federation.Cli.Output;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Connection;

/// <summary>Waits for a node that is just starting, as in a script whose line before started it.</summary>
internal static class NodeWait
{
    /// <summary>Returns when the node answers, or when <see cref="Limits.Start"/> is over: what comes next then says why it does not.</summary>
    /// <returns>False when the person gave up.</returns>
    public static async Task<bool> UntilItAnswersAsync(NodePlace place, OperatorOutput output, CancellationToken cancellation)
    {
        var end = output.Now + Limits.Start;
        var isTold = false;
        try
        {
            while (output.Now < end && !await AnswersAsync(place, output, cancellation))
            {
                if (!isTold)
                    output.Note("Waiting for the node to start…");
                isTold = true;
                await Task.Delay(Limits.RestartPoll, output.Time, cancellation);
            }

            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(NodePlace place, OperatorOutput output, CancellationToken cancellation)
    {
        switch (new NodeFinder().Find(place))
        {
            case FindResult.Found(var address):
                using (var node = new NodeSession(address, output.Time))
                    return await AnswersAsync(node, cancellation);
            case FindResult.NotFound({ ExitCode: ExitCode.NotReachable }):
                return false;
            default:
                // Waiting does not help against a wrong command line or a missing right.
                return true;
        }
    }

    private static async Task<bool> AnswersAsync(NodeSession node, CancellationToken cancellation)
    {
        try
        {
            await node.Client.GetStatusAsync(new GetStatusRequest(), node.Call(cancellation, Limits.RestartCall));
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (RpcException e)
        {
            // Nothing listens there yet, or it is still opening its files. A refusal is an answer.
            return e.StatusCode is not (StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Internal or StatusCode.Cancelled);
        }
    }
}
