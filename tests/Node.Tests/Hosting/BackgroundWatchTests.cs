using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OuiShare.Federation.Node.Hosting;
using OuiShare.Federation.Node.Problems;

namespace OuiShare.Federation.Node.Tests.Hosting;

public sealed class BackgroundWatchTests
{
    [Fact]
    public async Task A_part_that_fails_is_started_again_after_growing_pauses_and_told()
    {
        var time = new FakeTimeProvider(Samples.Now);
        var part = new Stumbling(failures: 3);
        using var host = Build(time, part);
        await host.StartAsync();
        await Eventually.HoldsAsync(() => Assert.Equal(NodeProblemReason.PartFailed, Assert.Single(Problems(host)).Reason));
        Assert.Equal([nameof(Stumbling), nameof(FormatException)], Problems(host)[0].Values);
        Assert.Equal(1, part.Starts);

        foreach (var (seconds, starts) in new[] { (1, 2), (2, 3), (4, 4) })
        {
            // A timer is set by the watch, in its own time.
            await Eventually.HoldsAsync(() =>
            {
                time.Advance(TimeSpan.FromSeconds(seconds) / 4);
                Assert.Equal(starts, part.Starts);
            });
        }

        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        Assert.Single(Problems(host));
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty(Problems(host));
        await host.StopAsync();
        Assert.True(part.IsStopped);
    }

    /// <summary>Seen on a busy machine: the pause was over before its line was in the log, and the part was never started again.</summary>
    [Fact]
    public async Task A_part_whose_pause_passes_while_it_is_logged_is_started_again()
    {
        var time = new FakeTimeProvider(Samples.Now);
        var part = new Stumbling(failures: 1);
        using var host = Build(time, part, new SlowLog(time));
        await host.StartAsync();

        await Eventually.HoldsAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(2, part.Starts);
        });

        await host.StopAsync();
        Assert.True(part.IsStopped);
    }

    [Fact]
    public async Task What_ends_because_the_node_stops_is_no_failure()
    {
        var part = new Stumbling(failures: 0);
        using var host = Build(new FakeTimeProvider(Samples.Now), part);
        await host.StartAsync();
        await Eventually.HoldsAsync(() => Assert.Equal(1, part.Starts));

        await host.StopAsync();

        Assert.Equal((1, true), (part.Starts, part.IsStopped));
        Assert.Empty(Problems(host));
    }

    private static IReadOnlyList<NodeProblem> Problems(IHost host) => new NodeProblems(host.Services.GetServices<IProblemSource>()).List();

    private static IHost Build(TimeProvider time, BackgroundService part, ILoggerProvider? log = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        if (log is not null)
            builder.Logging.AddProvider(log);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<IHostedService>(part);
        builder.Services.AddBackgroundWatch();
        return builder.Build();
    }

    private sealed class Stumbling(int failures) : BackgroundService
    {
        private int _starts;

        public int Starts => Volatile.Read(ref _starts);

        public bool IsStopped { get; private set; }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            if (Interlocked.Increment(ref _starts) <= failures)
                throw new FormatException("Whatever a record did.");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            IsStopped = true;
        }
    }

    /// <summary>A log that takes a minute for each line of the watch.</summary>
    private sealed class SlowLog(FakeTimeProvider time) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains(nameof(Stumbling), StringComparison.Ordinal))
                time.Advance(TimeSpan.FromMinutes(1));
        }

        public void Dispose()
        {
        }
    }
}
