using System.Diagnostics;

namespace OuiShare.Federation.Network.Tests.Pages;

/// <summary>The node and the tool as <c>dotnet publish</c> leaves them, once for all tests of a class.</summary>
public sealed class PublishedPrograms : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ouishare-published-");

    /// <summary>The folder; in it one for each project, called as that is.</summary>
    public string Folder => _folder.FullName;

    public async Task InitializeAsync()
    {
        foreach (var project in (string[])["Web", "Cli"])
        {
            // What the tests were built with, published without building it again in another configuration, which would take minutes.
            using var publish = Process.Start(new ProcessStartInfo(
                "dotnet", ["publish", Path.Combine(Programs.Repository, "src", project), "-c", Programs.Configuration, "--no-build", "--nologo", "-o", Path.Combine(Folder, project)])
            {
                RedirectStandardOutput = true,
            })!;
            var said = await publish.StandardOutput.ReadToEndAsync();
            await publish.WaitForExitAsync();
            Assert.True(publish.ExitCode == 0, said);
        }
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }
}
