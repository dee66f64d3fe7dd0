using System.Diagnostics;
using Grpc.Core;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Waits for conditions.</summary>
internal static class Wait
{
    /// <summary>
    /// Looks again and again until <paramref name="lacking"/> finds nothing lacking, and returns how long it took. What it said last is
    /// in the message of the failure. A node that does not answer counts as lacking: it may be starting.
    /// </summary>
    /// <param name="what">The condition, as a sentence without full stop.</param>
    /// <param name="lacking">Null when the condition holds, or what is missing.</param>
    /// <param name="limit">One of <see cref="Waits"/>.</param>
    /// <exception cref="TimeoutException">It did not come true.</exception>
    public static async Task<TimeSpan> UntilAsync(string what, Func<Task<string?>> lacking, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await LackingAsync(lacking) is not { } lack)
                return watch.Elapsed;
            if (watch.Elapsed > limit)
                throw new TimeoutException($"After {watch.Elapsed.TotalSeconds:0} s it does not hold that {what}: {lack}.");
            await Task.Delay(Waits.Poll, TimeProvider.System);
        }
    }

    private static async Task<string?> LackingAsync(Func<Task<string?>> lacking)
    {
        try
        {
            return await lacking();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal)
        {
            return e.Status.Detail;
        }
    }
}
