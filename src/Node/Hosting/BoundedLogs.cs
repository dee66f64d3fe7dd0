using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>
/// Keeps anybody from filling the disk with log lines: of one kind of line, which is one event of one category, so many a minute are written,
/// and then one that says how many more there were. Every line of the program passes here, whoever caused it, so no part needs its own
/// limit. Thread-safe.
/// </summary>
public sealed class BoundedLogs : ILoggerFactory
{
    /// <summary>Lines of one kind a minute: more than a person reads, and 4 KB of log.</summary>
    public const int LinesOfKind = 30;

    /// <summary>How long a count lasts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ILoggerFactory _inner;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(string Category, int EventId), Kind> _kinds = [];
    private readonly ITimer _timer;

    /// <summary>Bounds what goes to <paramref name="inner"/>, which it disposes.</summary>
    public BoundedLogs(ILoggerFactory inner, TimeProvider time)
    {
        (_inner, _time) = (inner, time);
        _timer = time.CreateTimer(_ => SayHeldBack(), state: null, Window, Window);
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Bounded(this, _inner.CreateLogger(categoryName), categoryName);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => _inner.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _inner.Dispose();
    }

    /// <summary>Puts this in place of the host's logger factory.</summary>
    public static void Add(IServiceCollection services, TimeProvider time) => services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider => new BoundedLogs(
        new LoggerFactory(
            provider.GetServices<ILoggerProvider>(), provider.GetRequiredService<IOptionsMonitor<LoggerFilterOptions>>(),
            provider.GetRequiredService<IOptions<LoggerFactoryOptions>>(), provider.GetService<IExternalScopeProvider>()),
        time)));

    private void SayHeldBack()
    {
        foreach (var kind in _kinds.Values)
            kind.SayHeldBack(_time.GetTimestamp());
    }

    private sealed class Bounded(BoundedLogs logs, ILogger inner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
                return;
            var kind = logs._kinds.GetOrAdd((category, eventId.Id), static (_, made) => new Kind(made.inner, made.logs._time), (inner, logs));
            if (kind.MayWrite(logLevel, eventId, logs._time.GetTimestamp()))
                inner.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    private sealed class Kind(ILogger inner, TimeProvider time)
    {
        private readonly Lock _lock = new();
        private long _began = time.GetTimestamp();
        private int _written;
        private int _heldBack;
        private (LogLevel Level, EventId Event) _last;

        public bool MayWrite(LogLevel level, EventId eventId, long now)
        {
            SayHeldBack(now);
            lock (_lock)
            {
                if (time.GetElapsedTime(_began, now) >= Window)
                    (_began, _written) = (now, 0);
                if (_written < LinesOfKind)
                {
                    _written++;
                    return true;
                }

                _heldBack++;
                _last = (level, eventId);
                return false;
            }
        }

        public void SayHeldBack(long now)
        {
            int heldBack;
            lock (_lock)
            {
                if (_heldBack == 0 || time.GetElapsedTime(_began, now) < Window)
                    return;
                (heldBack, _heldBack, _began, _written) = (_heldBack, 0, now, 0);
            }

            inner.Log(_last.Level, _last.Event, heldBack, exception: null, static (count, _) => $"And {count:N0} more lines like the last ones within a minute, which were not written.");
        }
    }
}
