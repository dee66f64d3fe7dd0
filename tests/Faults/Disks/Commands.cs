using System.Diagnostics;

namespace OuiShare.Federation.Faults.Disks;

/// <summary>Runs the system's own tools.</summary>
internal static class Commands
{
    /// <summary>Where root's tools lie, also for a user whose PATH leaves them out.</summary>
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];

    /// <summary>Where a tool lies; null when it is not installed.</summary>
    public static string? Find(string tool) => Folders.Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    /// <summary>Runs a tool to its end.</summary>
    /// <exception cref="IOException">It is not installed, or failed; with what it said.</exception>
    public static async Task RunAsync(string tool, params string[] arguments)
    {
        var path = Find(tool) ?? throw new IOException($"{tool} is not installed.");
        using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, complaints) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await output;
        if (process.ExitCode != 0)
            throw new IOException($"{tool} {string.Join(' ', arguments)} failed: {(await complaints).Trim()}");
    }
}
