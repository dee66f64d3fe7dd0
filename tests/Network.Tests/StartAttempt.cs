using System.Diagnostics;

namespace OuiShare.Federation.Network.Tests;

/// <summary>A start of the node's program that is expected to end by itself, and what came of it.</summary>
internal sealed record StartAttempt(int Code, string Output, string Error)
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="start">How to start it, with its streams redirected.</param>
    /// <param name="environment">Further variables.</param>
    public static async Task<StartAttempt> RunAsync(ProcessStartInfo start, params KeyValuePair<string, string>[] environment)
    {
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        using var process = new Process { StartInfo = start };
        process.Start();
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Waits.Start, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return new StartAttempt(process.ExitCode, await said, await complained);
    }

    /// <summary>One line on standard error with these words, nothing else, and the exit code that was promised.</summary>
    public void IsOneSentence(int code, string words)
    {
        Assert.Equal("", Output);
        Assert.Contains(words, Error, StringComparison.Ordinal);
        Assert.Matches(@"^[^\n]+\.\n$", Error);
        Assert.DoesNotContain("Exception", Error, StringComparison.Ordinal);
        Assert.Equal(code, Code);
    }
}
