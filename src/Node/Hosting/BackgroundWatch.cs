using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OuiShare.Federation.Node.Problems;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>
/// Keeps everything going that the node does in the background, whoever added it: a <see cref="BackgroundService"/> that fails is started
/// again, after pauses that grow, and the admin is told. The framework's own answer is to stop the whole process with exit code 0.
/// </summary>
/// <param name="services">Knows the background services; asked once the host has started, since this is one of its services itself.</param>
/// <param name="time">The node's clock.</param>
/// <param name="logger">Its log.</param>
internal sealed partial class BackgroundWatch(IServiceProvider services, TimeProvider time, ILogger<BackgroundWatch> logger)
    : IHostedLifecycleService, IProblemSource, IDisposable
{
    /// <summary>Pause before the first new start; doubled with each further one.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause: what failed for an outer reason, such as a full disk, is back soon after that reason is gone.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Who ran for so long since the last start is well: told no more, and the pauses begin anew. Twice the longest pause.</summary>
    private static readonly TimeSpan Calm = 2 * LongestPause;

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Failure> _failures = [];
    private Task _watching = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _watching = Task.WhenAll(services.GetServices<IHostedService>().OfType<BackgroundService>().Select(service => WatchAsync(service, _stopping.Token)));
        return Task.CompletedTask;
    }

    /// <summary>Before anything stops: what ends now ends because it was told to.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _watching;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public IReadOnlyList<NodeProblem> FindProblems() =>
        [.. _failures.Where(failure => time.GetUtcNow() < failure.Value.StartAt + Calm).Select(failure => new NodeProblem(
            NodeProblemReason.PartFailed,
            $"A part of the node, {failure.Key}, failed ({failure.Value.Why}) and is started again after growing pauses; everything else goes on. If this stays, see the log and restart the node.",
            [failure.Key, failure.Value.Why],
            failure.Value.Since))];

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task WatchAsync(BackgroundService service, CancellationToken stopping)
    {
        var name = service.GetType().Name;
        while (service.ExecuteTask is { } running)
        {
            await running.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested || running.IsCompletedSuccessfully)
                return;

            var failure = Note(name, running.Exception?.GetBaseException().GetType().Name ?? nameof(OperationCanceledException));
            // The pause, and not what is left until its end: on a busy machine that may be over by now, and less than nothing cannot be waited for.
            LogFailed(name, failure.Why, failure.Pause);
            await Task.Delay(failure.Pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
                return;
            await service.StartAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Failure Note(string name, string why)
    {
        var now = time.GetUtcNow();
        return _failures.AddOrUpdate(
            name,
            _ => new Failure(why, now, now + FirstPause, FirstPause),
            (_, known) =>
            {
                if (now > known.StartAt + Calm)
                    return new Failure(why, now, now + FirstPause, FirstPause);
                var pause = known.Pause * 2 < LongestPause ? known.Pause * 2 : LongestPause;
                return known with { Why = why, StartAt = now + pause, Pause = pause };
            });
    }

    /// <summary>How a part failed last.</summary>
    /// <param name="Why">The type of what it failed with: a message may quote what somebody wrote.</param>
    /// <param name="Since">Since when it fails again and again.</param>
    /// <param name="StartAt">When it was or will be started again.</param>
    /// <param name="Pause">The pause before that.</param>
    private sealed record Failure(string Why, DateTimeOffset Since, DateTimeOffset StartAt, TimeSpan Pause);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Part} failed ({Why}) and is started again in {Pause}; everything else goes on.")]
    private partial void LogFailed(string part, string why, TimeSpan pause);
}

/// <summary>Adds the watch over background services.</summary>
internal static class BackgroundWatchHosting
{
    /// <summary>Adds it, and keeps the host from stopping when one of them fails.</summary>
    public static void AddBackgroundWatch(this IServiceCollection services)
    {
        services.Configure<HostOptions>(host => host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore);
        services.AddSingleton<BackgroundWatch>();
        services.AddSingleton<IProblemSource>(provider => provider.GetRequiredService<BackgroundWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<BackgroundWatch>());
    }
}
