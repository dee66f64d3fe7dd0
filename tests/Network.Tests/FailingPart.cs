using Microsoft.Extensions.Hosting;

namespace OuiShare.Federation.Network.Tests;

/// <summary>Where a fault of the program shows itself.</summary>
public enum FailingPart
{
    /// <summary>As the node starts.</summary>
    Start,

    /// <summary>As it stops.</summary>
    Stop,

    /// <summary>In what it does in the background, each time that is started.</summary>
    Background,
}

/// <summary>A part of the host with a fault.</summary>
internal sealed class FailingService(FailingPart part) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => FailAt(FailingPart.Start);

    public Task StopAsync(CancellationToken cancellationToken) => FailAt(FailingPart.Stop);

    private Task FailAt(FailingPart now) => part == now ? Task.FromException(new InvalidCastException("A fault that a test made.")) : Task.CompletedTask;
}

/// <summary>Work in the background with a fault.</summary>
internal sealed class FailingBackground : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        throw new InvalidCastException("A fault that a test made.");
    }
}
