using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OuiShare.Federation.Node.Hosting;

/// <summary>Healthy while the silo answers grain calls.</summary>
internal sealed class SiloHealthCheck(ISiloStatusOracle silos) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(silos.CurrentStatus == SiloStatus.Active
            ? HealthCheckResult.Healthy("The silo is active.")
            : HealthCheckResult.Unhealthy($"The silo is {silos.CurrentStatus}; wait a moment, or restart the node when it stays so."));
}
