using System.Diagnostics;

namespace OuiShare.Federation.Benchmarks;

/// <summary>How long a published node takes from the start of its process until its first page, and what memory it holds when idle.</summary>
internal static class StartBenchmark
{
    private const int Starts = 5;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        var program = await PublishAsync(folder.Path);
        var times = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            await using var node = await RunningNode.StartAsync(program);
            times.Add(node.FirstPage.TotalMilliseconds);
        }

        times.Sort();
        await using var idle = await RunningNode.StartAsync(program);
        await Task.Delay(Idle, TimeProvider.System);
        Console.WriteLine($"start: process start to first page {times[Starts / 2]:N0} ms (median of {Starts}, {times[0]:N0} to {times[^1]:N0})");
        Console.WriteLine($"  idle memory of a fresh node after {Idle.TotalSeconds:N0} s: {idle.ResidentMb:N0} MB resident");
    }

    /// <summary>Publishes the program as deploy/README.md says; returns what to run.</summary>
    public static async Task<string> PublishAsync(string folder)
    {
        var project = Path.Combine(Repository.Root, "src", "Web", "Web.csproj");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", folder, "--nologo", "-v", "quiet"]))!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? Path.Combine(folder, "OuiShare.Federation.Web") : throw new InvalidOperationException("The program could not be published.");
    }
}
