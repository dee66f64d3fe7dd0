using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using Google.Rpc;
using Grpc.Core;

namespace OuiShare.Federation.Cli.Connection;

/// <summary>Turns a failed call into a sentence and an exit code.</summary>
internal static class CallFailure
{
    // protos/ouishare/federation/v1/error.proto
    private const string ErrorDomain = "federation.ouishare";

    /// <summary>
    /// What the node said, when it said something (an <see cref="ErrorInfo"/> of our domain); otherwise what the status and the exception
    /// beneath it tell about the way there.
    /// </summary>
    /// <param name="e">The failed call.</param>
    /// <param name="node">Which node was called.</param>
    /// <param name="silence">How long nothing has come from it; null: it took no connection.</param>
    public static Failure From(RpcException e, NodeAddress node, TimeSpan? silence = null)
    {
        var details = e.GetRpcStatus();
        var error = details?.GetDetail<ErrorInfo>();
        // Which file holds the token that was not accepted is known only here.
        if (error?.Domain == ErrorDomain && error.Reason is not ("UNAUTHENTICATED" or "FORBIDDEN"))
            return FromNode(error.Reason, details!, e);

        // The keep-alive gives up a silent connection with the same code as one that speaks no HTTP/2.
        if (silence >= Limits.Silence && e.StatusCode is (Grpc.Core.StatusCode.Unavailable or Grpc.Core.StatusCode.Internal or Grpc.Core.StatusCode.DeadlineExceeded))
            return Failure.NotReachable(NoAnswer(node, silence.GetValueOrDefault()));

        // The gRPC client files what went wrong below it under several status codes; the exception tells more than the code.
        if (NoWayThere(e, node) is { } sentence)
            return Failure.NotReachable(sentence);

        return e.StatusCode switch
        {
            Grpc.Core.StatusCode.Unauthenticated => new Failure(ExitCode.NotAuthorised, "UNAUTHENTICATED", TokenRefused(node)),
            Grpc.Core.StatusCode.PermissionDenied => new Failure(
                ExitCode.NotAuthorised, "FORBIDDEN", $"The node at {node} does not allow this with the token in {node.TokenFile}."),
            Grpc.Core.StatusCode.Unavailable => Failure.NotReachable(BrokenOff(node)),
            Grpc.Core.StatusCode.DeadlineExceeded => Failure.NotReachable(
                $"The node at {node} has not answered in time ({Limits.CallTimeout.TotalSeconds:0} s). It may be busy: try again, or look at its log."),
            Grpc.Core.StatusCode.Unimplemented => new Failure(
                ExitCode.Failed, "NOT_KNOWN_TO_NODE", $"The node at {node} does not know this command: it is probably older than this tool."),
            var code => new Failure(
                ExitCode.Failed, code.ToString().ToUpperInvariant(), Sentence(e.Status.Detail, $"The node failed ({code}); its log says why.")),
        };
    }

    private static Failure FromNode(string reason, Google.Rpc.Status details, RpcException e)
    {
        var exitCode = reason is "UNAUTHENTICATED" or "FORBIDDEN" ? ExitCode.NotAuthorised : ExitCode.Failed;
        var fields = details.GetDetail<BadRequest>()?.FieldViolations ?? [];
        return new Failure(exitCode, reason, Sentence(details.Message, Sentence(e.Status.Detail, $"The node refused ({reason}).")))
        {
            Fields = [.. fields.Select(field => new RefusedField(field.Field, field.Description))],
        };
    }

    private static string TokenRefused(NodeAddress node) =>
        $"The node at {node} does not accept the token in {node.TokenFile}. "
        + (node.Place is NodePlace.Folder
            ? "Perhaps another node answers at this address now: is the node of this folder running?"
            : $"Copy {NodeFinder.TokenFileName} again from the data folder of that node.");

    /// <returns>Null when the call reached a gRPC server, so that its status is the node's word.</returns>
    private static string? NoWayThere(RpcException e, NodeAddress node)
    {
        var causes = Causes(e.Status.DebugException).ToList();
        if (causes.OfType<SocketException>().FirstOrDefault() is { } socket)
            return NoConnection(socket, node);
        if (causes.OfType<AuthenticationException>().FirstOrDefault() is { Message: var message } && message.Contains("certificate", StringComparison.Ordinal))
        {
            return node.Certificates is null
                ? $"The certificate of {node} is not one this machine trusts: {message}"
                : $"What answers at {node} shows another certificate than the node of this folder did when it started. Perhaps another program has its port: see whether the node runs, or restart it.";
        }

        // HTTP's own 401 and 403, which the node answers before it looks at what was called.
        if (e.StatusCode is Grpc.Core.StatusCode.Unauthenticated or Grpc.Core.StatusCode.PermissionDenied)
            return null;

        // Made by the gRPC client from an answer that is not gRPC: a web server, a proxy's error page.
        if (e.Status.Detail.StartsWith("Bad gRPC response", StringComparison.Ordinal) || causes.OfType<HttpRequestException>().Any(IsOtherLanguage))
        {
            return $"Something answers at {node}, but it is not an OuiShare node that takes an operator's calls. "
                + "Check --url or --data, and whether it should be http or https.";
        }

        return causes.OfType<HttpRequestException>().Any() || causes.OfType<IOException>().Any() ? BrokenOff(node) : null;
    }

    private static bool IsOtherLanguage(HttpRequestException e) => e.HttpRequestError is HttpRequestError.InvalidResponse
        or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError or HttpRequestError.SecureConnectionError;

    private static string NoAnswer(NodeAddress node, TimeSpan silence) =>
        $"The node at {node} does not answer: it takes connections, but has said nothing for {silence.TotalSeconds:0} s. "
        + (node.ProcessId is { } id && IsRunning(id) ? $"Its process {id} is there, but busy or stopped; look at it, and restart the node if it stays so." : "It may be busy: try again, or look at its log.");

    private static string BrokenOff(NodeAddress node) =>
        $"The connection to {node} broke off. See whether the node is still running, and try again.";

    private static string NoConnection(SocketException socket, NodeAddress node) => socket.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"No machine called {node.Url.Host} was found. Check --url.",
        SocketError.ConnectionRefused when node.Place is NodePlace.Folder(var folder) =>
            $"The node of {folder} is not running: nothing listens at {node}"
            + (node.ProcessId is { } id && !IsRunning(id) ? $", and its process {id} is gone" : "") + ". Start it, then try again.",
        SocketError.ConnectionRefused => $"Nothing listens at {node}. Is the node running, and is the address right?",
        _ => $"The node at {node} cannot be reached: {socket.Message}.",
    };

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static IEnumerable<Exception> Causes(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
            yield return e;
    }

    private static string Sentence(string text, string otherwise) => string.IsNullOrWhiteSpace(text) ? otherwise : text;
}
