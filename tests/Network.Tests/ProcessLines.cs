using System.Collections.Concurrent;
using System.Diagnostics;

namespace OuiShare.Federation.Network.Tests;

/// <summary>What processes say, the newest lines. Thread-safe.</summary>
internal sealed class ProcessLines
{
    /// <summary>Enough for what a node says in a test at the level of traces, some 10 MB.</summary>
    private const int Kept = 100_000;

    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>All lines that are kept.</summary>
    public IReadOnlyCollection<string> All => _lines;

    /// <summary>Listens to a process that was started with its streams redirected.</summary>
    public void Listen(Process process)
    {
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Adds a line of the test's own, so that the story reads in order.</summary>
    public void Note(string line) => Keep($"---- {line}");

    /// <summary>The newest lines in one text.</summary>
    public string Tail(int count) => string.Join('\n', _lines.TakeLast(count));

    private void Keep(string? line)
    {
        if (line is null)
            return;
        _lines.Enqueue(line);
        while (_lines.Count > Kept)
            _lines.TryDequeue(out _);
    }
}
