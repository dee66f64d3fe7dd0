using System.Collections.Concurrent;
using System.Diagnostics;

namespace OuiShare.Federation.Network.Tests;

/// <summary>What processes say, the newest lines. Thread-safe.</summary>
internal sealed class ProcessLines
{
    /// <summary>Enough for what a node says in a test at the level of traces, some 10 MB.</summary>
    private const int Kept = 100_000;

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    /// <summary>All lines that are kept.</summary>
    public IReadOnlyCollection<string> All => _lines;

    /// <summary>What the newest process said on standard error.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Listens to a process that was started with its streams redirected.</summary>
    public void Listen(Process process)
    {
        _complaints.Clear();
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => KeepComplaint(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Adds a line of the test's own, so that the story reads in order.</summary>
    public void Note(string line) => Keep($"---- {line}");

    /// <summary>The newest lines in one text.</summary>
    public string Tail(int count) => string.Join('\n', _lines.TakeLast(count));

    private void KeepComplaint(string? line)
    {
        if (line is not null && _complaints.Count < Kept)
            _complaints.Enqueue(line);
        Keep(line);
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        while (_lines.Count > Kept)
            _lines.TryDequeue(out _);
    }
}
