namespace OuiShare.Federation.Web.Hosting;

/// <summary>Gives the system back, once, the memory that starting took and running does not need.</summary>
/// <remarks>
/// The collector works when its budget is used up, which follows the processor's cache: on a server with a large one a quiet node
/// would hold what it needed to start for days.
/// </remarks>
internal static class StartGarbage
{
    /// <summary>By then the first pages were shown and what they need was compiled.</summary>
    private static readonly TimeSpan After = TimeSpan.FromSeconds(10);

    /// <summary>Collects once, some seconds from now; disposing the timer calls it off.</summary>
    public static ITimer CollectSoon(TimeProvider time) => time.CreateTimer(
        static _ => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true), state: null, After, Timeout.InfiniteTimeSpan);
}
