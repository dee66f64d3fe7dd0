using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>The network in one command that README.md shows.</summary>
public sealed partial class DemoTests(ITestOutputHelper output)
{
    private static readonly string[] Chapters = ["Paris", "Rome", "Barcelona"];

    [Fact]
    public async Task Each_of_three_chapters_shows_the_events_of_all_and_nothing_is_left_when_they_are_stopped()
    {
        var folder = Directory.CreateTempSubdirectory("ouishare-demo-test-");
        var start = Programs.StartOfWeb("demo");
        start.Environment["TMPDIR"] = folder.FullName;
        using var demo = Process.Start(start)!;
        var lines = new ProcessLines();
        lines.Listen(demo);
        try
        {
            await Wait.UntilAsync(
                "the demo has printed where its chapters are",
                () => Task.FromResult(AddressesIn(lines).Count == Chapters.Length ? null : lines.Tail(5)),
                Waits.Convergence);
            var addresses = AddressesIn(lines);
            Assert.Equal(Chapters, addresses.Keys);

            foreach (var address in addresses.Values)
            {
                using var visitor = new Visitor(address);
                var home = await visitor.ReadAsync("/");
                Assert.All((string[])["OuiShare Paris", "OuiShare Roma", "OuiShare Barcelona"], chapter => Assert.Contains(chapter, home, StringComparison.Ordinal));
                Assert.Contains("/events/", await visitor.ReadAsync("/search?q=reparation"), StringComparison.Ordinal);
            }

            using (var kill = Process.Start("kill", ["-TERM", $"{demo.Id}"]))
                await kill.WaitForExitAsync();
            using var limit = new CancellationTokenSource(Waits.Stop, TimeProvider.System);
            await demo.WaitForExitAsync(limit.Token);

            Assert.Equal(0, demo.ExitCode);
            Assert.Empty(folder.EnumerateFileSystemInfos("ouishare-*"));
            foreach (var address in addresses.Values)
            {
                using var gone = new Visitor(address);
                await Assert.ThrowsAsync<HttpRequestException>(() => gone.AskAsync("/"));
            }
        }
        finally
        {
            // Its nodes end with it.
            if (!demo.HasExited)
                demo.Kill();
            await demo.WaitForExitAsync();
            output.WriteLine(lines.Tail(40));
            folder.Delete(recursive: true);
        }
    }

    private static Dictionary<string, string> AddressesIn(ProcessLines lines) =>
        lines.All.Select(line => Address().Match(line)).Where(match => match.Success).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    [GeneratedRegex(@"^  (\w+) +(http://127\.0\.0\.1:\d+/)$")]
    private static partial Regex Address();
}
