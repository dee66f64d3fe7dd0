using System.Diagnostics;
using OpenTelemetry;

namespace OuiShare.Federation.Web.Telemetry;

/// <summary>Leaves out grain calls that nothing outside of the node caused, with all that follows from them.</summary>
/// <remarks>
/// Every second each session with a peer reports to its grain. As traces these reports would bury the few that tell of an event's way, and
/// an idle node would fill a collector.
/// </remarks>
internal sealed class GrainHousekeeping : BaseProcessor<Activity>
{
    private const string GrainCalls = "Microsoft.Orleans";

    /// <inheritdoc/>
    public override void OnStart(Activity data)
    {
        if (data.ParentSpanId != default || !data.Source.Name.StartsWith(GrainCalls, StringComparison.Ordinal))
            return;
        // What the call starts looks at these flags, here and on another silo.
        data.IsAllDataRequested = false;
        data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }
}
