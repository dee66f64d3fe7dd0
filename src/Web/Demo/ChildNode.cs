using System.Collections.Concurrent;
using System.Diagnostics;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Web.Hosting;

namespace OuiShare.Federation.Web.Demo;

/// <summary>A node in a process of its own, which ends with this one.</summary>
/// <remarks>
/// The child gets the reading end of a pipe as standard input and stops when it closes (<see cref="ParentWatch"/>). Closing it is how
/// we ask it to stop, and what happens by itself when this process dies, even of SIGKILL; so no orphan stays. A child that
/// does not stop in time is killed. It asks for a free port itself and writes it into its folder, so two nodes never race for one.
/// </remarks>
internal sealed class ChildNode : IAsyncDisposable
{
    /// <summary>
    /// How long a node may take from its start until it is ready: three at once on a small machine that does something else, too. One that
    /// fails ends, and is noticed at once.
    /// </summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    /// <summary>How long it may take to stop before it is killed: its own limit and a little.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(50);

    /// <summary>Lines of what a child says that are kept, to be shown if it fails.</summary>
    private const int KeptLines = 200;

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<string> _lines = new();
    private bool _isStopped;

    private ChildNode(string name, string dataFolder, Process process, TimeProvider time)
    {
        Name = name;
        DataFolder = dataFolder;
        _process = process;
        _time = time;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>Its data folder.</summary>
    public string DataFolder { get; }

    /// <summary>Its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Completes when the process has ended, and why does not matter.</summary>
    public Task Exited => _process.WaitForExitAsync();

    /// <summary>What it wrote to its log, the newest lines.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Starts the program that runs now as a node of its own, on a free port of the loopback interface.</summary>
    public static ChildNode Start(string name, string dataFolder, TimeProvider time, string urls = "http://127.0.0.1:0")
    {
        var start = ProgramStart();
        foreach (var argument in CommandLine.ArgumentsOfChild(dataFolder, urls))
            start.ArgumentList.Add(argument);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new ChildNode(name, dataFolder, process, time);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits until the node can serve and store, and answers its address.</summary>
    /// <exception cref="StartRefusedException">It ended, or was not ready in time; the message says what it said last.</exception>
    public async Task<Uri> WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StartLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = new HttpClient();
        try
        {
            while (!_process.HasExited)
            {
                if (Federation.Node.Hosting.DataFolder.ReadAddress(DataFolder) is { } address && address.ProcessId == _process.Id
                    && await IsReadyAsync(client, new Uri(address.Urls[0]), either.Token))
                {
                    return new Uri(address.Urls[0]);
                }

                await Task.Delay(PollPeriod, _time, either.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new StartRefusedException(
                $"The node of {Name} was not ready after {StartLimit.TotalSeconds:0} s. {LastWords()}", ExitCodes.AddressUnavailable);
        }

        // The last lines arrive a little after the end; waiting for the exit also waits for them.
        await _process.WaitForExitAsync(cancellationToken);
        throw new StartRefusedException($"The node of {Name} did not start. {LastWords()}", _process.ExitCode);
    }

    /// <summary>Asks the node to stop, waits, and kills it when it does not. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopLimit, _time);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    /// <summary>Ends the process at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    private static ProcessStartInfo ProgramStart()
    {
        var program = Environment.ProcessPath!;
        var assembly = typeof(ChildNode).Assembly;
        // Not "without extension": .Web would count as one.
        var isThisProgram = Path.GetFileName(program) is var name && (name == assembly.GetName().Name || name == assembly.GetName().Name + ".exe");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Started as "dotnet X.dll", the process is dotnet's.
        if (!isThisProgram)
            start.ArgumentList.Add(assembly.Location);
        // What was set for one node would be set for all of them.
        foreach (var variable in start.Environment.Keys.Where(EnvironmentSettings.IsOurs).ToList())
            start.Environment.Remove(variable);
        return start;
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(address, "/health/ready"), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        while (_lines.Count > KeptLines)
            _lines.TryDequeue(out _);
    }

    private string LastWords() => _lines.LastOrDefault() is { } last ? $"It said: {last}" : "It said nothing.";
}
