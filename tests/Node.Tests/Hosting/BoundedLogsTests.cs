using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Node.Tests.Hosting;

public sealed class BoundedLogsTests
{
    private readonly FakeTimeProvider _time = new(Samples.Now);
    private readonly Lines _lines = new();

    [Fact]
    public void Lines_of_one_kind_are_written_so_many_a_minute_and_the_rest_is_counted()
    {
        using var logs = new BoundedLogs(LoggerFactory.Create(logging => logging.AddProvider(_lines)), _time);
        var logger = logs.CreateLogger("Peers");

        for (var i = 0; i < 1_000; i++)
            Write(logger, eventId: 1, "the same");
        Write(logger, eventId: 2, "another");

        Assert.Equal(BoundedLogs.LinesOfKind + 1, _lines.All.Count);
        Assert.Contains("another", _lines.All);
        _time.Advance(BoundedLogs.Window);
        Assert.Equal("And 970 more lines like the last ones within a minute, which were not written.", _lines.All.Last());
        Write(logger, eventId: 1, "the next minute");
        Assert.Equal("the next minute", _lines.All.Last());
    }

    [Fact]
    public void What_is_not_many_is_left_as_it_is()
    {
        using var logs = new BoundedLogs(LoggerFactory.Create(logging => logging.AddProvider(_lines)), _time);
        var logger = logs.CreateLogger("Peers");

        for (var minute = 0; minute < 3; minute++)
        {
            for (var i = 0; i < BoundedLogs.LinesOfKind; i++)
                Write(logger, eventId: 1, "a line");
            _time.Advance(BoundedLogs.Window);
        }

        Assert.Equal(3 * BoundedLogs.LinesOfKind, _lines.All.Count);
        Assert.DoesNotContain(_lines.All, line => line.StartsWith("And", StringComparison.Ordinal));
    }

    private static void Write(ILogger logger, int eventId, string text) =>
        logger.Log(LogLevel.Information, new EventId(eventId), text, exception: null, static (state, _) => state);
}

/// <summary>Keeps every line that is logged.</summary>
internal sealed class Lines : ILoggerProvider, ILogger
{
    /// <summary>The lines, each with its exception if it has one.</summary>
    public ConcurrentQueue<string> All { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        All.Enqueue(formatter(state, exception) + (exception is null ? "" : " " + exception));

    public void Dispose()
    {
    }
}
