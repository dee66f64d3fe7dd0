using System.Diagnostics;
using System.Text.Json;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using OuiShare.Federation.V1;

namespace OuiShare.Federation.Network.Tests;

/// <summary>
/// A node: a process that can be killed and started again on the same data folder and the same port, and clients that speak to it as
/// its operator.
/// </summary>
/// <remarks>
/// The process holds the reading end of a pipe as standard input and stops when that closes, so a test run that dies leaves no node behind.
/// </remarks>
internal sealed class NodeProcess : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private Process? _process;
    private string? _token;

    public NodeProcess(string name, string folder, IReadOnlyDictionary<string, string>? environment = null, string? address = null)
    {
        Name = name;
        Folder = folder;
        Address = address ?? $"http://127.0.0.1:{Ports.TakeFree()}";
        _environment = environment ?? new Dictionary<string, string>();
        _channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            // A node that was just started again answers at once, and not when the channel thinks fit.
            InitialReconnectBackoff = Waits.Poll,
            MaxReconnectBackoff = Waits.Poll,
        });
        var invoker = _channel.Intercept(headers =>
        {
            headers.Add("authorization", $"Bearer {Token}");
            return headers;
        });
        Operator = new OperatorService.OperatorServiceClient(invoker);
        Events = new EventService.EventServiceClient(invoker);
    }

    /// <summary>What the test calls it; also its chapter's name.</summary>
    public string Name { get; }

    /// <summary>Its data folder.</summary>
    public string Folder { get; }

    /// <summary>Where it answers, the same through all its processes.</summary>
    public string Address { get; }

    /// <summary>The operator's service, with the operator's token.</summary>
    public OperatorService.OperatorServiceClient Operator { get; }

    /// <summary>The service for programs, with the operator's token.</summary>
    public EventService.EventServiceClient Events { get; }

    /// <summary>Its public key, 64 hexadecimal digits; known once it has been asked for its status.</summary>
    public string Origin { get; private set; } = "";

    /// <summary>What its processes said.</summary>
    public ProcessLines Lines { get; } = new();

    /// <summary>Whether a process of it runs.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Whether its process ended by itself, and nobody has waited for it yet.</summary>
    public bool HasEnded => _process is { HasExited: true };

    /// <summary>Its process.</summary>
    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{Name} does not run.");

    private string Token => _token ??= File.ReadAllText(Path.Combine(Folder, "operator.token")).Trim();

    /// <summary>Starts a process and waits until it serves and stores.</summary>
    /// <param name="limit">How long; null: <see cref="Waits.Start"/>.</param>
    public async Task StartAsync(TimeSpan? limit = null)
    {
        Launch();
        await Wait.UntilAsync($"{Name} is ready", WhyNotReadyAsync, limit ?? Waits.Start);
        await Wait.UntilAsync(
            $"{Name} answers its operator",
            async () =>
            {
                Origin = (await Operator.GetStatusAsync(new GetStatusRequest())).Origin;
                return null;
            },
            limit ?? Waits.Start);
    }

    /// <summary>Starts a process and does not wait.</summary>
    public void Launch()
    {
        var start = Programs.StartOfWeb("--data", Folder, "--urls", Address, "--stop-with-parent");
        foreach (var (variable, value) in _environment)
            start.Environment[variable] = value;
        _process = new Process { StartInfo = start };
        Lines.Note($"{Name} is started");
        _process.Start();
        Lines.Listen(_process);
    }

    /// <summary>Ends the process with SIGKILL: it gets no chance to finish anything.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Lines.Note($"{Name} was killed");
    }

    /// <summary>Asks the process to stop and waits for it; returns its exit code. Kills it when it does not stop.</summary>
    public async Task<int> StopAsync()
    {
        if (_process is not { } process)
            return 0;
        _process = null;
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    /// <summary>Waits for a process that is expected to end by itself, and returns its exit code.</summary>
    /// <param name="limit">How long; null: <see cref="Waits.Stop"/>.</param>
    public async Task<int> WaitForExitAsync(TimeSpan? limit = null)
    {
        var process = _process ?? throw new InvalidOperationException($"{Name} does not run.");
        _process = null;
        return await EndAsync(process, limit);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _channel.Dispose();
    }

    private async Task<int> EndAsync(Process process, TimeSpan? limit = null)
    {
        using var patience = new CancellationTokenSource(limit ?? Waits.Stop, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            Lines.Note($"{Name} ended with {process.ExitCode}");
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            Lines.Note($"{Name} did not stop within {(limit ?? Waits.Stop).TotalSeconds:0} s and was killed");
        }

        var code = process.ExitCode;
        process.Dispose();
        return code;
    }

    private async Task<string?> WhyNotReadyAsync()
    {
        if (!IsRunning)
            throw new InvalidOperationException($"{Name} ended instead of starting:\n{Lines.Tail(20)}");
        // The file of a process that was killed stays until the next one removes it.
        if (!IsAddressOf(_process!.Id))
            return "it has not published its address";
        using var client = new HttpClient();
        try
        {
            using var answer = await client.GetAsync(new Uri($"{Address}/health/ready"));
            return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    private bool IsAddressOf(int processId)
    {
        try
        {
            using var address = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "node.json")));
            return address.RootElement.GetProperty("pid").GetInt32() == processId;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return false;
        }
    }
}
