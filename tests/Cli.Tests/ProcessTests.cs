using System.Diagnostics;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Cli.Tests;

/// <summary>The tool as a shell starts it: exit codes, streams, signals and language are those of the process.</summary>
public sealed class ProcessTests
{
    [Fact]
    public async Task A_process_answers_on_standard_output_and_returns_0()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Status = _ => Samples.Status();

        using var process = Start(node, "status", "--json");
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("\"chapter_name\": \"OuiShare Paris\"", text);
    }

    [Fact]
    public async Task A_wrong_command_line_is_told_in_English_on_any_machine_and_returns_2()
    {
        await using var node = await ScriptedNode.StartAsync();

        using var process = Start(node, "stauts");
        var text = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(2, process.ExitCode);
        Assert.Equal("Unrecognized command or argument 'stauts'. See \"ouishare --help\".\n", text);
    }

    [Fact]
    public async Task Ctrl_C_returns_130()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { Samples.Rome(PeerState.Syncing, behind: 7) } };

        using var process = Start(node, "peers", "--watch", "--json");
        await process.StandardOutput.ReadLineAsync();
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync();

        Assert.Equal(130, process.ExitCode);
    }

    private static Process Start(ScriptedNode node, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["exec", ToolPath(), "--data", node.Folder, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LANG"] = "fr_FR.UTF-8", ["DOTNET_CLI_UI_LANGUAGE"] = "fr" },
        };
        return Process.Start(start)!;
    }

    /// <summary>
    /// The tool in its own output folder. The copy beside the tests lacks the libraries that ASP.NET brings for them, and has their runtime
    /// settings.
    /// </summary>
    private static string ToolPath()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var root = output.Parent!.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, "src", "Cli", "bin", output.Parent.Name, output.Name, "ouishare.dll");
    }
}
