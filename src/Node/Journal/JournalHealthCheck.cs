using Microsoft.Extensions.Diagnostics.HealthChecks;
using OuiShare.Federation.Node.Storage;

namespace OuiShare.Federation.Node.Journal;

/// <summary>Healthy while the database takes writes and the journal is open.</summary>
internal sealed class JournalHealthCheck(NodeDatabase database, OwnJournal journal) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.WriteAsync(session => session.Scalar<long>("SELECT 1"), cancellationToken);
        }
        catch (StorageUnavailableException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }

        if (journal.IsClosedForGood)
            return HealthCheckResult.Unhealthy("This node's data folder is run twice; `ouishare status` says what to do.");
        return journal.IsOpen
            ? HealthCheckResult.Healthy("The database takes writes.")
            : HealthCheckResult.Unhealthy("This node asks its peers how far its journal had come; wait a moment.");
    }
}
