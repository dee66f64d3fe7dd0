using System.Globalization;
using Xunit.Abstractions;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Strangers that connect and say nothing: what they take is bounded while they stay, and given back when they went.</summary>
public sealed class SilentCallerTests(ITestOutputHelper output)
{
    private const int Callers = 2_000;
    private const long Megabyte = 1L << 20;

    /// <summary>
    /// While they stay, beside what the node had before: 60 to 70 KiB each, seen. Most of it is of those whose exchange was ended already, and not
    /// collected yet.
    /// </summary>
    private const long WhileTheyStay = 200 * Megabyte;

    /// <summary>When they went: 35 MB, seen, of which the heap has the smallest part. Without <c>MemoryTrim</c> it was 137 MB.</summary>
    private const long WhenTheyWent = 64 * Megabyte;

    [Fact]
    public async Task Two_thousand_callers_that_say_nothing_take_bounded_memory_and_give_it_back()
    {
        await using var network = new TestNetwork(output);
        var node = await network.StartAsync("Arles");
        var before = PrivateBytes(node);
        var callers = Enumerable.Range(0, Callers).Select(_ => new SilentCaller()).ToList();

        await Parallel.ForEachAsync(callers, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (caller, _) => await caller.CallAsync(new Uri(node.Address)));
        var during = PrivateBytes(node);
        foreach (var caller in callers)
            caller.Dispose();
        var time = await Wait.UntilAsync(
            $"the node holds at most {WhenTheyWent / Megabyte} MB more than before",
            () => Task.FromResult(PrivateBytes(node) - before is var more && more <= WhenTheyWent ? null : $"it holds {more / Megabyte} MB more"),
            Waits.Soon);

        output.WriteLine($"before {before / Megabyte} MB, while they stayed {during / Megabyte} MB, {time.TotalSeconds:0} s after they went {PrivateBytes(node) / Megabyte} MB");
        Assert.InRange(during - before, 0, WhileTheyStay);
        Assert.True((await node.StatusAsync()).IsSetUp);
    }

    /// <summary>Memory of the process that no file backs (proc(5)).</summary>
    private static long PrivateBytes(NodeProcess node)
    {
        var line = File.ReadLines($"/proc/{node.ProcessId}/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }
}
