using System.Net.Sockets;
using System.Security.Cryptography;
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
        // What reads appsettings.json; the message names the file, the innermost one the place in it.
        InvalidDataException { InnerException: FormatException } unreadable => new(
            $"{OneLine(unreadable)} {OneLine(unreadable.GetBaseException())}", ExitCodes.BadSetting, unreadable),
        // Kestrel has no type of its own for an https address without a certificate.
        InvalidOperationException bare when bare.Message.Contains("No server certificate was specified", StringComparison.Ordinal) => new(
            "An address in --urls begins with https, but there is no certificate. Name its file with the setting Kestrel:Certificates:Default:Path, or listen on http behind a proxy that has one.",
            ExitCodes.BadSetting, bare),
        // Nor have log levels.
        InvalidOperationException level when level.Message.StartsWith("Configuration value '", StringComparison.Ordinal) => new(
            $"A setting under Logging is wrong. {OneLine(level)} Levels are {string.Join(", ", Enum.GetNames<LogLevel>())}.", ExitCodes.BadSetting, level),
        CryptographicException certificate => new(
            $"A certificate or its password cannot be read: {OneLine(certificate)} See the settings under Kestrel:Certificates.", ExitCodes.BadSetting, certificate),
        // Kestrel wraps what the socket said; its own message names the address.
        IOException { InnerException: AddressInUseException } taken => new(
            $"{OneLine(taken)} Stop the other program, or choose another port with --urls.", ExitCodes.AddressUnavailable, taken),
        SocketException { SocketErrorCode: SocketError.AccessDenied } denied => new(
            "This user may not listen on a port below 1024. Choose another with --urls, or put a proxy before the node.", ExitCodes.NoPermission, denied),
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } foreign => new(
            "An address in --urls does not belong to this machine.", ExitCodes.AddressUnavailable, foreign),
        // Only the demo speaks to nodes before it has started.
        RpcException refusal => new($"A node of the demo refused: {refusal.Status.Detail}", ExitCodes.AddressUnavailable, refusal),
        // The data folder says itself what it lacks.
        FileNotFoundException or DirectoryNotFoundException => new($"A file that the settings name is missing. {OneLine(failure)}", ExitCodes.BadSetting, failure),
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
