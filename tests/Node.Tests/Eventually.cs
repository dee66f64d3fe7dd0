using Xunit.Sdk;

namespace OuiShare.Federation.Node.Tests;

/// <summary>Waits for what follows by itself, on another thread, from what was done.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again and again until the assertions hold; after a minute their failure is the test's.</summary>
    public static async Task HoldsAsync(Action assertions)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                assertions();
                return;
            }
            catch (XunitException) when (TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }
}
