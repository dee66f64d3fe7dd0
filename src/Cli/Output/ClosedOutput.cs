using System.Text;
using Microsoft.Win32.SafeHandles;

namespace OuiShare.Federation.Cli.Output;

/// <summary>
/// Standard output that says when nobody reads it any more. .NET's own swallows this, so that <c>ouishare peers --watch | head -1</c> would ask the
/// node for ever.
/// </summary>
internal static class ClosedOutput
{
    /// <summary><c>EPIPE</c> of errno.h; .NET has already kept SIGPIPE from ending the process.</summary>
    private const int BrokenPipe = 32;

    private const int StandardOutput = 1;

    /// <summary>A writer on standard output, which is a pipe or a file; UTF-8, each line as soon as it is whole.</summary>
    public static TextWriter Open() =>
        OperatingSystem.IsWindows()
            ? Console.Out
            : TextWriter.Synchronized(new StreamWriter(
                new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0),
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

    /// <summary>Whether writing failed because the reader has closed its end.</summary>
    public static bool Is(IOException failure) => !OperatingSystem.IsWindows() && failure.HResult == BrokenPipe;
}
