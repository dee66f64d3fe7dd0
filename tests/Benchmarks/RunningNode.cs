using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>A node of its own process, with a fresh data folder, on a free loopback port.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private readonly long _started = Stopwatch.GetTimestamp();
    private GrpcChannel? _channel;

    private RunningNode(string program)
    {
        // The published program has a launcher of its own; a build is run by dotnet.
        var start = program.EndsWith(".dll", StringComparison.Ordinal) ? new ProcessStartInfo("dotnet", [program]) : new ProcessStartInfo(program);
        foreach (var argument in (string[])["--data", _folder.Path, "--urls", "http://127.0.0.1:0"])
            start.ArgumentList.Add(argument);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>From the start of the process until the home page was read.</summary>
    public TimeSpan FirstPage { get; private set; }

    public HttpClient Http { get; } = new();

    public OperatorService.OperatorServiceClient Operator => new(Channel);

    public EventService.EventServiceClient Events => new(Channel);

    public Metadata Token => new() { { "authorization", "Bearer " + File.ReadAllText(System.IO.Path.Combine(_folder.Path, "operator.token")).Trim() } };

    /// <summary>Resident memory in MB, as the system counts it.</summary>
    public double ResidentMb
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    private GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress(Address);

    /// <summary>Starts a node and reads its home page.</summary>
    public static async Task<RunningNode> StartAsync(string program)
    {
        var node = new RunningNode(program);
        while (true)
        {
            if (Stopwatch.GetElapsedTime(node._started) > StartLimit || node._process.HasExited)
                throw new InvalidOperationException("The node did not start.");
            if (DataFolder.ReadAddress(node._folder.Path) is { Urls: [var url, ..] })
            {
                node.Address = new Uri(url);
                (await node.Http.GetAsync(node.Address)).Dispose();
                node.FirstPage = Stopwatch.GetElapsedTime(node._started);
                return node;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    public async Task SetUpAsync(string chapter, string place)
    {
        var request = new SetUpRequest { ChapterName = chapter, Place = place, AdminName = "Benchmark" };
        request.Languages.Add("en");
        await Operator.SetUpAsync(request, Token);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
