using Microsoft.Extensions.Diagnostics.HealthChecks;
using OuiShare.Federation.Node.Integrity;

namespace OuiShare.Federation.Node.Journal;

/// <summary>Healthy while the database takes writes, which only a committed row shows, and the journal is open.</summary>
internal sealed class JournalHealthCheck(DiskWatch disk, OwnJournal journal) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (await disk.ProbeAsync(cancellationToken) is { } why)
            return HealthCheckResult.Unhealthy(why);

        if (journal.IsClosedForGood)
            return HealthCheckResult.Unhealthy("This node's data folder is run twice; `ouishare status` says what to do.");
        return journal.IsOpen
            ? HealthCheckResult.Healthy("The database takes writes.")
            : HealthCheckResult.Unhealthy("This node asks its peers how far its journal had come; wait a moment.");
    }
}
