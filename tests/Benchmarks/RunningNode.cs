using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Benchmarks;

/// <summary>A node of its own process on a free loopback port, with whatever its data folder holds.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly Process _process;
    private readonly long _started = Stopwatch.GetTimestamp();
    private GrpcChannel? _channel;

    private RunningNode(string program, string folder)
    {
        _folder = folder;
        // It ends with this process, however that ends: the node stops when its standard input does.
        _process = Process.Start(new ProcessStartInfo(program, ["--data", folder, "--urls", "http://127.0.0.1:0", "--stop-with-parent"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, line) =>
        {
            // The last one is null: the stream has ended.
            if (line.Data is { } text)
                Console.Error.WriteLine(text);
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>From the start of the process until the home page was read.</summary>
    public TimeSpan FirstPage { get; private set; }

    /// <summary>Processor time the process had taken by then, on all cores together.</summary>
    public TimeSpan FirstPageProcessor { get; private set; }

    public HttpClient Http { get; } = new();

    public OperatorService.OperatorServiceClient Operator => new(Channel);

    public EventService.EventServiceClient Events => new(Channel);

    public Metadata Token => new() { { "authorization", "Bearer " + DataFolder.ReadOperatorToken(_folder) } };

    /// <summary>Processor time that the process has taken, on all cores together.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory in MiB, as the system counts it.</summary>
    public double ResidentMib
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024.0 * 1024);
        }
    }

    private GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress(Address);

    /// <summary>Starts a node and reads its home page.</summary>
    public static async Task<RunningNode> StartAsync(string program, string folder)
    {
        var node = new RunningNode(program, folder);
        while (true)
        {
            // A node that ran here before and was killed left its address behind; this one writes its own process beside it.
            if (DataFolder.ReadAddress(folder) is { Urls: [var url, ..] } address && address.ProcessId == node._process.Id)
            {
                node.Address = new Uri(url);
                using (var page = await node.Http.GetAsync(node.Address))
                    page.EnsureSuccessStatusCode();
                node.FirstPage = Stopwatch.GetElapsedTime(node._started);
                node.FirstPageProcessor = node.Processor;
                return node;
            }

            if (Stopwatch.GetElapsedTime(node._started) > StartLimit || node._process.HasExited)
            {
                await node.DisposeAsync();
                throw new InvalidOperationException("The node did not start.");
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
    }
}
