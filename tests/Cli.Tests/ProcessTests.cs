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

    /// <summary>
    /// A shell that starts something with <c>&amp;</c>, or nohup, has it ignore SIGINT, and so all that it starts; the test itself may run so.
    /// Hence <c>env</c> in front, which puts the signal back.
    /// </summary>
    [Fact]
    public async Task Ctrl_C_returns_130()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { Samples.Rome(PeerState.Syncing, behind: 7) } };

        using var process = Start(node, ["env", "--default-signal=INT"], "peers", "--watch", "--json");
        await process.StandardOutput.ReadLineAsync();
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync();

        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public async Task SIGTERM_ends_a_display_that_ignores_Ctrl_C_and_returns_143()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { Samples.Rome(PeerState.Syncing, behind: 7) } };

        using var process = Start(node, ["env", "--ignore-signal=INT"], "peers", "--watch");
        await process.StandardOutput.ReadLineAsync();
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await process.WaitForExitAsync();

        Assert.Equal(143, process.ExitCode);
        Assert.Equal("Stopped.\n", await process.StandardError.ReadToEndAsync());
    }

    [Theory]
    [InlineData("peers", "--watch")]
    [InlineData("peers", "--watch", "--json")]
    public async Task A_display_whose_reader_has_gone_ends_by_itself_and_says_nothing(params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var node = await ScriptedNode.StartAsync();
        node.Operator.Peers = _ => new ListPeersResponse { Peers = { Samples.Rome(PeerState.Syncing, behind: 7) } };

        using var process = Start(node, ["env", "--ignore-signal=INT"], arguments);
        await process.StandardOutput.ReadLineAsync();
        process.StandardOutput.Close();
        await process.WaitForExitAsync();

        Assert.Equal(141, process.ExitCode);
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
    }

    /// <summary>As root nothing is closed, so the tool runs as another user there; elsewhere a folder can be closed to its own owner.</summary>
    [Theory]
    [InlineData(UnixFileMode.None)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead)]
    public async Task A_folder_that_this_user_may_not_enter_is_told_as_such(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return;
        await using var node = await ScriptedNode.StartAsync();
        var before = File.GetUnixFileMode(node.Folder);
        File.SetUnixFileMode(node.Folder, mode);

        using var process = Start(node, Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : [], "status");
        var text = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.SetUnixFileMode(node.Folder, before);

        Assert.Equal(4, process.ExitCode);
        Assert.Matches($@"^You \(.+\) may not enter {node.Folder}\. Run it as the node's user, such as: sudo -u ouishare ouishare status\n$", text);
    }

    private static Process Start(ScriptedNode node, params string[] arguments) => Start(node, [], arguments);

    /// <summary>Starts the tool, by another program when there is one.</summary>
    private static Process Start(ScriptedNode node, string[] before, params string[] arguments)
    {
        string[] line = [.. before, Environment.ProcessPath!, "exec", ToolPath(), "--data", node.Folder, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Another user has no home to write to.
            Environment = { ["LANG"] = "fr_FR.UTF-8", ["DOTNET_CLI_UI_LANGUAGE"] = "fr", ["DOTNET_CLI_HOME"] = Path.GetTempPath() },
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
