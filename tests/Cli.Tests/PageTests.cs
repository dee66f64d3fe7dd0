namespace OuiShare.Federation.Cli.Tests;

/// <summary>README.md's table of the tool's commands.</summary>
public sealed class PageTests
{
    [Fact]
    public async Task Every_command_that_the_page_names_exists_and_no_other()
    {
        var named = (await File.ReadAllLinesAsync(Page()))
            .SkipWhile(line => line != "## The operator's tool").TakeWhile(line => !line.StartsWith("## Read on", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split(',').Select(word => word.Trim(' ', '`')))
            .Order(StringComparer.Ordinal)
            .ToList();

        var help = await Run.InAsync(Run.Script(), default, "--help");
        var existing = help.Out.Split('\n')
            .SkipWhile(line => line != "Commands:").Skip(1).TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Where(line => line[2] != ' ')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])
            .Order(StringComparer.Ordinal);

        Assert.Equal(existing, named);
    }

    /// <summary>tests/Cli.Tests/bin/CONFIGURATION/FRAMEWORK/ of the repository.</summary>
    private static string Page() =>
        Path.Combine(new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Parent!.Parent!.Parent!.FullName, "README.md");
}
