using System.Diagnostics.Metrics;
using OuiShare.Federation.Node.Hosting;

namespace OuiShare.Federation.Node.Problems;

/// <summary>How many things of each sort are wrong with this node, read when somebody scrapes: 0 for a sort of which there is none.</summary>
/// <remarks>An object of its own, since a gauge must know whose problems to read; disposed with the node.</remarks>
public sealed class ProblemGauge : IDisposable
{
    private readonly Meter _meter = new(Telemetry.Name);

    /// <summary>Measures until disposed.</summary>
    public ProblemGauge(NodeProblems problems) => _meter.CreateObservableGauge(
        "ouishare.problems",
        () =>
        {
            var counts = problems.List().CountBy(problem => problem.Reason).ToDictionary();
            return Enum.GetValues<NodeProblemReason>().Select(reason => new Measurement<int>(
                counts.GetValueOrDefault(reason), new KeyValuePair<string, object?>(Telemetry.ReasonTag, reason.ToString())));
        },
        "{problem}",
        "Things that are wrong with this node and that its admin should know, by reason.");

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
