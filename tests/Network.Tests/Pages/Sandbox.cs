using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests.Pages;

/// <summary>
/// A machine that a page's commands may set up: its paths are those of the page below a folder of its own, its ports are free ones, and what needs
/// another user or systemd is done by <c>shims.sh</c>, which writes down each call.
/// </summary>
internal sealed partial class Sandbox : IAsyncDisposable
{
    private static readonly string[] Shims = ["sudo", "useradd", "install", "dotnet", "systemctl"];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("ouishare-page-");
    private readonly Dictionary<string, string> _ports = [];
    private readonly string _published;
    private readonly ITestOutputHelper _output;

    public Sandbox(string published, ITestOutputHelper output)
    {
        (_published, _output) = (published, output);
        foreach (var folder in (string[])["opt", "etc/systemd/system", "var/lib", "var/backups", "srv", "usr/local/bin", "shims"])
            Directory.CreateDirectory(PathOf("/" + folder));
        foreach (var shim in Shims)
        {
            var path = PathOf($"/shims/{shim}");
            File.WriteAllText(path, "#!/usr/bin/env bash\n" + File.ReadAllText(Path.Combine(Programs.Repository, "tests", "Network.Tests", "Pages", "shims.sh")));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }

    /// <summary>Calls of programs that are stood in for, one a line.</summary>
    public string Calls => File.ReadAllText(PathOf("/calls"));

    /// <summary>Where a path of the page is.</summary>
    public string PathOf(string path) => _root.FullName + path;

    /// <summary>A line of the page, with paths and ports of this machine.</summary>
    public string Map(string line)
    {
        line = AbsolutePath().Replace(line, match => $"{match.Groups[1].Value}{_root.FullName}/{match.Groups[2].Value}/");
        // Nothing outside this machine may reach what a test starts.
        return Port().Replace(line, match => $"{match.Groups[1].Value.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)}:{PortOf(match.Groups[2].Value)}");
    }

    /// <summary>Runs lines of a page in one shell, as if pasted; fails with what they said when one of them fails.</summary>
    public async Task<string> RunAsync(params IEnumerable<string> lines)
    {
        using var shell = Process.Start(StartOfShell(string.Join('\n', lines.Select(Map))))!;
        var (said, complained) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Waits.Convergence, TimeProvider.System);
        try
        {
            await shell.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
        }

        var all = $"{string.Join('\n', lines)}\n{await said}{await complained}";
        _output.WriteLine(all);
        Assert.True(shell.ExitCode == 0, $"It ended with {shell.ExitCode}:\n{all}\n{LogOf("ouishare.service")}");
        return await said;
    }

    /// <summary>Runs a line that starts a node in the foreground; once it answers and <paramref name="use"/> is done with it, stops it as Ctrl-C would.</summary>
    public async Task RunNodeAsync(string line, string folder, Func<Task> use)
    {
        var start = StartOfShell("exec " + Map(line.Split('#')[0]));
        using var node = Process.Start(start)!;
        var lines = new ProcessLines();
        lines.Listen(node);
        await Wait.UntilAsync(
            $"the node of \"{line}\" answers",
            () => Task.FromResult(node.HasExited || !File.Exists(Path.Combine(folder, "node.json")) ? lines.Tail(5) : null),
            Waits.Start);
        await use();
        using (var kill = Process.Start("kill", ["-INT", $"{node.Id}"]))
            await kill.WaitForExitAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, lines.Tail(20));
    }

    /// <summary>Puts a file in place.</summary>
    public void Write(string path, params IEnumerable<string> lines) => File.WriteAllLines(PathOf(path), lines.Select(Map));

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _root.EnumerateFiles("*.pid"))
        {
            using var kill = Process.Start("kill", ["-KILL", (await File.ReadAllTextAsync(file.FullName)).Trim()]);
            await kill.WaitForExitAsync();
        }

        _root.Delete(recursive: true);
    }

    private string LogOf(string unit) => File.Exists(PathOf($"/{unit}.log")) ? File.ReadAllText(PathOf($"/{unit}.log")) : "";

    private ProcessStartInfo StartOfShell(string script)
    {
        // Ctrl-C is put back to what it does in a terminal: the test run itself may ignore it.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "bash", "-eu", "-c", script])
        {
            WorkingDirectory = Programs.Repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("OUISHARE_", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(variable);
        start.Environment["SANDBOX"] = _root.FullName;
        start.Environment["PUBLISHED"] = _published;
        start.Environment["DOTNET"] = Environment.ProcessPath!;
        // Published programs look for the runtime themselves.
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath);
        start.Environment["BUILT_PREFIX"] = Path.Combine(Programs.Repository, "src");
        start.Environment["BUILT_SUFFIX"] = Path.Combine("bin", Programs.Configuration, new DirectoryInfo(AppContext.BaseDirectory).Name);
        start.Environment["PATH"] = $"{PathOf("/shims")}:{PathOf("/usr/local/bin")}:{start.Environment["PATH"]}";
        // The page's own default, on a port that is free.
        start.Environment["OUISHARE_URLS"] = $"http://127.0.0.1:{PortOf("5080")}";
        return start;
    }

    private string PortOf(string port)
    {
        if (!_ports.TryGetValue(port, out var free))
            _ports[port] = free = Ports.TakeFree().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return free;
    }

    [GeneratedRegex(@"(^|[ ""'=])/(opt|var|etc|srv|usr/local)/")]
    private static partial Regex AbsolutePath();

    [GeneratedRegex(@"(127\.0\.0\.1|0\.0\.0\.0|localhost):(\d+)")]
    private static partial Regex Port();
}
