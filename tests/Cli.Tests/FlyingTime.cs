namespace OuiShare.Federation.Cli.Tests;

/// <summary>
/// A clock on which every delay is over at once and has taken exactly as long as was asked. The tool polls real servers in these tests:
/// with a clock that a test must advance, the test would have to know when the tool has begun to wait.
/// </summary>
internal sealed class FlyingTime : TimeProvider
{
    private readonly Lock _lock = new();
    private DateTimeOffset _now = Samples.Now;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero)
            return System.CreateTimer(callback, state, dueTime, period);
        lock (_lock)
            _now += dueTime;
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
