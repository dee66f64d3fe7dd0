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
            // What the tests were built with, laid out as a publish lays it out. Publishing as the page says compiles everything anew for this
            // machine's processor, which takes minutes; the benchmarks do that.
            string[] arguments = ["msbuild", Path.Combine(Programs.Repository, "src", project, $"{project}.csproj"), "-t:Publish", "-p:NoBuild=true", $"-p:Configuration={Programs.Configuration}", $"-p:PublishDir={Path.Combine(Folder, project)}/", "-nologo", "-v:quiet"];
            using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments)
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
