namespace OuiShare.Federation.Web.Tests.Hosting;

/// <summary>A clock whose timers ring when the test says so.</summary>
internal sealed class HandTurnedTime : TimeProvider
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Alarm> _alarms = [];

    /// <summary>Completes once somebody waits.</summary>
    public Task TimerStarted => _started.Task;

    /// <summary>For how long the newest timer was set.</summary>
    public TimeSpan DueTime => _alarms[^1].DueTime;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(callback, state) { DueTime = dueTime };
        _alarms.Add(alarm);
        _started.TrySetResult();
        return alarm;
    }

    /// <summary>Rings the newest timer.</summary>
    public void Ring() => _alarms[^1].Ring();

    /// <summary>Holds nothing that needs disposing, though every timer must say it can be.</summary>
    private sealed class Alarm(TimerCallback callback, object? state) : ITimer
    {
        public required TimeSpan DueTime { get; set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueTime = dueTime;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
