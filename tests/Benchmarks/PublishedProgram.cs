using System.Diagnostics;

namespace OuiShare.Federation.Benchmarks;

/// <summary>The node's program as an operator gets it.</summary>
internal static class PublishedProgram
{
    /// <summary>Publishes the program as deploy/README.md says; returns what to run.</summary>
    public static async Task<string> PublishAsync(string folder)
    {
        var project = Path.Combine(Repository.Root, "src", "Web", "Web.csproj");
        using var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", folder, "--nologo", "-v", "quiet"]))!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? Path.Combine(folder, "OuiShare.Federation.Web") : throw new InvalidOperationException("The program could not be published.");
    }
}
