using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Web.Hosting;

/// <summary>Says in words why a node did not start.</summary>
internal static class StartFailure
{
    /// <summary>The sentence and exit code for what the world did to us; null for a bug, which may crash with its trace.</summary>
    public static StartRefusedException? From(Exception failure) => failure switch
    {
        StartRefusedException refused => refused,
        OptionsValidationException invalid => new(
            $"A setting is wrong. {string.Join(" ", invalid.Failures)}", ExitCodes.BadSetting, invalid),
        // Kestrel wraps what the socket said; its own message names the address.
        IOException { InnerException: AddressInUseException } taken => new(
            $"{OneLine(taken)} Stop the other program, or choose another port with --urls.", ExitCodes.AddressUnavailable, taken),
        SocketException { SocketErrorCode: SocketError.AccessDenied } denied => new(
            "This user may not listen on a port below 1024. Choose another with --urls, or put a proxy before the node.", ExitCodes.NoPermission, denied),
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } foreign => new(
            "An address in --urls does not belong to this machine.", ExitCodes.AddressUnavailable, foreign),
        // Only the demo speaks to nodes before it has started.
        RpcException refusal => new($"A node of the demo refused: {refusal.Status.Detail}", ExitCodes.AddressUnavailable, refusal),
        SocketException or IOException => new(OneLine(failure), ExitCodes.DiskFailed, failure),
        UnauthorizedAccessException => new(OneLine(failure), ExitCodes.NoPermission, failure),
        AggregateException { InnerExceptions: [var only] } => From(only),
        _ => null,
    };

    private static string OneLine(Exception failure)
    {
        var message = failure.Message.ReplaceLineEndings(" ");
        return message.EndsWith('.') ? message : message + ".";
    }
}
