using System.Diagnostics;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// Runs a node as a user without rights. Tests run as root in CI, to whom no file is closed, so nothing of what a missing right does would be seen.
/// </summary>
internal static class OtherUser
{
    /// <summary>"nobody" of every Linux distribution; owns nothing.</summary>
    private const string Id = "65534";

    /// <summary>False when this process is not root's: it can neither become another user nor give files away.</summary>
    public static bool IsPossible => Environment.IsPrivilegedProcess && OperatingSystem.IsLinux();

    /// <summary>The same start as that user.</summary>
    public static ProcessStartInfo Of(ProcessStartInfo start)
    {
        var other = new ProcessStartInfo("setpriv")
        {
            RedirectStandardInput = start.RedirectStandardInput,
            RedirectStandardOutput = start.RedirectStandardOutput,
            RedirectStandardError = start.RedirectStandardError,
            UseShellExecute = false,
        };
        foreach (var argument in (string[])["--reuid", Id, "--regid", Id, "--clear-groups", start.FileName, .. start.ArgumentList])
            other.ArgumentList.Add(argument);
        other.Environment.Clear();
        foreach (var (variable, value) in start.Environment)
            other.Environment[variable] = value;
        return other;
    }

    /// <summary>Gives a folder with all that is in it to that user.</summary>
    public static Task OwnAsync(string path) => RunAsync("chown", "--recursive", "--no-dereference", $"{Id}:{Id}", path);

    /// <summary>Runs a program of the system, which must succeed.</summary>
    public static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
