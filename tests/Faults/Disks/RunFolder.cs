using System.Diagnostics;
using System.Globalization;

namespace OuiShare.Federation.Faults.Disks;

/// <summary>The folder of one run, named by its process, so that the next run can clear away what a killed one left mounted.</summary>
internal sealed class RunFolder : IAsyncDisposable
{
    private const string Prefix = "ouishare-faults-";

    private RunFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Makes the folder among the system's temporary ones, and removes those of runs that are gone.</summary>
    public static async Task<RunFolder> MakeAsync()
    {
        var temporary = System.IO.Path.GetTempPath();
        foreach (var left in Directory.EnumerateDirectories(temporary, Prefix + "*"))
        {
            if (int.TryParse(System.IO.Path.GetFileName(left)[Prefix.Length..], CultureInfo.InvariantCulture, out var process) && !IsAlive(process))
                await RemoveAsync(left);
        }

        var path = System.IO.Path.Combine(temporary, Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new RunFolder(Directory.CreateDirectory(path).FullName);
    }

    public async ValueTask DisposeAsync() => await RemoveAsync(Path);

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static async Task RemoveAsync(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var mounted in MountPoints().Where(point => point.StartsWith(folder + '/', StringComparison.Ordinal)))
            await Commands.RunAsync("umount", "--lazy", mounted);
        Directory.Delete(folder, recursive: true);
    }

    private static List<string> MountPoints() => File.Exists("/proc/self/mounts")
        ? [.. File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')[1])]
        : [];
}
